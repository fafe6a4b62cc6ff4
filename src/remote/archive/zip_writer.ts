/**
 * Writes a zip that Python's `zipfile` and any unzip read: zip64 where it is needed.
 *
 * @module
 */
import { GrowingBytes } from "../../internal/bytes.ts";
import type { Spool } from "./spool.ts";
import {
  type DosTime,
  EARLIEST,
  EXTRA,
  FILE_TYPE,
  IN_ZIP64,
  LENGTH,
  MANY,
  METHOD,
  SIGNATURE,
  toDosTime,
  UTF8_FLAG,
  viewOf,
} from "./zip_format.ts";
import { crc32, giveBackOutput, isZlibLoaded, zlib } from "./zlib.ts";

/** What a zip says of a member besides its bytes. */
export interface MemberInfo {
  /** Path with `/`, relative. */
  readonly name: string;
  /** Type and permission bits. */
  readonly mode: number;
  /** Time of its last change. */
  readonly mtime: Date | null;
}

/** From this size on a member's numbers have 64 bits: packed it may be a little larger. */
const LARGE = 0xf0000000;

/** Half of the CPU time of the default level, and files a tenth larger. */
const LEVEL = 1;

/** So much in all is not worth the time that it takes to load zlib, in bytes. */
const FEW_BYTES = 64 << 10;

/** So much of a large member is packed at once, in bytes. */
export const PIECE = 1 << 20;

/** Version that reads zip64, and the one that reads the rest. */
const VERSION = { plain: 20, zip64: 45 } as const;

const MADE_ON_UNIX = 3;

/** The end of a deflated member whose pieces are none of them the last. */
const LAST_PIECE = new Uint8Array([3, 0]);

interface Sizes {
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

interface Started {
  readonly info: MemberInfo;
  readonly name: Uint8Array;
  readonly method: number;
  readonly offset: number;
  readonly isLarge: boolean;
}

const utf8 = new TextEncoder();

/** Writes a zip. */
export class ZipWriter {
  readonly #spool: Spool;
  readonly #directory = new GrowingBytes();
  #count = 0;
  /** Bytes of files that are kept as they are. */
  #stored = 0;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  /** Adds what is kept as it is, such as a directory or a link. */
  addStored(info: MemberInfo, bytes: Uint8Array): void {
    const member = this.#start(info, { method: METHOD.stored, isLarge: false });
    const sizes = { crc: crc32(bytes), packed: bytes.length, size: bytes.length };
    this.#spool.append(localHeader(member, sizes));
    this.#spool.append(bytes);
    this.#list(member, sizes);
  }

  /** Adds a file whose bytes are in memory; the first few of a zip are kept as they are. */
  addFile(info: MemberInfo, bytes: Uint8Array): void {
    if (!isZlibLoaded() && this.#stored + bytes.length <= FEW_BYTES) {
      this.#stored += bytes.length;
      return this.addStored(info, bytes);
    }
    const member = this.#start(info, { method: METHOD.deflated, isLarge: false });
    const packed = zlib().deflateRawSync(bytes, { level: LEVEL });
    const sizes = { crc: crc32(bytes), packed: packed.length, size: bytes.length };
    this.#spool.append(localHeader(member, sizes));
    this.#spool.append(packed);
    giveBackOutput(packed);
    this.#list(member, sizes);
  }

