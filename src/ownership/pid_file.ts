/**
 * The pid file of a private data dir, and the background run that it names, with its proof.
 *
 * `<private data dir>/pid` holds the bare pid for people and scripts; `pid.owner` beside it says by
 * start time and boot whose pid that is. Every run has the same record beside its owner record, and
 * its own `pid` in its artifact directory. Changes are made under a lock on the private data dir,
 * which the system drops when its holder dies. A job may write there: only private records prove.
 *
 * @module
 */
import { PID_FILE, SCRATCH, SCRATCH_NAME } from "../run_layout.ts";
import { ConfigError } from "../errors.ts";
import { removeQuietly, writeFileWhole } from "../internal/atomic_write.ts";
import { isDirectory } from "../internal/file_system.ts";
import { isVisible, ownIdentity, type ProcessIdentity, startTimeOf } from "./identity.ts";
import {
  artifactDirIn,
  isOwnerAlive,
  listDirectories,
  listOwners,
  type Locked,
  type Owner,
  readOwner,
} from "./owner_record.ts";
import { privatePlaces } from "./private_place.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import { parentOf, pathBelow } from "../internal/paths.ts";
import { sleep } from "../internal/sleep.ts";
import { readRegularFile } from "../internal/small_file.ts";

/** A background run and the process that runs it. */
export interface PidRecord extends ProcessIdentity, Locked {
  /** Whether the caller chose the ident. */
  readonly named: boolean;
  /** When it was started, in milliseconds since 1970; orders runs, nothing else. */
  readonly since: number;
  /** Owner of the file that this was read from; not part of the record. */
  readonly writtenBy?: number | undefined;
  /** The run's artifact directory, once it is known. */
  readonly artifactDir?: string;
  /** Time it gives its processes between TERM and KILL, in milliseconds. */
  readonly graceMs?: number;
}

/** What a pid file says. */
export type PidFileState =
  | { readonly kind: "none" }
  | { readonly kind: "alive"; readonly record: PidRecord }
  | { readonly kind: "dead"; readonly pid: number; readonly record?: PidRecord }
  | { readonly kind: "foreign"; readonly pid: number }
  | { readonly kind: "garbage" };

/** Name of a run's record, beside its owner record. */
const RECORD_NAME = "background";

/** How long the claim of a process that cannot be seen from here counts, in milliseconds. */
const CLAIM_MS = 60_000;

/**
 * Reads the pid file of a private data dir.
 *
 * @returns whose pid it is, and whether that process lives
 */
export function readPidFile(privateDataDir: string): PidFileState {
  const record = readShared(privateDataDir);
  if (record !== undefined) {
    return isRecordAlive(record)
      ? { kind: "alive", record }
      : { kind: "dead", pid: record.pid, record };
  }
  let text: string;
  try {
    text = readRegularFile(`${privateDataDir}/${PID_FILE}`);
  } catch (error) {
    return { kind: error instanceof Deno.errors.NotFound ? "none" : "garbage" };
  }
  const pid = /^\s*([1-9]\d{0,9})\s*$/.exec(text)?.[1];
  if (pid === undefined) return { kind: "garbage" };
  // Without a record nothing proves that the process is a run: it is never touched.
  return { kind: startTimeOf(Number(pid)) === "" ? "dead" : "foreign", pid: Number(pid) };
}

/**
 * Reads the record of one background run.
 *
 * @returns the record, alive or not; undefined for a run in the foreground and when there is none
 */
export function readRunRecord(artifactDir: string): PidRecord | undefined {
  const owner = readOwner(artifactDir);
  return owner === undefined ? undefined : recordOf(owner, artifactDir);
}

function recordOf(owner: Owner, artifactDir: string): PidRecord | undefined {
  const record = readRecord(`${owner.recordDir}/${RECORD_NAME}`);
  const isHis = record?.pid === owner.pid && record.startTime === owner.startTime;
  return isHis ? { ...record, artifactDir, lockFile: owner.lockFile } : undefined;
}

