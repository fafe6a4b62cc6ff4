/**
 * Reads the members of a zip and their bytes. What it says of itself is not believed: no
 * size, count or offset that comes from it is allocated or jumped to unchecked.
 *
 * @module
 */
import type { Spool } from "./spool.ts";
import {
  EXTRA,
  findExtra,
  fromDosTime,
  IN_ZIP64,
  LENGTH,
  MANY,
  METHOD,
  SIGNATURE,
  UTF8_FLAG,
  viewOf,
} from "./zip_format.ts";
import { crc32, isZlibLoaded, zlib } from "./zlib.ts";

/** Something is wrong with a zip. */
export class ZipError extends Error {}

/** A member, as the zip's directory has it. */
export interface Member {
  /** Its name, as it stands there. */
  readonly name: string;
  /** Type and permission bits; 0 when the zip was not made on Unix. */
  readonly mode: number;
  readonly mtime: Date;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly isStored: boolean;
  /** Where its own header is. */
  readonly offset: number;
}

/** Longest comment behind a zip. */
const MAX_COMMENT = 0xffff;

/** So much is read at once, in bytes. */
const WINDOW = 1 << 20;

/** Largest member that is unpacked at once, packed and not, in bytes. */
const AT_ONCE = { packed: 1 << 19, size: 4 << 20 } as const;

/** Fewer members, and fewer bytes that need a checksum, take less time without zlib than it takes to load. */
const FEW = { members: 24, bytes: 4 << 20 } as const;

/**
 * So much of a large member is unpacked at once: what it becomes is at most a thousand times longer. Of
 * one that is said to become so many times longer it is less: nearly all of it is a hole.
 */
const PIECE = { usual: 16 << 10, times: 50, ofHole: 2 << 10 } as const;

/** Reads a zip. */
export class ZipReader {
  readonly #spool: Spool;
  readonly #directory: { readonly start: number; readonly end: number };
  /** Members that were unpacked without zlib. */
  #patient = 0;
  /** The directory is read while members are. */
  readonly #lists: Window;
  readonly #bytes: Window;

  /**
   * Finds the directory of a zip.
   *
   * @throws {ZipError} when it is none
   */
  constructor(spool: Spool) {
    this.#spool = spool;
    this.#lists = new Window(spool);
    this.#bytes = new Window(spool);
    this.#directory = this.#findDirectory();
  }

