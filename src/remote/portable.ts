/**
 * Turns options that name files of this machine into those that another one understands, and the
 * files that they need there.
 *
 * @module
 */
import { ansibleOptions } from "../config/argv.ts";
import { readExtraVarsWords } from "../config/extra_vars.ts";
import { readTextFile } from "../config/inputs/env_file.ts";
import { kindOfPath, pipeWaitMs } from "../config/inputs/private_data_dir.ts";
import { resolveInventory } from "../config/inventory.ts";
import type { TakenInputs } from "../config/options.ts";
import { playbookMaterial } from "../config/playbook.ts";
import { ConfigError } from "../errors.ts";
import { makeAbsolute, pathBelow } from "../internal/paths.ts";
import { generatedFileName } from "../remains.ts";
import { join } from "../python/shlex.ts";
import type { ExtraMember } from "./archive/pack.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** A job that can be sent. */
export interface PortableJob {
  /** Its options: paths in the private data dir are relative to it. */
  readonly options: TakenInputs;
  /** Files that it needs besides those of the private data dir. */
  readonly extra: readonly ExtraMember[];
}

/**
 * Makes a job portable. Nothing is written.
 *
 * @param options the caller's, with an absolute private data dir
 * @throws {ConfigError} when a file that they name is not there
 */
export async function makePortable(options: TakenInputs): Promise<PortableJob> {
  const extra: ExtraMember[] = [];
  const place: Place = { dir: options.privateDataDir, cwd: workingDirectory(), extra };
  const plain = without(options, IN_CMDLINE);
  const own = ansibleOptions(options);
  const words = await extraVarsWords(options.extravarsWords ?? [], { place, options });
  const cmdline = await cmdlineOf(options, [...own, ...words]);
  const changed = {
    ...plain,
    ...startForm(plain, place),
    ...inventory(plain, place),
    ...rolesPlaces(plain, place.dir),
    ...(cmdline === undefined ? {} : { cmdline }),
    ...joined("limit", plain.limit),
    ...joined("tags", plain.tags),
    ...joined("skipTags", plain.skipTags),
    ...await extraVarsPath(plain, place),
  };
  const sent = Object.entries(changed).filter(([, value]) => value !== undefined);
  return { options: Object.fromEntries(sent) as unknown as TakenInputs, extra };
}

/** Options that become words of the command line. */
const IN_CMDLINE: ReadonlySet<string> = new Set([
  "extravarsWords",
  "check",
  "diff",
  "startAtTask",
  "become",
  "user",
]);

function without(options: TakenInputs, names: ReadonlySet<string>): TakenInputs {
  const others = Object.entries(options).filter(([name]) => !names.has(name));
  return Object.fromEntries(others) as unknown as TakenInputs;
}

interface Place {
  readonly dir: string;
  readonly cwd: string;
  readonly extra: ExtraMember[];
}

type Changes = { readonly [Key in keyof TakenInputs]?: TakenInputs[Key] | undefined };

function joined(key: string, names: string | readonly string[] | undefined): Changes {
  return names === undefined ? {} : { [key]: typeof names === "string" ? names : names.join(",") };
}

/** A role, and plays given as data, become a file in the zip. */
function startForm(options: TakenInputs, { dir, extra }: Place): Changes {
  const projectDir = "project";
  const { playbook, role } = options;
  if (playbook === undefined && role === undefined) return {};
  if (options.module !== undefined && role === undefined) return {};
  const { path, material } = playbookMaterial(options, {
    projectDir,
    newId: () => crypto.randomUUID(),
  });
  if (material === undefined) return { playbook: pathBelow(path, `${dir}/${projectDir}`) ?? path };
  extra.push({ name: path, text: material.text });
  const ofRole = { role: undefined, roleVars: undefined, roleSkipFacts: undefined };
  const rolesPath = options.rolesPath ??
    (role !== undefined && kindOfPath(`${dir}/roles`) === "dir" ? `${dir}/roles` : undefined);
  return {
    ...ofRole,
    hosts: undefined,
    playbook: path.slice(projectDir.length + 1),
    ...rolesPlaces({ ...options, rolesPath }, dir),
  };
}

