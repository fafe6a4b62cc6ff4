/**
 * Turns the spool file, to which the callback plugin appends event bodies, into bodies by key.
 *
 * A line is `KEY UUID JSON\n`. The JSON stays bytes: it is spliced into the event as it is.
 *
 * @module
 */

/** The body of an event as the plugin wrote it. */
export interface EventBody {
  /** Its key, `<pid>.<n>`. */
  readonly key: string;
  /** The event's uuid. */
  readonly uuid: string;
  /** JSON object text in ASCII, without our own fields. */
  readonly json: Uint8Array;
}

const READ_SIZE = 1 << 20;
const NEWLINE = 10;
const SPACE = 32;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const decoder = new TextDecoder();

/** Reads a spool while it grows. */
export class Spool implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #bodies = new Map<string, EventBody>();
  /** Used for every read: while a run goes on there is one for almost each event. */
  readonly #buffer = new Uint8Array(READ_SIZE);
  /** Bytes read and not yet a whole line. */
  #rest = new Uint8Array(0);

  /**
   * Makes a spool file with its header line and opens it for reading.
   *
   * @param path where; must not exist
   * @param token the run's random token
   * @returns the open spool
   */
  static create(path: string, token: string): Spool {
    Deno.writeTextFileSync(path, `${token}\n`, { createNew: true, mode: 0o600 });
    return new Spool(path, token.length + 1);
  }

  private constructor(path: string, headerLength: number) {
    this.#file = Deno.openSync(path, { read: true });
    this.#file.seekSync(headerLength, Deno.SeekMode.Start);
  }

  /**
   * Takes the body with this key out of the spool.
   *
   * @param key from a begin marker
   * @returns the body, or undefined when the spool has none
   */
  take(key: string): EventBody | undefined {
    // No further than needed: with a slow handler all the rest is better off on disk.
    while (!this.#bodies.has(key) && this.#readMore());
    const body = this.#bodies.get(key);
    this.#bodies.delete(key);
    return body;
  }

  /** Takes all bodies that no marker has asked for, in spool order. */
  takeRest(): EventBody[] {
    while (this.#readMore());
    const rest = [...this.#bodies.values()];
    this.#bodies.clear();
    return rest;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Reads one piece; returns whether there may be more. */
  #readMore(): boolean {
    const count = this.#file.readSync(this.#buffer) ?? 0;
    if (count === 0) return false;
    // A copy of the size that is needed: bodies are views of it.
    const bytes = new Uint8Array(this.#rest.length + count);
    bytes.set(this.#rest);
    bytes.set(this.#buffer.subarray(0, count), this.#rest.length);
    this.#takeLines(bytes);
    return count === READ_SIZE;
  }

  #takeLines(bytes: Uint8Array<ArrayBuffer>): void {
    // The part before `known` was searched by the read before.
    let searchFrom = this.#rest.length;
    let start = 0;
    while (true) {
      const end = bytes.indexOf(NEWLINE, searchFrom);
      if (end < 0) break;
      this.#takeLine(bytes.subarray(start, end));
      start = end + 1;
      searchFrom = start;
    }
    this.#rest = start === bytes.length ? new Uint8Array(0) : bytes.slice(start);
  }

  /** A damaged line (a full disk cut it) is left out: its marker still makes an event. */
  #takeLine(line: Uint8Array): void {
    const keyEnd = line.indexOf(SPACE);
    const uuidEnd = keyEnd < 0 ? -1 : line.indexOf(SPACE, keyEnd + 1);
    if (uuidEnd < 0 || line[uuidEnd + 1] !== OPEN_BRACE || line.at(-1) !== CLOSE_BRACE) return;
    const key = decoder.decode(line.subarray(0, keyEnd));
    const uuid = decoder.decode(line.subarray(keyEnd + 1, uuidEnd));
    if (!/^[\w.-]{1,200}$/.test(uuid)) return;
    this.#bodies.set(key, { key, uuid, json: line.subarray(uuidEnd + 1) });
  }
}