  /**
   * Adds a file piece by piece.
   *
   * @param info what is said of it
   * @param options how large it will be at most, and its pieces
   */
  async addLargeFile(
    info: MemberInfo,
    options: { readonly size: number; readonly pieces: AsyncIterable<Uint8Array> },
  ): Promise<void> {
    const isLarge = options.size >= LARGE;
    const member = this.#start(info, { method: METHOD.deflated, isLarge });
    this.#spool.append(localHeader(member, { crc: 0, packed: 0, size: 0 }));
    const start = this.#spool.length;
    const finishFlush = zlib().constants.Z_SYNC_FLUSH;
    let [crc, size] = [0, 0];
    for await (const piece of options.pieces) {
      crc = crc32(piece, crc);
      size += piece.length;
      const packed = zlib().deflateRawSync(piece, { level: LEVEL, finishFlush });
      this.#spool.append(packed);
      giveBackOutput(packed);
    }
    this.#spool.append(LAST_PIECE);
    const sizes = { crc, packed: this.#spool.length - start, size };
    this.#spool.patch(member.offset, localHeader(member, sizes));
    this.#list(member, sizes);
  }

  /** Writes the directory of all members; none may follow. */
  finish(): void {
    const start = this.#spool.length;
    this.#spool.append(this.#directory.bytes);
    const size = this.#directory.bytes.length;
    const isLarge = this.#count >= MANY || start >= IN_ZIP64 || size >= IN_ZIP64;
    if (isLarge) this.#spool.append(end64(this.#count, { start, size }));
    const end = new Uint8Array(LENGTH.end);
    const view = viewOf(end);
    view.setUint32(0, SIGNATURE.end, true);
    view.setUint16(8, Math.min(this.#count, MANY), true);
    view.setUint16(10, Math.min(this.#count, MANY), true);
    view.setUint32(12, Math.min(size, IN_ZIP64), true);
    view.setUint32(16, Math.min(start, IN_ZIP64), true);
    this.#spool.append(end);
  }

  #start(info: MemberInfo, how: { readonly method: number; readonly isLarge: boolean }): Started {
    const name = utf8.encode(info.name);
    return { info, name, offset: this.#spool.length, ...how };
  }

  #list(member: Started, sizes: Sizes): void {
    this.#count++;
    this.#directory.append(centralHeader(member, sizes));
  }
}

/** The permission bits, type and time of what a link is have no say: a fixed time, as the original. */
function dosTimeOf(info: MemberInfo): DosTime {
  const isLink = (info.mode & FILE_TYPE.mask) === FILE_TYPE.link;
  return isLink || info.mtime === null ? EARLIEST : toDosTime(info.mtime);
}

/**
 * Makes a header with what both of a member say: from the version that reads it to the length of its
 * extra fields, its name and these fields.
 *
 * @param member what it is of
 * @param parts its sizes, where that begins, how long the header is without them, and the fields
 */
function headerOf(member: Started, parts: {
  readonly sizes: Sizes;
  readonly at: number;
  readonly length: number;
  readonly zip64: Uint8Array;
}): DataView {
  const { sizes, at, length, zip64 } = parts;
  const { name, info, isLarge } = member;
  const extra = timeExtra(info);
  const header = new Uint8Array(length + name.length + zip64.length + extra.length);
  const view = new DataView(header.buffer);
  const { date, time } = dosTimeOf(info);
  view.setUint16(at, isLarge ? VERSION.zip64 : VERSION.plain, true);
  view.setUint16(at + 2, name.length === info.name.length ? 0 : UTF8_FLAG, true);
  view.setUint16(at + 4, member.method, true);
  view.setUint16(at + 6, time, true);
  view.setUint16(at + 8, date, true);
  view.setUint32(at + 10, sizes.crc, true);
  view.setUint32(at + 14, isLarge ? IN_ZIP64 : sizes.packed, true);
  view.setUint32(at + 18, isLarge ? IN_ZIP64 : sizes.size, true);
  view.setUint16(at + 22, name.length, true);
  view.setUint16(at + 24, zip64.length + extra.length, true);
  header.set(name, length);
  header.set(zip64, length + name.length);
  header.set(extra, length + name.length + zip64.length);
  return view;
}

function localHeader(member: Started, sizes: Sizes): Uint8Array {
  const zip64 = member.isLarge ? zip64Extra([sizes.size, sizes.packed]) : NOTHING;
  const view = headerOf(member, { sizes, at: 4, length: LENGTH.local, zip64 });
  view.setUint32(0, SIGNATURE.local, true);
  return new Uint8Array(view.buffer);
}

function centralHeader(member: Started, sizes: Sizes): Uint8Array {
  const isFar = member.offset >= IN_ZIP64;
  const numbers = [
    ...(member.isLarge ? [sizes.size, sizes.packed] : []),
    ...(isFar ? [member.offset] : []),
  ];
  const zip64 = numbers.length === 0 ? NOTHING : zip64Extra(numbers);
  const view = headerOf(member, { sizes, at: 6, length: LENGTH.central, zip64 });
  view.setUint32(0, SIGNATURE.central, true);
  view.setUint8(4, member.isLarge || isFar ? VERSION.zip64 : VERSION.plain);
  view.setUint8(5, MADE_ON_UNIX);
  const isDir = (member.info.mode & FILE_TYPE.mask) === FILE_TYPE.dir;
  view.setUint32(38, ((member.info.mode << 16) | (isDir ? 0x10 : 0)) >>> 0, true);
  view.setUint32(42, isFar ? IN_ZIP64 : member.offset, true);
  return new Uint8Array(view.buffer);
}

const NOTHING = new Uint8Array(0);

function zip64Extra(numbers: readonly number[]): Uint8Array {
  const extra = new Uint8Array(4 + numbers.length * 8);
  const view = viewOf(extra);
  view.setUint16(0, EXTRA.zip64, true);
  view.setUint16(2, numbers.length * 8, true);
  numbers.forEach((number, at) => view.setBigUint64(4 + at * 8, BigInt(number), true));
  return extra;
}

/** The time in UTC: between time zones the other one shifts. */
function timeExtra(info: MemberInfo): Uint8Array {
  const seconds = Math.floor((info.mtime?.getTime() ?? NaN) / 1000);
  const isLink = (info.mode & FILE_TYPE.mask) === FILE_TYPE.link;
  if (isLink || !(Math.abs(seconds) < 2 ** 31)) return NOTHING;
  const extra = new Uint8Array(9);
  const view = viewOf(extra);
  view.setUint16(0, EXTRA.time, true);
  view.setUint16(2, 5, true);
  view.setUint8(4, 1);
  view.setInt32(5, seconds, true);
  return extra;
}

function end64(
  count: number,
  directory: { readonly start: number; readonly size: number },
): Uint8Array {
  const bytes = new Uint8Array(LENGTH.end64 + LENGTH.locator64);
  const view = viewOf(bytes);
  view.setUint32(0, SIGNATURE.end64, true);
  view.setBigUint64(4, BigInt(LENGTH.end64 - 12), true);
  view.setUint16(12, VERSION.zip64, true);
  view.setUint16(14, VERSION.zip64, true);
  view.setBigUint64(24, BigInt(count), true);
  view.setBigUint64(32, BigInt(count), true);
  view.setBigUint64(40, BigInt(directory.size), true);
  view.setBigUint64(48, BigInt(directory.start), true);
  view.setUint32(LENGTH.end64, SIGNATURE.locator64, true);
  view.setBigUint64(LENGTH.end64 + 8, BigInt(directory.start + directory.size), true);
  view.setUint32(LENGTH.end64 + 16, 1, true);
  return bytes;
}
