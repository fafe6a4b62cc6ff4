/**
 * Removes what jobs left on a worker: directories, registry logins, images.
 *
 * @module
 */
import { hasLiveOwner, listDirectories } from "../../ownership/owner_record.ts";
import { REMAINS_PREFIX } from "../../remains.ts";
import { ARTIFACT_ROOT, PID_FILE } from "../../run_layout.ts";
import { RunnerError } from "../../errors.ts";
import { exists, isDirectory, realPath } from "../../internal/file_system.ts";
import {
  callerPath,
  findProgram,
  type ProgramOutput,
  runProgram,
} from "../../internal/programs.ts";
import { removeTree } from "../../internal/remove_tree.ts";
import { readSmallFile } from "../../internal/small_file.ts";
import { glob } from "./glob.ts";
import { sweepTemporaryPlaces, temporaryDir } from "./temporary_place.ts";

/** What is removed. */
export interface CleanupOptions {
  /** Directories that match are removed. */
  readonly filePattern?: string | undefined;
  /** Directories with one of these in their path stay; each may be several, at blanks and commas. */
  readonly excludeStrings?: readonly string[] | undefined;
  /** Younger directories stay, in minutes. @default {60} */
  readonly gracePeriodMinutes?: number | undefined;
  /** Directory in which those of killed workers are looked for. @default {they are not} */
  readonly temporary?: string | undefined;
  /** Images, each may be several. */
  readonly removeImages?: readonly string[] | undefined;
  /** Whether images that nothing uses are removed. @default {false} */
  readonly imagePrune?: boolean | undefined;
  /** The container engine. @default {"podman"} */
  readonly engine?: string | undefined;
  /** How long each of its commands may take, in milliseconds. @default {120_000} */
  readonly engineMs?: number | undefined;
  /** Takes what was done, a line at a time. */
  readonly print: (line: string) => void;
  /** Takes why nothing was done. */
  readonly refuse: (text: string) => void;
}

/** So long the engine may take where nothing else is said, in milliseconds. */
const ENGINE_MS = 120_000;

/** Nothing is removed when one of these matches. */
const SYSTEM = [
  "/",
  "/bin",
  "/dev",
  "/home",
  "/lib",
  "/mnt",
  "/proc",
  "/run",
  "/sys",
  "/usr",
  "/boot",
  "/etc",
  "/opt",
  "/sbin",
  "/var",
  // Also where TMPDIR names another one.
  "/tmp",
  "/var/tmp",
];

/**
 * Removes what jobs left. Live jobs stay, links are not followed.
 *
 * @returns whether anything was removed; undefined when the pattern matches a directory of the system
 * @throws {RunnerError} when there is no engine
 */
export async function cleanUp(options: CleanupOptions): Promise<boolean | undefined> {
  const { filePattern, removeImages, imagePrune = false, print } = options;
  const removed = filePattern === undefined ? false : removeDirectories(filePattern, options);
  if (removed === undefined) return undefined;
  let isChanged = removed;
  const { temporary } = options;
  const left = temporary === undefined ? 0 : sweepTemporaryPlaces(temporary);
  if (left > 0) {
    isChanged = true;
    print(`Removed ${left} temporary dir(s) of killed workers`);
  }
  const images = wordsOf(removeImages ?? []);
  if (images.length > 0 || imagePrune) {
    const engine = engineFor(options.engine ?? "podman", options.engineMs ?? ENGINE_MS);
    if (images.length > 0) {
      const count = await removeEach(images, engine);
      if (count > 0) isChanged = true;
      if (count > 0) print(`Removed ${count} image(s)`);
    }
    if (imagePrune && await prune(engine)) {
      isChanged = true;
      print("Pruned images");
    }
  }
  print(isChanged ? "(changed: True)" : "(changed: False)");
  return isChanged;
}

function wordsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== "");
}