/** Whether the process of a background run lives. */
export function isRecordAlive(record: PidRecord): boolean {
  // Only from its claim until its publishing a run has no file to be locked.
  if (record.artifactDir !== undefined || isVisible(record)) return isOwnerAlive(record);
  return Math.abs(Date.now() - record.since) < CLAIM_MS;
}

/** A background run's claim on the pid file, until disposed. */
export class PidClaim implements AsyncDisposable {
  readonly #privateDataDir: string;
  #record: PidRecord;
  #artifactDir: HeldDirectory | undefined;

  private constructor(privateDataDir: string, record: PidRecord) {
    this.#privateDataDir = privateDataDir;
    this.#record = record;
  }

  /**
   * Claims the place of a background run.
   *
   * @param privateDataDir exists
   * @param options whether the caller chose the ident: of runs without one there is only one at a time
   * @throws {ConfigError} when another run without ident is alive
   */
  static async make(privateDataDir: string, options: { named: boolean }): Promise<PidClaim> {
    const record: PidRecord = {
      ...ownIdentity(),
      named: options.named,
      since: Date.now(),
    };
    if (!options.named) {
      await withLock(privateDataDir, () => {
        const state = readPidFile(privateDataDir);
        if (state.kind === "alive" && !state.record.named) {
          throw running(privateDataDir, state.record.pid);
        }
        writeRecord(privateDataDir, record);
      });
    }
    return new PidClaim(privateDataDir, record);
  }

