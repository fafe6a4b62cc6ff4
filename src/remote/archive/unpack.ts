/**
 * Unpacks a zip below a directory. Nothing is written outside of it, nor through a link.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { giveBack } from "../../internal/bytes.ts";
import { createPrivateFile, writeAll } from "../../internal/atomic_write.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { sleep } from "../../internal/sleep.ts";
import type { Spool } from "./spool.ts";
import { FILE_TYPE } from "./zip_format.ts";
import { giveBackOutput } from "./zlib.ts";
import { type Member, ZipError, ZipReader } from "./zip_reader.ts";

/** After so many bytes others get a turn: signals, lines that keep a connection alive. */
const TURN_BYTES = 4 << 20;

/** What making a file costs, as bytes. */
const MAKE = 8 << 10;

/** Longest name, and longest target of a link, in bytes; the system allows no longer one. */
const MAX_PATH = 4096;

/** So much of a name that is too long is shown. */
const SHOWN = 100;

/** How a zip is unpacked. */
export interface UnpackOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Names in the target: members of these names, or below them, are left out. @default {none} */
  readonly without?: readonly string[] | undefined;
}

/**
 * Unpacks a zip; files that are there and have no member stay.
 *
 * @param target an existing directory, or a link to one
 * @param options what ends it, and names in the target that are left as they are
 * @throws {RunnerError} when the zip is damaged or wants to write elsewhere
 */