function removeDirectories(pattern: string, options: CleanupOptions): boolean | undefined {
  const found = glob(pattern);
  const protectedDirs = [...SYSTEM, temporaryDir()];
  const bad = found.filter((path) => protectedDirs.includes(realPath(path)));
  if (bad.length > 0) {
    options.refuse(
      `Provided pattern could result in deleting system folders:\n${bad.join("\n")}\n` +
        "Refusing to continue for user system safety.",
    );
    return undefined;
  }
  const excluded = wordsOf(options.excludeStrings ?? []);
  const newest = Date.now() - (options.gracePeriodMinutes ?? 60) * 60_000;
  let count = 0;
  for (const dir of found) {
    if (excluded.some((word) => dir.includes(word)) || !isOldDirectory(dir, newest)) continue;
    if (isLive(dir)) options.print(`Excluding running project ${dir} from cleanup`);
    else if (removeOne(dir, options.print)) count++;
  }
  if (count > 0) options.print(`Removed ${count} private data dir(s) in pattern ${pattern}`);
  return count > 0;
}

/** A link to a directory is none. */
function isOldDirectory(path: string, newest: number): boolean {
  try {
    const info = Deno.lstatSync(path);
    return info.isDirectory && (info.mtime?.getTime() ?? 0) <= newest;
  } catch {
    return false;
  }
}

/** Whether a runner is at work there, ours or the original. */
function isLive(dir: string): boolean {
  const root = `${dir}/${ARTIFACT_ROOT}`;
  if (artifactDirs(dir).some((ident) => hasLiveOwner(`${root}/${ident}`))) return true;
  const pid = readSmallFile(`${dir}/${PID_FILE}`)?.trim() ?? "";
  return /^[1-9]\d{0,9}$/.test(pid) && exists(`/proc/${pid}`);
}

function artifactDirs(dir: string): readonly string[] {
  return isDirectory(`${dir}/${ARTIFACT_ROOT}`) ? listDirectories(`${dir}/${ARTIFACT_ROOT}`) : [];
}

function removeOne(dir: string, print: (line: string) => void): boolean {
  const prefixes = artifactDirs(dir).map((ident) => `${REMAINS_PREFIX.registry}${ident}_`);
  if (!removeTree(dir)) return false;
  if (prefixes.length === 0) return true;
  const parent = temporaryDir();
  for (const name of listDirectories(parent)) {
    const isOurs = prefixes.some((prefix) => name.startsWith(prefix));
    if (isOurs && removeTree(`${parent}/${name}`)) {
      print(`Removed associated registry auth dir ${parent}/${name}`);
    }
  }
  return true;
}

interface Engine {
  /** Runs one of its commands; one that takes too long is killed, and has said what it has said. */
  readonly run: (...words: readonly string[]) => Promise<ProgramOutput>;
  readonly isPodman: boolean;
}

function engineFor(name: string, ms: number): Engine {
  const program = findProgram(name, callerPath());
  if (program === undefined) {
    throw new RunnerError("isolation.executable", `Cannot find container engine: ${name}`);
  }
  return {
    run: (...words) => runProgram([program, ...words], { signal: AbortSignal.timeout(ms) }),
    isPodman: /podman/.test(name),
  };
}

async function removeEach(images: readonly string[], engine: Engine): Promise<number> {
  let count = 0;
  for (const image of images) count += await removeImage(image, engine);
  return count;
}

async function removeImage(image: string, { run, isPodman }: Engine): Promise<number> {
  // Contract: the quotes are a part of the argument.
  const { stdout } = await run("images", '--format="{{.Repository}}:{{.Tag}}"', image);
  const tags = stdout.split("\n").map((line) => line.trim().replace(/^"|"$/g, ""))
    .filter((tag) => tag !== "");
  if (tags.length === 0) return 0;
  if (isPodman) {
    const { code, stdout: said } = await run("untag", image);
    return code === 0 && said.trim() === "" ? 1 : 0;
  }
  let count = 0;
  for (const tag of tags) {
    const { stdout: said } = await run("rmi", tag, "-f");
    count += said.split("Untagged:").length - 1;
  }
  return count;
}

async function prune({ run }: Engine): Promise<boolean> {
  const { stdout } = await run("image", "prune", "-f");
  const said = stdout.trim();
  return said !== "" && said !== "Total reclaimed space: 0B";
}
