/**
 * The groups of a Python regex: their names in JavaScript, and what is known of each.
 *
 * @module
 */
import type { RegexReader } from "./reader.ts";

/** A capturing group that was opened. */
export interface RegexGroup {
  /** Number, from 1. */
  readonly number: number;
  /** Name in the translation: Python's, or one that no Python name can be. */
  readonly name: string;
  /** Fewest and most characters; undefined while the group is open. */
  width: { readonly min: number; readonly max: number } | undefined;
}

/** The capturing groups of one pattern. */
export class RegexGroups {
  readonly #reader: RegexReader;
  readonly #groups: RegexGroup[] = [];
  #atomicCount = 0;
  /** Groups with this number and above belong to the look-behind being read. */
  #lookbehindFrom = Infinity;
  /** Numbers of the groups that surely took part when the matcher comes to this place. */
  sure: ReadonlySet<number> = new Set();

  /** Makes an empty list. */
  constructor(reader: RegexReader) {
    this.#reader = reader;
  }

  /** Whether the place is inside of a look-behind. */
  get isInLookbehind(): boolean {
    return this.#lookbehindFrom !== Infinity;
  }

  /** Opens a group; an empty name for one without. */
  open(name: string): RegexGroup {
    if (name !== "" && this.#groups.some((group) => group.name === name)) {
      throw this.#reader.invalid(`duplicate group name ${name}`);
    }
    const number = this.#groups.length + 1;
    const group: RegexGroup = { number, name: name || `$${number}`, width: undefined };
    this.#groups.push(group);
    return group;
  }

  /** Closes a group. */
  close(group: RegexGroup, width: { readonly min: number; readonly max: number }): void {
    group.width = width;
    this.sure = new Set([...this.sure, group.number]);
  }

  /** Makes the name of a group of our own. */
  newName(): string {
    return `$a${++this.#atomicCount}`;
  }

  /** Reads the inside of a look-behind. */
  inLookbehind<Result>(read: () => Result): Result {
    const outer = this.#lookbehindFrom;
    this.#lookbehindFrom = Math.min(outer, this.#groups.length + 1);
    const result = read();
    this.#lookbehindFrom = outer;
    return result;
  }

  /**
   * Finds the group that a reference means.
   *
   * @returns the group with its width
   * @throws {ConfigError} when Python refuses it, or when JavaScript would match what Python does not
   */
  find(
    key: number | string,
  ): RegexGroup & { readonly width: { readonly min: number; readonly max: number } } {
    const group = this.#groups.find(({ number, name }) => number === key || name === key);
    if (!group) throw this.#reader.invalid(`there is no group ${key}`);
    const { width } = group;
    if (!width) throw this.#reader.invalid(`group ${key} refers to itself`);
    if (group.number >= this.#lookbehindFrom) {
      throw this.#reader.invalid(`group ${key} is defined in the same look-behind`);
    }
    // JavaScript lets a reference to a group that took no part match the empty text, Python fails.
    if (!this.sure.has(group.number)) {
      throw this.#reader.unsupported(`a reference to group ${key}, which may have taken no part,`);
    }
    return { ...group, width };
  }
}