  /**
   * Publishes the run once its artifact directory is ours.
   *
   * @param run where it is, and how long it takes to end
   */
  async publish(run: { artifactDir: string; graceMs: number }): Promise<void> {
    const record = this.#record = { ...this.#record, ...run };
    this.#artifactDir = HeldDirectory.open(run.artifactDir);
    const text = JSON.stringify(record) + "\n";
    const owner = readOwner(run.artifactDir);
    if (owner?.isPrivate === true) writeFileWhole(`${owner.recordDir}/${RECORD_NAME}`, text);
    // For those who cannot see that place.
    writeFileWhole(this.#artifactDir.at(`${SCRATCH_NAME}/${RECORD_NAME}`), text);
    writeFileWhole(this.#artifactDir.at(PID_FILE), `${record.pid}\n`);
    await withLock(this.#privateDataDir, () => {
      const state = readPidFile(this.#privateDataDir);
      const isTaken = state.kind === "alive" && !state.record.named &&
        !isSame(state.record, record);
      if (!isTaken) writeRecord(this.#privateDataDir, record);
    });
  }

  /** Takes the pid files away, or hands the private data dir's to another live run. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { artifactDir } = this.#record;
    using held = this.#artifactDir;
    if (held !== undefined) removeOwn(held);
    if (!isDirectory(this.#privateDataDir, { followLinks: true })) return;
    await withLock(this.#privateDataDir, () => {
      const record = readShared(this.#privateDataDir);
      if (record !== undefined && !isSame(record, this.#record)) return;
      handOver(this.#privateDataDir, {
        artifactRoot: artifactDir === undefined ? undefined : parentOf(artifactDir),
        except: this.#record,
      });
    });
  }
}

/**
 * Makes the pid file tell the truth: a dead run's is given to the live one that is left, or removed.
 *
 * @param privateDataDir the directory; need not exist
 */
export async function repairPidFile(privateDataDir: string, artifactRoot: string): Promise<void> {
  const state = readPidFile(privateDataDir);
  if (state.kind !== "dead") return;
  await withLock(privateDataDir, () => {
    const again = readPidFile(privateDataDir);
    if (again.kind === "dead") handOver(privateDataDir, { artifactRoot });
  });
}

/**
 * Lists the live background runs of an artifact root.
 *
 * @param artifactRoot directory of all artifact directories; need not exist
 * @returns their records: one without ident first, then the latest
 */
export function listBackgroundRuns(artifactRoot: string): PidRecord[] {
  const records = privatePlaces().length > 0
    ? listOwners(artifactRoot).map((owner) => {
      const dir = artifactDirIn(owner, artifactRoot);
      return dir === undefined ? undefined : recordOf(owner, dir);
    })
    : listDirectories(artifactRoot).map((ident) => readRunRecord(`${artifactRoot}/${ident}`));
  return records.filter((record) => record !== undefined).filter(isRecordAlive).sort((a, b) =>
    Number(a.named) - Number(b.named) || b.since - a.since
  );
}

function removeOwn(artifactDir: HeldDirectory): void {
  try {
    removeQuietly(artifactDir.at(PID_FILE));
  } catch {
    // Another directory is in its place: nothing there is ours.
  }
}

interface HandOver {
  readonly artifactRoot: string | undefined;
  readonly except?: PidRecord;
}

function handOver(privateDataDir: string, { artifactRoot, except }: HandOver): void {
  const runs = artifactRoot === undefined ? [] : listBackgroundRuns(artifactRoot);
  const next = runs.find((record) => except === undefined || !isSame(record, except));
  if (next !== undefined) return writeRecord(privateDataDir, next);
  removeQuietly(`${privateDataDir}/${PID_FILE}`);
  removeQuietly(`${privateDataDir}/pid.owner`);
}

/** The record comes first: whoever sees the pid finds its proof. */
function writeRecord(privateDataDir: string, record: PidRecord): void {
  const { lockFile: _, writtenBy: __, artifactDir, ...rest } = record;
  // Relative, as the private data dir may have another path in a container.
  const dir = pathBelow(artifactDir ?? "", privateDataDir) ?? artifactDir;
  const text = JSON.stringify({ ...rest, artifactDir: dir }) + "\n";
  writeFileWhole(`${privateDataDir}/pid.owner`, text);
  writeFileWhole(`${privateDataDir}/${PID_FILE}`, `${record.pid}\n`);
}

function readShared(privateDataDir: string): PidRecord | undefined {
  const record = readRecord(`${privateDataDir}/pid.owner`);
  if (record?.artifactDir === undefined) return record;
  const { artifactDir } = record;
  const isAbsolute = artifactDir.startsWith("/");
  return located(record, isAbsolute ? artifactDir : `${privateDataDir}/${artifactDir}`);
}

function located(record: PidRecord, artifactDir: string): PidRecord {
  const lockFile = readOwner(artifactDir)?.lockFile ??
    `${artifactDir}/${SCRATCH_NAME}/${SCRATCH.owner}`;
  return { ...record, artifactDir, lockFile };
}

function readRecord(path: string): PidRecord | undefined {
  try {
    const record = JSON.parse(readRegularFile(path));
    const isWhole = Number.isInteger(record?.pid) && record.pid > 1 &&
      ["startTime", "boot", "namespace", "host"].every((key) => typeof record[key] === "string");
    return isWhole ? { ...record, writtenBy: Deno.lstatSync(path).uid ?? undefined } : undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: PidRecord, b: PidRecord): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.boot === b.boot;
}

/** How long another start may hold the lock, in milliseconds; it does so for some file operations. */
const LOCK_MS = 3000;

async function withLock(dir: string, change: () => void): Promise<void> {
  using file = Deno.openSync(dir);
  const end = performance.now() + LOCK_MS;
  try {
    // A job, too, can hold this lock, and for ever.
    while (!file.tryLockSync(true) && performance.now() < end) await sleep(10);
  } catch {
    // A file system without locks (some network mounts): only simultaneous starts lose by it.
  }
  change();
}

function running(privateDataDir: string, pid: number): ConfigError {
  return new ConfigError(
    "background.running",
    `Cannot start in "${privateDataDir}": a run without ident is alive there (pid ${pid})`,
    { hint: "Give this one an ident (-i), or stop the other first" },
  );
}
