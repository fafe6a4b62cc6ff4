/**
 * Turns paths as a sender names them into those of this machine.
 *
 * @module
 */
import type { TakenInputs } from "../../config/options.ts";
import { exists } from "../../internal/file_system.ts";
import { isWithin, makeAbsolute } from "../../internal/paths.ts";

/** Options less the place of the job. */
type Sent = Omit<TakenInputs, "privateDataDir">;

/**
 * Finds what a sender names.
 *
 * @param base private data dir of this machine
 * @returns options of a run here
 */
export function placedAt(options: Sent, base: string): TakenInputs {
  const { inventory, rolesPath, envvars, projectDir, extravars } = options;
  return {
    ...options,
    privateDataDir: base,
    ...(inventory === undefined ? {} : { inventory: inventoryAt(inventory, base) }),
    ...(rolesPath === undefined ? {} : { rolesPath: rolesPathAt(rolesPath, base) }),
    ...(envvars?.["ANSIBLE_ROLES_PATH"] === undefined ? {} : { envvars: envvarsAt(envvars, base) }),
    ...(projectDir === undefined ? {} : { projectDir: found(projectDir, { base }) }),
    ...(typeof extravars !== "string"
      ? {}
      : { extravars: found(extravars.replace(/^@/, ""), { base, below: ["", "/project"] }) }),
  };
}

/** Contract: relative to the private data dir. Lists of hosts and texts stay. */
function inventoryAt(
  inventory: NonNullable<TakenInputs["inventory"]>,
  base: string,
): NonNullable<TakenInputs["inventory"]> {
  const at = (source: unknown): unknown =>
    typeof source !== "string" || source.includes("\n") || source.includes(",")
      ? source
      : found(source, { base });
  const placed = Array.isArray(inventory) ? inventory.map(at) : at(inventory);
  return placed as NonNullable<TakenInputs["inventory"]>;
}

/** Relative paths are those of the private data dir, or of Ansible's working directory. */
function rolesPathAt(rolesPath: string | readonly string[], base: string): string[] {
  const paths = typeof rolesPath === "string" ? rolesPath.split(":") : rolesPath;
  return paths.map((path) => found(path, { base, below: ["", "/project"] }));
}

/** An original sender made the path relative to its base, one of ours to roles/. */
function envvarsAt(
  envvars: NonNullable<TakenInputs["envvars"]>,
  base: string,
): NonNullable<TakenInputs["envvars"]> {
  const paths = String(envvars["ANSIBLE_ROLES_PATH"]).split(":");
  const placed = paths.map((path) => found(path, { base, below: ["", "/roles"] }));
  return { ...envvars, ANSIBLE_ROLES_PATH: placed.join(":") };
}

interface Places {
  readonly base: string;
  /** Directories in it that the path may be relative to. @default {it alone} */
  readonly below?: readonly string[];
}

/** The first that is there, of those in the private data dir; else the last. */
function found(path: string, { base, below = [""] }: Places): string {
  if (path.startsWith("/") || path.startsWith("~")) return path;
  const candidates = below.map((parent) => makeAbsolute(path, `${base}${parent}`));
  const inside = candidates.filter((each) => isWithin(each, base));
  return inside.find(exists) ?? candidates.at(-1) ?? path;
}