export async function unpack(
  spool: Spool,
  target: string,
  options: UnpackOptions = {},
): Promise<void> {
  try {
    const zip = new ZipReader(spool);
    checkNames(zip);
    await new Unpacker(zip, { target: Deno.realPathSync(target), ...options }).unpack();
  } catch (error) {
    if (options.signal?.aborted === true || error instanceof RunnerError) throw error;
    const reason = error instanceof ZipError ? error.message : describeOsError(error);
    throw new RunnerError("remote.unpack", `Cannot unpack the zip file: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Looks at all names before the first file is written. Links alone are kept: the prefixes of all names
 * would take more memory than the zip.
 */
function checkNames(zip: ZipReader): void {
  const found = new Set<string>();
  for (const { name, mode } of zip.members()) {
    const path = pathOf(name);
    if ((mode & FILE_TYPE.mask) === FILE_TYPE.link && path !== "") found.add(`${path}/`);
  }
  if (found.size === 0) return;
  const links = [...found].sort();
  for (const { name } of zip.members()) {
    const path = pathOf(name);
    const link = lastUpTo(links, path);
    if (link === undefined || !path.startsWith(link)) continue;
    throw new ZipError(`a member leads through the link ${JSON.stringify(link.slice(0, -1))}`);
  }
}

/**
 * The last of sorted texts that is not after the given one: the only one that it can begin with, as
 * long as none of them begins with another. Where one does it is found as the path of a member itself.
 */
function lastUpTo(sorted: readonly string[], text: string): string | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") <= text) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

/** The path of a member below the directory, without a slash at its end; empty for the directory itself. */
function pathOf(name: string): string {
  // A character is three bytes at most of its length here.
  if (name.length * 3 > MAX_PATH && new TextEncoder().encode(name).length > MAX_PATH) {
    throw new ZipError(`${JSON.stringify(name.slice(0, SHOWN))}... is too long a name`);
  }
  if (!ODD.test(name)) return name.endsWith("/") ? name.slice(0, -1) : name;
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (name.startsWith("/") || parts.includes("..") || name.includes("\0")) {
    throw new ZipError(`${JSON.stringify(name)} leads out of the directory`);
  }
  return parts.join("/");
}

/** Whether a path is that name, or below it. */
function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`);
}

/** Bits of a mode that have a program run as its owner or group. */
const SET_ID = 0o6000;

/** What is in the few names that are not the path that they stand for. */
const ODD = /^\/|\/\/|(?:^|\/)\.\.?(?:\/|$)|\0/;

class Unpacker {
  readonly #zip: ZipReader;
  readonly #target: string;
  readonly #options: UnpackOptions;
  /** Directories that have been seen to be no links; nothing here makes a link of one. */
  readonly #known = new Set<string>();
  /** Modes of directories that we made: they count when all is in them. */
  readonly #modes = new Map<string, Member>();
  /** The directory that is known to be none but ours, relative. */
  #parent = "";
  #sinceTurn = 0;

  constructor(
    zip: ZipReader,
    { target, ...options }: UnpackOptions & { readonly target: string },
  ) {
    this.#zip = zip;
    this.#target = target;
    this.#options = options;
  }

  async unpack(): Promise<void> {
    const { without = [] } = this.#options;
    for (const member of this.#zip.members()) {
      const path = pathOf(member.name);
      if (path === "" || without.some((name) => isWithin(path, name))) continue;
      this.#enter(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
      const wait = this.#make(member, `${this.#target}/${path}`);
      if (wait !== undefined) await wait;
      if ((this.#sinceTurn += MAKE) >= TURN_BYTES) await this.#turn();
    }
    for (const [path, { mode, mtime }] of [...this.#modes].reverse()) {
      Deno.utimeSync(path, mtime, mtime);
      // As of files: a member without a mode is a plain directory.
      Deno.chmodSync(path, mode === 0 ? 0o755 : mode & 0o7777);
    }
  }

  /** Makes the directory that a member lies in, if need be: most lie in that of the one before. */
  #enter(parent: string): void {
    if (parent === this.#parent) return;
    let path = this.#target;
    for (const part of parent === "" ? [] : parent.split("/")) {
      path += `/${part}`;
      if (!this.#known.has(path)) this.#makeDir(path);
    }
    this.#parent = parent;
  }

  /** Makes a directory; says whether it was not there. */
  #makeDir(path: string): boolean {
    this.#known.add(path);
    try {
      Deno.mkdirSync(path, { mode: 0o755 });
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const { isDirectory, isSymlink } = Deno.lstatSync(path);
    if (isDirectory) return false;
    this.#known.delete(path);
    const shown = JSON.stringify(path.slice(this.#target.length + 1));
    throw new ZipError(
      isSymlink ? `a member leads through the link ${shown}` : `${shown} is not a directory`,
    );
  }

  /** Makes what a member is; what is small at once. */
  #make(member: Member, path: string): void | Promise<void> {
    const type = member.mode & FILE_TYPE.mask;
    if (member.name.endsWith("/") || type === FILE_TYPE.dir) {
      // Contract: the mode of one that is there stays.
      if (!this.#isDir(path) && this.#makeDir(path)) this.#modes.set(path, member);
      return;
    }
    if (type === FILE_TYPE.link) return this.#makeLink(member, path);
    // Contract: a member without a mode is a plain file.
    const mode = member.mode === 0 ? 0o644 : member.mode & 0o7777;
    const bytes = this.#zip.readWhole(member);
    if (bytes === undefined) return this.#makeLarge(member, { path, mode });
    this.#sinceTurn += bytes.length;
    const make = (): void => {
      Deno.writeFileSync(path, bytes, { createNew: true, mode });
      // Writing takes these from files of others than root.
      if ((mode & SET_ID) !== 0) Deno.chmodSync(path, mode);
    };
    if (this.#replacing(path, make)) Deno.utimeSync(path, member.mtime, member.mtime);
    if (!member.isStored) giveBackOutput(bytes);
  }

  #isDir(path: string): boolean {
    if (this.#known.has(path)) return true;
    try {
      return Deno.lstatSync(path).isDirectory;
    } catch {
      return false;
    }
  }

  #makeLink(member: Member, path: string): void {
    const bytes = member.size > MAX_PATH ? undefined : this.#zip.readWhole(member, { isNow: true });
    if (bytes === undefined || bytes.includes(0)) {
      throw new ZipError(`${JSON.stringify(member.name)} is no link`);
    }
    const target = new TextDecoder().decode(bytes);
    this.#replacing(path, () => Deno.symlinkSync(target, path));
  }

  async #makeLarge(
    member: Member,
    { path, mode }: { readonly path: string; readonly mode: number },
  ): Promise<void> {
    if (!this.#replacing(path, () => createPrivateFile(path).close())) return;
    using file = Deno.openSync(path, { write: true });
    await this.#fill(file, member);
    Deno.chmodSync(path, mode);
    Deno.utimeSync(path, member.mtime, member.mtime);
  }

  /**
   * Makes something new in the place of what may be there, which is never opened: it may be a link
   * or a pipe. Contract: a directory stays.
   */
  #replacing(path: string, make: () => void): boolean {
    try {
      make();
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    if (this.#isDir(path)) return false;
    Deno.removeSync(path);
    make();
    return true;
  }

  /** Holes stay holes: what is nothing but zeros is not written. */
  async #fill(file: Deno.FsFile, member: Member): Promise<void> {
    for await (const piece of this.#zip.readPieces(member)) {
      if (isHole(piece)) file.seekSync(piece.length, Deno.SeekMode.Current);
      else writeAll(file, piece);
      this.#sinceTurn += piece.length;
      giveBack(piece);
      if (this.#sinceTurn >= TURN_BYTES) await this.#turn();
    }
    file.truncateSync(member.size);
  }

  async #turn(): Promise<void> {
    this.#sinceTurn = 0;
    await sleep(0);
    this.#options.signal?.throwIfAborted();
  }
}

/** Whether there are only zeros: looked at by four, for there may be gigabytes. */
function isHole({ buffer, byteOffset, length }: Uint8Array): boolean {
  const start = Math.ceil(byteOffset / 4);
  const end = Math.floor((byteOffset + length) / 4);
  const words = start < end ? new Int32Array(buffer, start * 4, end - start) : [];
  for (let at = 0; at < words.length; at++) if (words[at] !== 0) return false;
  const bytes = new Uint8Array(buffer, byteOffset, length);
  const head = bytes.subarray(0, start * 4 - byteOffset);
  const tail = bytes.subarray(Math.max(0, end * 4 - byteOffset));
  return [...head, ...tail].every((byte) => byte === 0);
}
