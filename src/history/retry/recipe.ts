/**
 * The record of a run's options from which it can be made again: where no job reaches,
 * without secrets.
 *
 * What isolates a run is no part of it, nor what may be a secret: `retry` takes both anew.
 *
 * @module
 */
import type { InputOptions } from "../../config/options.ts";
import type { RunConfig } from "../../config/run_config.ts";
import { removeQuietly, writeFileWhole } from "../../internal/atomic_write.ts";
import { exists, mtimeOf } from "../../internal/file_system.ts";
import { directoryId } from "../../internal/held_directory.ts";
import { baseName } from "../../internal/paths.ts";
import type { Redactor } from "../../internal/redact.ts";
import { readSmallFile } from "../../internal/small_file.ts";
import { makeLastingPlace, ownUid, privatePlaces } from "../../ownership/private_place.ts";

/** How a run can be run again. */
export interface Recipe {
  /** Name of the run. */
  readonly ident: string;
  /** What kept its job in, if anything did. */
  readonly isolation: string | null;
  /** Working directory of the caller: what its relative paths were relative to. */
  readonly cwd: string;
  /** Whether it ran a playbook, a module, or a program as it is. */
  readonly mode: string;
  /** The options that are kept. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of options that were given and are not kept, since they may be secrets. */
  readonly omitted: readonly string[];
}

/** A run that is repeated, and for which hosts. */
export interface FormerRun {
  /** Its name. */
  readonly ident: string;
  /** The hosts. */
  readonly hosts: readonly string[];
}

/** Options that make a run what it is and are kept, unless a secret stands in them. */
const KEPT = [
  "artifactDir",
  "projectDir",
  "playbook",
  "module",
  "moduleArgs",
  "hostPattern",
  "role",
  "roleVars",
  "roleSkipFacts",
  "hosts",
  "rolesPath",
  "binary",
  "inventory",
  "cmdline",
  "limit",
  "forks",
  "verbosity",
  "tags",
  "skipTags",
  "check",
  "diff",
  "startAtTask",
  "become",
  "user",
  "timeout",
  "omitEventData",
  "onlyFailedEventData",
  "factCache",
  "factCacheType",
] as const satisfies readonly (keyof InputOptions)[];

/** Options that may be secrets. */
const SECRET = [
  "envvars",
  "extravars",
  "extravarsWords",
  "passwords",
  "credentials",
  "settings",
  "sshKey",
  "containerAuthData",
] as const satisfies readonly (keyof InputOptions)[];

/** Options that are paths. */
const PATHS = ["artifactDir", "projectDir", "rolesPath", "binary", "inventory"];

/** Below a private place: whoever lists the runs there passes by a thousand recipes. */
const FOLDER = "recipes";

/** Recipes of a user that are kept; the oldest go. */
const MOST = 1000;

/** So many more may be there: they are looked at one by one, and not by each run. */
const MOST_AT_TIMES = 1100;

/** One run of so many counts them. */
const COUNTED_EVERY = 20;

/** Inline playbooks are as long as they are; longer ones are not kept, in bytes. */
const LONGEST = 1 << 20;

/** Makes the recipe of a run. */
export function recipeOf(
  options: InputOptions,
  { config, redactor, cwd }: {
    readonly config: RunConfig;
    readonly redactor: Redactor;
    /** The working directory at the call: relative paths are of there. */
    readonly cwd: string;
  },
): Recipe {
  const kept: Record<string, unknown> = {};
  const omitted: string[] = SECRET.filter((key) => isGiven(options[key]));
  for (const key of KEPT) {
    const value = options[key];
    if (!isGiven(value)) continue;
    const text = JSON.stringify(value);
    if (isData(key, value) || redactor.redact(text) !== text) omitted.push(key);
    else kept[key] = value;
  }
  return {
    ident: config.ident,
    isolation: config.isolation?.kind ?? null,
    cwd,
    mode: config.mode,
    options: kept,
    omitted,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== "" && value !== false &&
    !(typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** An inventory that is no name may have passwords in it. */
function isData(key: string, value: unknown): boolean {
  if (key !== "inventory") return false;
  const isNames = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isNames ? value.some((each) => each.includes("\n")) : String(value).includes("\n") ||
    typeof value !== "string";
}

/** Makes the place of recipes, before anything of a job runs: one that was there is no job's. */
export function prepareRecipes(): void {
  makeLastingPlace();
}

/** Keeps a recipe; a run goes on without. */
export function writeRecipe(artifactDirId: string, recipe: Recipe): void {
  try {
    const place = makeLastingPlace();
    if (place === undefined) return;
    const dir = `${place}/${FOLDER}`;
    const text = JSON.stringify(recipe) + "\n";
    if (text.length > LONGEST / 2) return removeQuietly(`${dir}/${artifactDirId}`);
    Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileWhole(`${dir}/${artifactDirId}`, text);
    if (Math.random() * COUNTED_EVERY < 1) forgetOldest(dir);
  } catch {
    // A full or read-only disk.
  }
}

/** Reads the recipe of the run of an artifact directory; undefined when there is none. */
export function readRecipe(artifactDir: string): Recipe | undefined {
  const path = pathOf(artifactDir);
  const text = path === undefined
    ? undefined
    : readSmallFile(path, { limit: LONGEST, owner: ownUid() });
  try {
    const recipe = JSON.parse(text ?? "");
    // A directory that was renamed is another run's to whoever looks at it.
    const name = baseName(artifactDir);
    return recipe.ident === name && Array.isArray(recipe.omitted) ? recipe : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets the recipe of a run whose artifacts are removed. */
export function forgetRecipe(artifactDir: string): void {
  const path = pathOf(artifactDir);
  if (path !== undefined) removeQuietly(path);
}

function pathOf(artifactDir: string): string | undefined {
  const id = directoryId(artifactDir);
  if (id === undefined) return undefined;
  // Devices may be numbered anew at each boot.
  const ending = id.slice(id.indexOf("-"));
  const dirs = privatePlaces().map((place) => `${place}/${FOLDER}`);
  const named = dirs.map((dir) => `${dir}/${id}`).find((path) => exists(path));
  if (named !== undefined) return named;
  for (const dir of dirs) {
    const name = recipesIn(dir).find((name) => name.endsWith(ending));
    if (name !== undefined) return `${dir}/${name}`;
  }
  return undefined;
}

function recipesIn(dir: string): string[] {
  try {
    return Array.from(Deno.readDirSync(dir), ({ name }) => name);
  } catch {
    return [];
  }
}

/** Removes the oldest recipes of a directory when there are too many. */
export function forgetOldest(dir: string): void {
  const names = recipesIn(dir);
  if (names.length <= MOST_AT_TIMES) return;
  const aged = names.map((name) => ({ name, mtime: mtimeOf(`${dir}/${name}`) ?? 0 }));
  const oldest = aged.sort((a, b) => a.mtime - b.mtime).slice(0, names.length - MOST);
  for (const { name } of oldest) removeQuietly(`${dir}/${name}`);
}

/** Options of a recipe that are relative paths. */
export function relativePaths({ options }: Recipe): string[] {
  return PATHS.filter((key) => {
    const value = options[key];
    // Hosts, and names that are searched.
    const isPath = typeof value === "string" && !value.startsWith("/") && !value.includes(",") &&
      (key !== "binary" || value.includes("/"));
    return isPath;
  });
}
