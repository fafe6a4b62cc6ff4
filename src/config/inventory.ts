/**
 * Sources for `-i`, as the inventory option names them, and the files they need.
 *
 * @module
 */
import { generatedFileName } from "../remains.ts";
import { ConfigError } from "../errors.ts";
import type { Host } from "./system.ts";
import type { JsonObject, TakenInputs } from "./options.ts";
import type { Material } from "./run_config.ts";

/** Where inventories are looked for, and where inline ones go. */
export interface InventoryPlaces {
  /** The private data directory. */
  readonly privateDataDir: string;
  /** The run's scratch directory. */
  readonly scratchDir: string;
  /** What the system says. */
  readonly host: Host;
}

/** Sources for `-i`, and files to make first. */
export interface ResolvedInventory {
  /** One `-i` each. */
  readonly sources: readonly string[];
  /** Inline inventories. */
  readonly materials: readonly Material[];
}

/**
 * Resolves the inventory.
 *
 * @param inventory path, `h1,h2,`, INI text, list of these, or a mapping; undefined: `<pdd>/inventory`
 * @throws {ConfigError} when a path does not exist
 */
export function resolveInventory(
  inventory: TakenInputs["inventory"],
  places: InventoryPlaces,
): ResolvedInventory {
  const own = `${places.privateDataDir}/inventory`;
  if (inventory === undefined || inventory === null) {
    return { sources: places.host.kindOf(own) === undefined ? [] : [own], materials: [] };
  }
  const materials: Material[] = [];
  const sources: string[] = [];
  for (const item of Array.isArray(inventory) ? inventory : [inventory]) {
    const source = typeof item === "string" ? findSource(item, places) : undefined;
    if (source !== undefined) {
      sources.push(source);
      continue;
    }
    const material = generatedFile(item, places);
    materials.push(material);
    sources.push(material.path);
  }
  return { sources, materials };
}

/**
 * A file of ours beside the user's own inventory, so that group_vars and host_vars there apply;
 * hidden, so that an Ansible that reads the whole directory leaves it out.
 */
function generatedFile(inventory: string | JsonObject, places: InventoryPlaces): Material {
  const isText = typeof inventory === "string";
  const text = isText ? inventory : JSON.stringify(inventory);
  const own = `${places.privateDataDir}/inventory`;
  const dir = places.host.kindOf(own) === "dir" ? own : places.scratchDir;
  const path = `${dir}/${generatedFileName(places.host.newId(), isText ? "" : ".json")}`;
  return { path, text: text.endsWith("\n") ? text : text + "\n" };
}

/** Undefined for the text of an inventory. */
function findSource(source: string, places: InventoryPlaces): string | undefined {
  if (source.includes("\n")) return undefined;
  const candidates = source.startsWith("/") ? [source] : [
    `${places.privateDataDir}/${source}`,
    `${places.privateDataDir}/inventory/${source}`,
    `${places.host.cwd}/${source}`,
  ];
  const found = source === ""
    ? undefined
    : candidates.find((path) => places.host.kindOf(path) !== undefined);
  if (found !== undefined) return found;
  if (isLine(source)) return undefined;
  // Contract: a comma makes it a list of hosts.
  if (source.includes(",")) return source;
  throw new ConfigError("config.inventory", `Inventory not found: ${source}`, {
    verbatim: true,
    ...(/^[\w.-]+$/.test(source) ? { hint: `If it is a host, write "${source},"` } : {}),
  });
}

/** Names of which no file is meant. */
const SURELY_HOST = /^(localhost|\d+\.\d+\.\d+\.\d+|[\da-fA-F]*:[\da-fA-F:.]+)$/;

/** A host with variables, such as `localhost ansible_connection=local`; a path that is not there is none. */
function isLine(text: string): boolean {
  if (SURELY_HOST.test(text)) return true;
  const [host = ""] = text.trim().split(/\s/);
  if (host === "" || host.includes("/")) return false;
  return text.includes("=") || /\s/.test(text.trim()) && !text.includes(",");
}
