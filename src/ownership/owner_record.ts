/**
 * The process that owns an artifact directory, from its records: one that lives, or does not.
 *
 * The record that counts lies in a private place, in a directory named after the artifact directory
 * itself (device, inode, birth), where no job reaches. The copy in the scratch directory is a hint
 * for those who cannot see that place (another container, another host on a shared disk): a job can
 * write it, so that it says at most that a process lives; nothing is ended or removed on its word.
 *
 * An owner is recognised by pid, start time and boot, so that a recycled pid is no owner.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../run_layout.ts";
import { isDirectory, ownerOf } from "../internal/file_system.ts";
import { directoryId } from "../internal/held_directory.ts";
import { baseName } from "../internal/paths.ts";
import { openRegularFile, readSmallFile } from "../internal/small_file.ts";
import { bootId, hostName, isVisible, type ProcessIdentity } from "./identity.ts";
import { ownUid, privatePlaces } from "./private_place.ts";
import { isAlive } from "../process/process_tree.ts";

export { SCRATCH_NAME };

/** Start of the name under which a scratch directory waits for its removal. */
export const GRAVE_PREFIX: string = `${SCRATCH_NAME}-dead-`;

/** Who runs a run. */
export interface Owner extends ProcessIdentity, Locked {
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker: string;
  /** Path of the artifact directory when the run began. */
  readonly artifactDir: string;
  /** What the artifact directory is, whatever its path, see `directoryId`. */
  readonly id: string;
  /** Directory of the record. */
  readonly recordDir: string;
  /** Whether only its writer could have written it. */
  readonly isPrivate: boolean;
  /** Who wrote it. */
  readonly uid?: number | undefined;
}

/** What says besides the pid whether a process lives. */
export interface Locked {
  /** File that the process has locked until its end; not part of the record. */
  readonly lockFile?: string | undefined;
}

/**
 * Reads who owns an artifact directory.
 *
 * @returns the owner, alive or not, or undefined when nobody does
 */
export function readOwner(artifactDir: string): Owner | undefined {
  return readPrivateOwner(artifactDir) ?? readScratchOwner(artifactDir);
}

/**
 * Reads the record that no job can have written.
 *
 * @returns the owner, alive or not; a live one before dead ones
 */
export function readPrivateOwner(artifactDir: string): Owner | undefined {
  const id = directoryId(artifactDir);
  if (id === undefined) return undefined;
  const owners = placesToRead(artifactDir).map(({ place, uid }) =>
    readPrivateRecord(`${place}/${id}`, uid)
  ).filter((owner) => owner !== undefined);
  return owners.find((owner) => isOwnerAlive(owner)) ?? owners[0];
}

/** Ours; root sees those of a directory's owner as well. */
function placesToRead(path: string): { place: string; uid: number }[] {
  const uid = ownUid();
  if (uid === undefined) return [];
  const others = uid === 0 ? ownerOf(path) ?? 0 : uid;
  return Array.from(new Set([uid, others]))
    .flatMap((user) => privatePlaces(user).map((place) => ({ place, uid: user })));
}

/**
 * Reads a record of a private place.
 *
 * @returns the owner, or undefined when the record is none
 */
export function readPrivateRecord(recordDir: string, uid: number): Owner | undefined {
  const path = `${recordDir}/${SCRATCH.owner}`;
  return parseOwner(readSmallFile(path, { owner: uid }), { recordDir, uid, isPrivate: true });
}

/**
 * Lists the runs of a user, live and dead.
 *
 * @param near root sees those of the owner of this path as well @default {only our own}
 */
export function listOwners(near = "/"): Owner[] {
  return placesToRead(near).flatMap(({ place, uid }) =>
    listDirectories(place).map((name) => readPrivateRecord(`${place}/${name}`, uid))
  ).filter((owner) => owner !== undefined);
}

/**
 * Finds the artifact directory of a record below an artifact root, by what it is, not by its name.
 *
 * @param artifactRoot directory of all artifact directories
 * @returns its path there, or undefined when it is elsewhere
 */
