/**
 * The names of event files as a compact list: 20 bytes an event instead of a string each.
 *
 * @module
 */
import { eventFileName } from "../../run_layout.ts";

const UUID_BYTES = 16;
const UUID_LENGTH = 36;
const DASHES: readonly number[] = [8, 13, 18, 23];
const DASH = 0x2d;

/** What a lower-case hex digit stands for; -1 for all other characters. */
const DIGITS = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) DIGITS[value.toString(16).charCodeAt(0)] = value;

/** Which event files there are, in order. */
export class FileIndex {
  #counters = new Uint32Array(64);
  #uuids = new Uint8Array(64 * UUID_BYTES);
  /** Names whose uuid is no plain one: Ansible repeats a task as `UUID_2`. */
  readonly #odd = new Map<number, string>();
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Appends the file of an event. */
  add(counter: number, uuid: string): void {
    const index = this.#length++;
    if (index === this.#counters.length) this.#grow();
    this.#counters[index] = counter;
    if (!this.#pack(uuid, index * UUID_BYTES)) this.#odd.set(index, uuid);
  }

  /** Writes the bytes of a uuid, unless it is no plain one; by hand, as every event comes by here. */
  #pack(uuid: string, start: number): boolean {
    if (uuid.length !== UUID_LENGTH || DASHES.some((at) => uuid.charCodeAt(at) !== DASH)) {
      return false;
    }
    let to = start;
    for (let at = 0; at < UUID_LENGTH; at += 2) {
      if (uuid.charCodeAt(at) === DASH) at++;
      const high = digitAt(uuid, at);
      const low = digitAt(uuid, at + 1);
      if (high < 0 || low < 0) return false;
      this.#uuids[to++] = high << 4 | low;
    }
    return true;
  }

  /**
   * Names a file.
   *
   * @param index 0 is the first one added
   * @returns `<counter>-<uuid>.json`
   */
  nameAt(index: number): string {
    return eventFileName(this.#counters[index] ?? 0, this.#odd.get(index) ?? this.#uuidAt(index));
  }

  /** The counter of an event. */
  counterAt(index: number): number {
    return this.#counters[index] ?? 0;
  }

  #uuidAt(index: number): string {
    const hex = this.#uuids.subarray(index * UUID_BYTES, (index + 1) * UUID_BYTES).toHex();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${
      hex.slice(20)
    }`;
  }

  #grow(): void {
    const counters = new Uint32Array(this.#counters.length * 2);
    counters.set(this.#counters);
    this.#counters = counters;
    const uuids = new Uint8Array(this.#uuids.length * 2);
    uuids.set(this.#uuids);
    this.#uuids = uuids;
  }
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? DIGITS[code] as number : -1;
}
