/**
 * Turns a program made by `deno compile` into the base binary that it was made from.
 *
 * @module
 */

const ELF_MAGIC = 0x7f454c46;
const USER_AGENT = /Deno\/(\d+\.\d+\.\d+)/;
/** How much is looked at at a time, and how much longer than that a version may be, in bytes. */
const PART = 1 << 20;
const OVERLAP = 32;

/** What is known of a base binary. */
export interface BaseBinary {
  /** The program less what `deno compile` appended to it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Machine number in its header. */
  readonly elfMachine: number;
  /** Version of Deno that it carries, if it tells. */
  readonly denoVersion: string | undefined;
}

/**
 * Reads a base binary, or cuts it out of a compiled program: `deno compile` appends its data behind
 * the last header of the ELF file, and the base is what stands before.
 *
 * @param path a `denort`, or a program made by `deno compile`
 * @returns the base binary
 * @throws {RangeError} when the file is not a 64-bit ELF program
 */
export function readBaseBinary(path: string): BaseBinary {
  const bytes = Deno.readFileSync(path);
  const view = new DataView(bytes.buffer);
  if (bytes.length < 64 || view.getUint32(0) !== ELF_MAGIC || bytes[4] !== 2) {
    throw new RangeError(`Cannot use "${path}" as base binary: expected a 64-bit ELF program`);
  }
  const sections = Number(view.getBigUint64(0x28, true));
  const end = sections + view.getUint16(0x3a, true) * view.getUint16(0x3c, true);
  const base = end > 64 && end <= bytes.length ? bytes.subarray(0, end) : bytes;
  return {
    bytes: base,
    elfMachine: view.getUint16(0x12, true),
    denoVersion: findDenoVersion(base),
  };
}

/** Looks part by part: a text of all 93 MB takes ten times as long as finding it in there. */
function findDenoVersion(bytes: Uint8Array): string | undefined {
  const decoder = new TextDecoder("latin1");
  for (let at = 0; at < bytes.length; at += PART) {
    const found = USER_AGENT.exec(decoder.decode(bytes.subarray(at, at + PART + OVERLAP)));
    // What begins behind the part may be cut; the next part has it whole.
    if (found !== null && found.index < PART) return found[1];
  }
  return undefined;
}
