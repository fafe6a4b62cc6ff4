/**
 * The bytes of a zip around its members: what the writer makes and the reader takes apart.
 *
 * @module
 */

/** Signatures of the parts of a zip. */
export const SIGNATURE = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** Lengths of the fixed parts, in bytes. */
export const LENGTH = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

/** How a member's bytes are kept. */
export const METHOD = { stored: 0, deflated: 8 } as const;

/** Types in the mode of a member. */
export const FILE_TYPE = { mask: 0o170000, file: 0o100000, dir: 0o040000, link: 0o120000 } as const;

/** Names are UTF-8. */
export const UTF8_FLAG = 0x800;

/** Instead of a number that needs 64 bits. */
export const IN_ZIP64 = 0xffffffff;

/** Instead of a count that needs more than 16 bits. */
export const MANY = 0xffff;

/** Extra fields. */
export const EXTRA = { zip64: 0x0001, time: 0x5455 } as const;

/** A time as zips have it: local, in steps of two seconds, from 1980 to 2107. */
export interface DosTime {
  readonly date: number;
  readonly time: number;
}

/** The first moment of such times. */
export const EARLIEST: DosTime = { date: 0x21, time: 0 };

const LATEST: DosTime = { date: (127 << 9) | (12 << 5) | 31, time: (23 << 11) | (59 << 5) | 29 };

/** Makes such a time. */
export function toDosTime(when: Date): DosTime {
  const year = when.getFullYear();
  if (!(year >= 1980)) return EARLIEST;
  if (year > 2107) return LATEST;
  return {
    date: ((year - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate(),
    time: (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1),
  };
}

/** Reads such a time as one of this place. */
export function fromDosTime({ date, time }: DosTime): Date {
  return new Date(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
}

/** Finds an extra field. */
export function findExtra(extra: Uint8Array, id: number): Uint8Array | undefined {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** Looks at bytes as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
