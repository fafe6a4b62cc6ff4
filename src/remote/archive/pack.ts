/**
 * Packs a directory into a zip in flat memory: links stay links, and what is no file is left out.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { giveBack } from "../../internal/bytes.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { sleep } from "../../internal/sleep.ts";
import type { Spool } from "./spool.ts";
import { FILE_TYPE } from "./zip_format.ts";
import { type MemberInfo, PIECE, ZipWriter } from "./zip_writer.ts";

/** A member that is no file of the directory. */
export interface ExtraMember {
  /** Its path in the zip. */
  readonly name: string;
  /** Its text. */
  readonly text: string;
}

/** How a directory is packed. */
export interface PackOptions {
  /** Where the zip goes. */
  readonly spool: Spool;
  /** Members besides those of the directory. @default {none} */
  readonly extra?: readonly ExtraMember[];
  /** A file of the directory that is left out: another one goes in its place. */
  readonly without?: string | undefined;
  /** Told what was left out, and why. */
  readonly warn?: (message: string) => void;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** After so many bytes others get a turn: signals, lines that keep a connection alive. */
const TURN_BYTES = 4 << 20;

/** What a look at a directory or a file costs, as bytes. */
const LOOK = 4 << 10;

/**
 * Packs a directory.
 *
 * @param dir absolute path
 * @param options where to, and what besides
 * @throws {RunnerError} when something cannot be read, or has a name that is no UTF-8; naming it
 */
export async function packDirectory(dir: string, options: PackOptions): Promise<void> {
  await new Packer(dir, options).pack();
}

/** Packs files that are in no directory. */
export function packTexts(members: readonly ExtraMember[], spool: Spool): void {
  const zip = new ZipWriter(spool);
  addTexts(zip, members);
  zip.finish();
}

function addTexts(zip: ZipWriter, members: readonly ExtraMember[]): void {
  for (const { name, text } of members) {
    const info = { name, mode: FILE_TYPE.file | 0o600, mtime: new Date() };
    zip.addFile(info, new TextEncoder().encode(text));
  }
}

class Packer {
  readonly #dir: string;
  readonly #options: PackOptions;
  readonly #zip: ZipWriter;
  readonly #buffer = new Uint8Array(PIECE);
  #sinceTurn = 0;

  constructor(dir: string, options: PackOptions) {
    this.#dir = dir;
    this.#options = options;
    this.#zip = new ZipWriter(options.spool);
  }

  async pack(): Promise<void> {
    const { extra = [] } = this.#options;
    const directories = [""];
    for (let at = directories.pop(); at !== undefined; at = directories.pop()) {
      const found = await this.#packFiles(at);
      // The next one first, as the original does.
      directories.push(...found.reverse());
    }
    addTexts(this.#zip, extra);
    this.#zip.finish();
  }

  /** Packs what is in one directory; returns the directories in it, each with a slash behind. */
  async #packFiles(parent: string): Promise<string[]> {
    const directories: string[] = [];
    for (const entry of this.#list(parent)) {
      const name = `${parent}${entry.name}`;
      if (name === this.#options.without) continue;
      const info = this.#lookAt(name);
      if (info === undefined) continue;
      const mode = (info.mode ?? 0) & 0o7777;
      const member = { name, mtime: info.mtime, mode };
      if (info.isDirectory) {
        this.#zip.addStored(
          { ...member, name: `${name}/`, mode: FILE_TYPE.dir | mode },
          new Uint8Array(0),
        );
        directories.push(`${name}/`);
      } else if (info.isSymlink) this.#addLink(member);
      else if (info.isFile) {
        await this.#addFile({ ...member, mode: FILE_TYPE.file | mode }, info.size);
      } else {
        const what = info.isFifo ? "a named pipe" : "a socket or a device";
        this.#options.warn?.(`Left out ${JSON.stringify(name)}: it is ${what}`);
      }
      if ((this.#sinceTurn += LOOK) >= TURN_BYTES) await this.#turn();
    }
    return directories;
  }

  #list(parent: string): Deno.DirEntry[] {
    try {
      return [...Deno.readDirSync(`${this.#dir}/${parent}`)];
    } catch (error) {
      this.#skipIfGone(parent, error);
      return [];
    }
  }

  #lookAt(name: string): Deno.FileInfo | undefined {
    try {
      return Deno.lstatSync(`${this.#dir}/${name}`);
    } catch (error) {
      // A name that is not UTF-8 comes with U+FFFD in it, and is then not found.
      if (error instanceof Deno.errors.NotFound && name.includes("\ufffd")) {
        throw packError(name, { reason: "its name is not UTF-8", cause: error });
      }
      return this.#skipIfGone(name, error);
    }
  }

  #addLink(member: MemberInfo): void {
    try {
      const target = new TextEncoder().encode(Deno.readLinkSync(`${this.#dir}/${member.name}`));
      this.#zip.addStored({ ...member, mode: FILE_TYPE.link | 0o777 }, target);
    } catch (error) {
      this.#skipIfGone(member.name, error);
    }
  }

  async #addFile(member: MemberInfo, size: number): Promise<void> {
    const path = `${this.#dir}/${member.name}`;
    if (size <= PIECE) {
      const bytes = this.#readWhole(path, member.name);
      if (bytes === undefined) return;
      this.#sinceTurn += bytes.length;
      this.#zip.addFile(member, bytes);
      giveBack(bytes);
      return;
    }
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path);
    } catch (error) {
      return this.#skipIfGone(member.name, error);
    }
    using _file = file;
    const pieces = this.#piecesOf(file, { size, name: member.name });
    await this.#zip.addLargeFile(member, { size, pieces });
  }

  #readWhole(path: string, name: string): Uint8Array | undefined {
    try {
      return Deno.readFileSync(path);
    } catch (error) {
      return this.#skipIfGone(name, error);
    }
  }

  /** A file that grows meanwhile is packed as long as it was. */
  async *#piecesOf(
    file: Deno.FsFile,
    { size, name }: { readonly size: number; readonly name: string },
  ): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      let count: number | null;
      try {
        count = file.readSync(this.#buffer.subarray(0, Math.min(left, PIECE)));
      } catch (error) {
        throw packError(name, { reason: describeOsError(error), cause: error });
      }
      if (count === null) return;
      left -= count;
      yield this.#buffer.subarray(0, count);
      if ((this.#sinceTurn += count) >= TURN_BYTES) await this.#turn();
    }
  }

  async #turn(): Promise<void> {
    this.#sinceTurn = 0;
    await sleep(0);
    this.#options.signal?.throwIfAborted();
  }

  #skipIfGone(name: string, error: unknown): undefined {
    if (error instanceof Deno.errors.NotFound && name !== "") {
      this.#options.warn?.(`Left out ${JSON.stringify(name)}: it vanished meanwhile`);
      return undefined;
    }
    throw packError(name, { reason: describeOsError(error), cause: error });
  }
}

function packError(
  name: string,
  { reason, cause }: { readonly reason: string; readonly cause: unknown },
): RunnerError {
  return new RunnerError("remote.pack", `Cannot send ${JSON.stringify(name)}: ${reason}`, {
    cause,
  });
}