/** Lists of hosts and inventories that are data become files: a worker takes any text for a path. */
function inventory(options: TakenInputs, { dir, cwd, extra }: Place): Changes {
  if (options.inventory === undefined) return {};
  const { sources, materials } = resolveInventory(options.inventory, {
    privateDataDir: dir,
    scratchDir: dir,
    host: { env: {}, cwd, kindOf: kindOfPath, newId: () => crypto.randomUUID() },
  });
  for (const { path, text } of materials) extra.push({ name: pathBelow(path, dir) ?? path, text });
  const names = sources.map((source) => {
    if (source.startsWith("/")) return pathBelow(source, dir) ?? source;
    const isDir = kindOfPath(`${dir}/inventory`) === "dir";
    const name = `${isDir ? "inventory/" : ""}${generatedFileName(crypto.randomUUID(), "")}`;
    extra.push({ name, text: source.split(",").map((host) => `${host.trim()}\n`).join("") });
    return name;
  });
  const [only] = names;
  return { inventory: names.length === 1 ? only : names };
}

/**
 * Roles in the private data dir, as seen from a directory in it: an original worker takes them to be
 * relative to roles/ or to project/.
 */
function rolesPlaces(options: Changes, dir: string): Changes {
  const seen = (path: string): string => {
    const inside = pathBelow(path, dir);
    return inside === undefined ? path : `../${inside}`;
  };
  const { rolesPath, envvars } = options;
  const fromEnv = envvars?.["ANSIBLE_ROLES_PATH"];
  const changes: { rolesPath?: string[]; envvars?: TakenInputs["envvars"] } = {};
  if (rolesPath !== undefined) {
    const paths = typeof rolesPath === "string" ? rolesPath.split(":") : rolesPath;
    changes.rolesPath = paths.map(seen);
  }
  if (typeof fromEnv === "string") {
    const paths = fromEnv.split(":").map(seen).join(":");
    changes.envvars = { ...envvars, ANSIBLE_ROLES_PATH: paths };
  }
  return changes;
}

/** What other options add to Ansible's command line; a worker of the original has no key for them. */
async function cmdlineOf(
  { cmdline, privateDataDir }: TakenInputs,
  words: readonly string[],
): Promise<string | undefined> {
  if (words.length === 0) return cmdline;
  const first = cmdline ?? await readTextFile(`${privateDataDir}/env/cmdline`, {
    label: "env/cmdline",
    waitMs: pipeWaitMs(),
  });
  return [...(first?.trim() ? [first.trim()] : []), join(words)].join(" ");
}

/** The words of `-e` go as files: in the command line all could read them. */
async function extraVarsWords(
  all: readonly string[],
  { place, options }: { readonly place: Place; readonly options: TakenInputs },
): Promise<string[]> {
  const words: string[] = [];
  for (const each of all) {
    const source = readExtraVarsWords(each);
    const path = source.kind === "path"
      ? await sentFile(makeAbsolute(source.path, place.cwd), place)
      : addFile(source.kind === "text" ? source.text : JSON.stringify(source.data), place);
    words.push("-e", `@${fromCwd(path, options)}`);
  }
  return words;
}

async function extraVarsPath(options: TakenInputs, place: Place): Promise<Changes> {
  if (typeof options.extravars !== "string") return {};
  const path = makeAbsolute(options.extravars.replace(/^@/, ""), place.cwd);
  return { extravars: fromCwd(await sentFile(path, place), options) };
}

/** Ansible's working directory is project/, but for modules. */
function fromCwd(path: string, { module, role }: TakenInputs): string {
  return module !== undefined && role === undefined ? path : `../${path}`;
}

/** Where a file is in the private data dir, into which it goes if it is elsewhere. */
async function sentFile(path: string, place: Place): Promise<string> {
  const inside = pathBelow(path, place.dir);
  if (inside !== undefined) return inside;
  const text = await readTextFile(path, { waitMs: pipeWaitMs() });
  if (text !== undefined) return addFile(text, place);
  throw new ConfigError("config.extra_vars", `Cannot read ${JSON.stringify(path)}: no such file`);
}

function addFile(text: string, { extra }: Place): string {
  const name = generatedFileName(crypto.randomUUID(), "");
  extra.push({ name, text });
  return name;
}
