/**
 * Turns the recorded rows of helpers in containers into what our helpers tell the engine: a program,
 * since directory and environment of a process are its own.
 *
 *     deno run -A helper_calls.ts < table.json
 *
 * @module
 */
import { getInventory, getPluginDocs, runCommand } from "../../mod.ts";
import { getAnsibleConfig } from "../../src/ansible_tools/ansible_config.ts";
import type { CommandOptions } from "../../src/ansible_tools/command.ts";
import { type FileSpec, TestPlace } from "./data_dir.ts";

/** Where each row is. */
export interface HelperPlace {
  /** Directories below the place. */
  readonly dirs: readonly string[];
  /** Empty files below it. */
  readonly files: readonly string[];
}

/** One call of a helper, with the names of Python; ROOT stands for the place. */
export interface HelperRow {
  /** What it is about. */
  readonly title: string;
  /** The function. */
  readonly call: string;
  /** Its arguments. */
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** What the caller's environment has besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** The caller's directory. @default {ROOT/here} */
  readonly cwd?: string;
  /** Directories that are not in the place. */
  readonly without?: readonly string[];
  /** What the engine is called with. */
  readonly argv: readonly string[];
}

/** A table of rows. */
export interface HelperTable {
  readonly place: HelperPlace;
  readonly rows: readonly HelperRow[];
}

async function callOf(row: HelperRow, { dirs, files }: HelperPlace): Promise<string[]> {
  const specs: [string, FileSpec][] = [
    ...dirs.map((path): [string, FileSpec] => [path, { dir: true }]),
    ...files.map((path): [string, FileSpec] => [path, ""]),
  ];
  using place = new TestPlace(Object.fromEntries(specs), ["podman", "docker"]);
  for (const path of row.without ?? []) Deno.removeSync(`${place.root}/${path}`);
  const { kwargs, env = {} } = JSON.parse(JSON.stringify(row).replaceAll("ROOT", place.root));
  Deno.env.delete("SSH_AUTH_SOCK");
  const own = { HOME: `${place.root}/home`, PATH: `${place.bin}:/usr/bin:/bin`, ...env };
  for (const [name, value] of Object.entries(own)) Deno.env.set(name, String(value));
  Deno.chdir(row.cwd ?? `${place.root}/here`);
  try {
    await call(row.call, {
      private_data_dir: place.dir,
      ident: "x",
      process_isolation: true,
      process_isolation_executable: "podman",
      container_image: "img",
      ...kwargs,
    });
  } finally {
    Deno.chdir("/");
  }
  return JSON.parse(JSON.stringify(place.call().argv).replaceAll(place.root, "ROOT"));
}

async function call(name: string, kwargs: Readonly<Record<string, unknown>>): Promise<void> {
  const { executable_cmd, cmdline_args, action, inventories, plugin_names, ...rest } = kwargs;
  const options = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [inCamelCase(key), value]),
  ) as CommandOptions;
  switch (name) {
    case "run_command":
      await runCommand(executable_cmd as string, cmdline_args as string[] ?? [], options);
      return;
    case "get_inventory":
      await getInventory(action as "list", inventories as string[], options);
      return;
    case "get_plugin_docs":
      await getPluginDocs(plugin_names as string[], options);
      return;
    case "get_ansible_config":
      await getAnsibleConfig(action as "dump", options);
      return;
    default:
      throw new Error(`No helper "${name}"`);
  }
}

function inCamelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

if (import.meta.main) {
  const { place, rows }: HelperTable = await new Response(Deno.stdin.readable).json();
  const calls = [];
  for (const row of rows) calls.push(await callOf(row, place));
  await new Blob([JSON.stringify(calls)]).stream().pipeTo(Deno.stdout.writable);
}
