/**
 * The names of event files as a compact list: 20 bytes an event instead of a string each.
 *
 * @module
 */
import { eventFileName } from "../../run_layout.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_BYTES = 16;

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
    if (!UUID.test(uuid)) {
      this.#odd.set(index, uuid);
      return;
    }
    this.#uuids.set(Uint8Array.fromHex(uuid.replaceAll("-", "")), index * UUID_BYTES);
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
