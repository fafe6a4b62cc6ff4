/**
 * Checksums, and Node's zlib: loaded when there is enough to do for it, since that takes as long as a
 * fifth of a small job.
 *
 * @module
 */
type Zlib = typeof import("node:zlib");

let loaded: Zlib | undefined;

/** Whether it is loaded: then it is used for whatever there is. */
export function isZlibLoaded(): boolean {
  return loaded !== undefined;
}

/** Loads it. */
export function zlib(): Zlib {
  return loaded ??= process.getBuiltinModule("node:zlib");
}

/**
 * The checksum of a member.
 *
 * @param before that of the bytes before these
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (loaded !== undefined) return loaded.crc32(bytes, before);
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  return crc;
});

/** Gives the memory of what zlib has made back, unless others have a part in it: then it is small. */
export function giveBackOutput(bytes: Uint8Array): void {
  const { poolSize } = process.getBuiltinModule("node:buffer").Buffer;
  const { buffer } = bytes;
  // Mostly larger than what it has made.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > poolSize) buffer.transfer(0);
}