  /** Lists the members, in the order of the directory. */
  *members(): Generator<Member, void, undefined> {
    const { start, end } = this.#directory;
    // A zip whose members lie over each other unpacks to any size.
    let packedBytes = 0;
    for (let at = start; at < end;) {
      const header = viewOf(this.#lists.read(at, LENGTH.central));
      if (header.getUint32(0, true) !== SIGNATURE.central) throw new ZipError("bad directory");
      const name = header.getUint16(28, true);
      const extra = header.getUint16(30, true);
      const length = LENGTH.central + name + extra + header.getUint16(32, true);
      if (at + length > end) throw new ZipError("bad directory");
      const member = memberOf(this.#lists.read(at, length), { name, extra });
      packedBytes += member.packed;
      if (packedBytes > this.#spool.length) throw new ZipError("members lie over each other");
      yield member;
      at += length;
    }
  }

  /**
   * The bytes of a small member, good until the next call, or undefined when it is to be read in pieces:
   * so are the first few of a zip, unless it has to be now.
   */
  readWhole(
    member: Member,
    { isNow = false }: { readonly isNow?: boolean } = {},
  ): Uint8Array | undefined {
    const { packed, size, isStored } = member;
    if (packed > AT_ONCE.packed || size > AT_ONCE.size) return undefined;
    if (!isStored && !isNow && !isZlibLoaded() && ++this.#patient <= FEW.members) return undefined;
    const bytes = this.#bytes.read(this.#startOf(member), packed);
    const unpacked = isStored ? bytes : this.#inflate(member, bytes);
    if (unpacked.length !== size || crc32(unpacked) !== member.crc) {
      throw damaged(member);
    }
    return unpacked;
  }

  /** The bytes of any member, piece by piece; each is the caller's. */
  async *readPieces(member: Member): AsyncGenerator<Uint8Array, void, undefined> {
    if (member.size > FEW.bytes) zlib();
    let [crc, left] = [0, member.size];
    const packed = this.#packedPieces(member);
    try {
      for await (const piece of member.isStored ? packed : inflated(packed)) {
        left -= piece.length;
        if (left < 0) throw damaged(member);
        crc = crc32(piece, crc);
        yield piece;
      }
    } catch (error) {
      if (error instanceof TypeError) throw damaged(member);
      throw error;
    }
    if (left !== 0 || crc !== member.crc) throw damaged(member);
  }

  #inflate(member: Member, bytes: Uint8Array): Uint8Array {
    try {
      // One byte more than there should be is enough to see that there are more; none is no limit.
      const most = member.size + 1;
      // In one piece; the default is many of 16 KB.
      const chunkSize = Math.max(most, PIECE.usual);
      return zlib().inflateRawSync(bytes, { maxOutputLength: most, chunkSize });
    } catch {
      throw damaged(member);
    }
  }

  async *#packedPieces(member: Member): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const start = this.#startOf(member);
    const { packed, size } = member;
    const length = size > packed * PIECE.times ? PIECE.ofHole : PIECE.usual;
    for (let at = 0; at < packed; at += length) {
      // A copy: the window moves on while it is on its way.
      yield this.#bytes.read(start + at, Math.min(length, packed - at)).slice();
    }
  }

  /** Where the bytes of a member begin. */
  #startOf(member: Member): number {
    const header = viewOf(this.#bytes.read(member.offset, LENGTH.local));
    if (header.getUint32(0, true) !== SIGNATURE.local) throw damaged(member);
    return member.offset + LENGTH.local + header.getUint16(26, true) + header.getUint16(28, true);
  }

  #findDirectory(): { readonly start: number; readonly end: number } {
    const { length } = this.#spool;
    const tailAt = Math.max(0, length - LENGTH.end - MAX_COMMENT);
    const tail = this.#lists.read(tailAt, length - tailAt);
    const view = viewOf(tail);
    let at = tail.length - LENGTH.end;
    while (at >= 0 && !isEnd(view, at)) at--;
    if (at < 0) throw new ZipError("not a zip file");
    const count = view.getUint16(at + 10, true);
    const [size, start] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const endAt = tailAt + at;
    const needs64 = count === MANY || size === IN_ZIP64 || start === IN_ZIP64;
    const found = (needs64 ? this.#findDirectory64(endAt) : undefined) ?? { start, size };
    if (found.start + found.size > endAt) throw new ZipError("bad directory");
    return { start: found.start, end: found.start + found.size };
  }

  #findDirectory64(endAt: number): { readonly start: number; readonly size: number } | undefined {
    if (endAt < LENGTH.locator64) return undefined;
    const locator = viewOf(this.#lists.read(endAt - LENGTH.locator64, LENGTH.locator64));
    if (locator.getUint32(0, true) !== SIGNATURE.locator64) return undefined;
    const end = viewOf(this.#lists.read(numberOf(locator, 8), LENGTH.end64));
    if (end.getUint32(0, true) !== SIGNATURE.end64) throw new ZipError("bad directory");
    return { size: numberOf(end, 40), start: numberOf(end, 48) };
  }
}

/** A part of the zip in memory: most reads go on where the last one ended. */
class Window {
  readonly #spool: Spool;
  #buffer = new Uint8Array(0);
  #at = 0;
  #length = 0;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  /** Bytes of the zip, good until the next call. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const total = this.#spool.length;
    if (!(offset >= 0 && offset + length <= total)) throw new ZipError("cut short");
    const skipped = offset - this.#at;
    if (skipped < 0 || skipped + length > this.#length) return this.#refill(offset, length);
    return this.#buffer.subarray(skipped, skipped + length);
  }

  #refill(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const wanted = Math.max(length, Math.min(WINDOW, this.#spool.length));
    if (this.#buffer.length < wanted) this.#buffer = new Uint8Array(wanted);
    this.#at = offset;
    this.#length = this.#spool.readAt(offset, this.#buffer);
    if (this.#length < length) throw new ZipError("cut short");
    return this.#buffer.subarray(0, length);
  }
}

function isEnd(view: DataView, at: number): boolean {
  if (view.getUint32(at, true) !== SIGNATURE.end) return false;
  return at + LENGTH.end + view.getUint16(at + 20, true) <= view.byteLength;
}

function inflated(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncIterable<Uint8Array> {
  return ReadableStream.from(pieces).pipeThrough(new DecompressionStream("deflate-raw"));
}

function memberOf(
  bytes: Uint8Array,
  lengths: { readonly name: number; readonly extra: number },
): Member {
  const view = viewOf(bytes);
  const flags = view.getUint16(8, true);
  const method = view.getUint16(10, true);
  const nameEnd = LENGTH.central + lengths.name;
  const name = decodeName(bytes.subarray(LENGTH.central, nameEnd), (flags & UTF8_FLAG) !== 0);
  if ((flags & 1) !== 0) throw new ZipError(`${JSON.stringify(name)} is encrypted`);
  if (method !== METHOD.stored && method !== METHOD.deflated) {
    throw new ZipError(`${JSON.stringify(name)} is packed in an unknown way (${method})`);
  }
  const extra = bytes.subarray(nameEnd, nameEnd + lengths.extra);
  const large = numbers64(extra);
  const wide = (field: number): number => {
    const number = view.getUint32(field, true);
    return number === IN_ZIP64 ? large.next().value ?? number : number;
  };
  const size = wide(24);
  const packed = wide(20);
  const offset = wide(42);
  return {
    name,
    mode: view.getUint32(38, true) >>> 16,
    mtime: timeOf(extra) ??
      fromDosTime({ time: view.getUint16(12, true), date: view.getUint16(14, true) }),
    crc: view.getUint32(16, true),
    packed,
    size,
    offset,
    isStored: method === METHOD.stored,
  };
}

/** Numbers that need 64 bits, in the order in which the header wants them: size, packed, offset. */
function* numbers64(extra: Uint8Array): Generator<number, undefined> {
  const field = findExtra(extra, EXTRA.zip64);
  if (field === undefined) return undefined;
  for (let at = 0; at + 8 <= field.length; at += 8) yield numberOf(viewOf(field), at);
  return undefined;
}

function numberOf(view: DataView, at: number): number {
  // Above 2^53 it is no longer exact, and outside of any zip all the same.
  return Number(view.getBigUint64(at, true));
}

function timeOf(extra: Uint8Array): Date | undefined {
  const field = findExtra(extra, EXTRA.time);
  if (field === undefined || field.length < 5 || ((field[0] ?? 0) & 1) === 0) return undefined;
  return new Date(viewOf(field).getInt32(1, true) * 1000);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const shown = JSON.stringify(new TextDecoder().decode(bytes));
    throw new ZipError(`the name ${shown} is not UTF-8${isUtf8 ? "" : ", nor said to be"}`);
  }
}

function damaged(member: Member): ZipError {
  return new ZipError(`${JSON.stringify(member.name)} is damaged`);
}