export function artifactDirIn(owner: Owner, artifactRoot: string): string | undefined {
  const dir = `${artifactRoot}/${baseName(owner.artifactDir)}`;
  return isSameDirectory(owner, dir) ? dir : undefined;
}

/** Whether a record is about the directory that is at a path now. */
export function isSameDirectory(owner: Owner, dir: string): boolean {
  const id = directoryId(dir);
  if (id === undefined) return false;
  // Devices may be numbered anew at each boot.
  return owner.id === id ||
    owner.boot !== bootId() && withoutDevice(owner.id) === withoutDevice(id);
}

function withoutDevice(id: string): string {
  return id.slice(id.indexOf("-"));
}

/**
 * Reads the copy that a job can write.
 *
 * @param scratch name of the scratch directory
 * @returns the owner that it names, if it was written by whoever owns the directory, or by us
 */
export function readScratchOwner(artifactDir: string, scratch = SCRATCH_NAME): Owner | undefined {
  const recordDir = `${artifactDir}/${scratch}`;
  if (!isDirectory(recordDir)) return undefined;
  for (const uid of new Set([ownerOf(artifactDir), ownUid()])) {
    if (uid === undefined) continue;
    const text = readSmallFile(`${recordDir}/${SCRATCH.owner}`, { owner: uid });
    const owner = parseOwner(text, { recordDir, uid, isPrivate: false });
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/**
 * Tells whether the process that owns a run lives.
 *
 * Where its pid means nothing to us (another container, another host on a shared disk) the lock that
 * it holds on its record decides: nobody clears the run of a process that cannot be seen from here.
 *
 * @returns whether it lives, or may
 */
export function isOwnerAlive(
  owner: ProcessIdentity & Locked & Partial<Pick<Owner, "isPrivate" | "uid">>,
): boolean {
  if (isVisible(owner)) {
    if (!isAlive(owner.pid, owner.startTime)) return false;
    // What a job wrote may name any process, such as init.
    return owner.isPrivate !== false || (ownerOf(`/proc/${owner.pid}`) ?? owner.uid) === owner.uid;
  }
  // Rebooted since: whoever it was is gone, on a file system without locks as well.
  const isGone = owner.boot !== bootId() && owner.host === hostName();
  return owner.lockFile === undefined ? !isGone : isLocked(owner.lockFile) ?? !isGone;
}

/** Who runs a run right now, if anybody does. */
export function liveOwner(artifactDir: string): Owner | undefined {
  const owner = readOwner(artifactDir);
  return owner !== undefined && isOwnerAlive(owner) ? owner : undefined;
}

/** Whether the run of an artifact directory is alive. */
export function hasLiveOwner(artifactDir: string): boolean {
  return liveOwner(artifactDir) !== undefined;
}

function isLocked(path: string): boolean | undefined {
  let file: Deno.FsFile;
  try {
    file = openRegularFile(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
  try {
    return !file.tryLockSync(true);
  } catch {
    return undefined;
  } finally {
    file.close();
  }
}

/**
 * The marker of a run. No other is believed: whoever can write the record could name a variable of
 * any process, and have it ended by whoever looks at the run.
 */
const MARKER = /^RUNNER_RUN_ID=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parseOwner(
  text: string | undefined,
  read: Pick<Owner, "recordDir" | "uid" | "isPrivate">,
): Owner | undefined {
  if (text === undefined) return undefined;
  try {
    const owner = JSON.parse(text);
    if (!Number.isInteger(owner?.pid) || owner.pid < 1 || !MARKER.test(owner.marker)) {
      return undefined;
    }
    const texts = ["startTime", "boot", "namespace", "host", "artifactDir", "id"];
    if (!texts.every((key) => typeof owner[key] === "string")) return undefined;
    return { ...owner, ...read, lockFile: `${read.recordDir}/${SCRATCH.owner}` };
  } catch {
    return undefined;
  }
}

/**
 * Lists directories; links to directories are none.
 *
 * @param path need not exist
 */
export function listDirectories(path: string): string[] {
  try {
    return Array.from(Deno.readDirSync(path)).filter((entry) => entry.isDirectory)
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
