/**
 * Turns the spool file, to which the callback plugin appends event bodies, into bodies by key.
 *
 * A line is `KEY UUID JSON\n`. The JSON stays bytes: it is spliced into the event as it is. A job can
 * write to the file as well: a line counts only when it is what the plugin would write, and no call
 * here takes longer for what a job has put there than for {@linkcode MAX_READ} bytes.
 *
 * @module
 */
import { joinBytes } from "../../internal/bytes.ts";
import { bodyEnd, whyNoBody } from "./body_check.ts";
import { SpoolFile } from "./spool_file.ts";
import { readHead, readKey } from "./spool_line.ts";

/** The body of an event as the plugin wrote it. */
export interface EventBody {
  /** Its key, `<pid>.<n>`. */
  readonly key: string;
  /** The event's uuid. */
  readonly uuid: string;
  /** JSON object text in ASCII, without our own fields. */
  readonly json: Uint8Array;
}

/** What a spool is made with. */
export interface SpoolOptions {
  /** Whether a body that was taken is wiped from the file: it may have secrets in it. @default {false} */
  readonly isWiped?: boolean;
  /** Bytes of bodies that wait in memory for their markers. @default {MOST_KEPT} */
  readonly keptBytes?: number;
  /** Told why a line, or what is behind it, does not count. */
  readonly onRefused?: (problem: string) => void;
}

/** A body in the spool that was read, and not yet asked for. */
interface KnownBody {
  readonly key: string;
  readonly uuid: string;
  /** Where its JSON lies. */
  readonly at: number;
  readonly length: number;
  /**
   * A view of the piece that was read last; of an older one a copy, so that a few bodies do not keep
   * all that was read. Undefined once memory is full, and it is read again; or when it was taken.
   */
  json: Uint8Array | undefined;
  /** Whether it is among the bytes that wait in memory. */
  isCounted: boolean;
}

/** Most bytes that one call reads before it gives up finding a body. */
const MAX_READ = 256 << 20;

/** A body has 0.7 MB of result; a line longer than this was not made by the plugin. */
const MAX_LINE = 64 << 20;

/** Bytes of bodies that wait in memory unless told otherwise. */
export const MOST_KEPT = 32 << 20;

/** Bytes that are kept of lines that do not count, and of one of them. */
const MAX_REFUSED = 8 << 20;
const MAX_REFUSED_LINE = 1 << 16;

/** Bodies that wait for their markers. */
const MAX_WAITING = 100_000;

/** Lines that are told of. */
const MAX_TOLD = 10;

const NEWLINE = 10;

/** Reads a spool while it grows. */
export class Spool implements Disposable {
  readonly #file: SpoolFile;
  readonly #options: SpoolOptions;
  readonly #bodies = new Map<string, KnownBody>();
  /** Those of the piece that was read last. */
  #fresh: KnownBody[] = [];
  #kept = 0;
  /** Bodies whose key came again. */
  readonly #displaced: KnownBody[] = [];
  /** Lines that do not count, and the keys they seem to have. */
  readonly #refused: { readonly key: string; readonly text: string }[] = [];
  #refusedBytes = 0;
  /** Keys whose events have been made without a body. */
  readonly #missing = new Set<string>();
  /** Pieces of the line that is not whole yet. */
  #rest: Uint8Array[] = [];
  #restLength = 0;
  #isBroken = false;
  #told = 0;

  /**
   * Makes a spool file with its header line and opens it for reading.
   *
   * @param path where; must not exist
   * @param options what happens to lines
   */
  static create(path: string, token: string, options: SpoolOptions = {}): Spool {
    return new Spool(SpoolFile.create(path, `${token}\n`), options);
  }

  private constructor(file: SpoolFile, options: SpoolOptions) {
    this.#file = file;
    this.#options = options;
  }

  /**
   * Takes the body with this key out of the spool.
   *
   * @returns the body, or undefined when the spool has none
   */
  take(key: string): EventBody | undefined {
    // No further than needed: with a slow handler all the rest is better off on disk.
    const limit = this.#file.position + MAX_READ;
    while (!this.#bodies.has(key) && this.#file.position < limit && this.#readMore());
    const known = this.#bodies.get(key);
    this.#bodies.delete(key);
    const body = known === undefined ? undefined : this.#bodyOf(known);
    if (body === undefined && this.#missing.size < MAX_WAITING) this.#missing.add(key);
    return body;
  }

  /**
   * Takes all bodies that no marker has asked for, in spool order, as far as the file is long now.
   *
   * @returns each when it is wanted
   */
  *takeRest(): Generator<EventBody, void, undefined> {
    const end = this.#file.size();
    do {
      const bodies = [...this.#displaced, ...this.#bodies.values()].sort((a, b) => a.at - b.at);
      this.#displaced.length = 0;
      this.#bodies.clear();
      for (const known of bodies) {
        const body = this.#bodyOf(known);
        if (body !== undefined) yield body;
      }
    } while (this.#file.position < end && this.#readMore(end) || this.#bodies.size > 0);
  }

  /**
   * Takes the lines that do not count and that no marker has asked for; after the bodies.
   *
   * @returns their texts, cut where they are too long to be kept
   */
  takeRefused(): string[] {
    if (this.#restLength > 0 && !this.#isBroken) {
      this.#refuse(joinBytes(this.#rest), "it is not whole");
    }
    const lines = this.#refused.filter(({ key }) => !this.#missing.has(key));
    return lines.map(({ text }) => text);
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #bodyOf(known: KnownBody): EventBody | undefined {
    const { key, uuid, at, length, json, isCounted } = known;
    known.json = undefined;
    if (isCounted) this.#kept -= length;
    const bytes = json ?? this.#file.readAt(at, length);
    if (this.#options.isWiped === true) this.#file.wipe(at, length);
    // What is read again may have been written over.
    const problem = json === undefined ? whyNoBody(bytes) : undefined;
    if (problem === undefined) return { key, uuid, json: bytes };
    this.#refuse(bytes, problem, key);
    return undefined;
  }

  /** Reads one piece; returns whether there may be more. */
  #readMore(end = Infinity): boolean {
    if (this.#isBroken) return false;
    const start = this.#file.position;
    const piece = this.#file.readNext(end);
    this.#copyFresh();
    // A copy of the size that is needed: the buffer is used again.
    const bytes = piece.slice();
    let from = this.#endRest(bytes, start);
    // Through whole lines alone: code that V8 has seen read behind the end is compiled anew, and slower.
    for (const end = bytes.lastIndexOf(NEWLINE) + 1; from < end;) {
      let next = this.#takeBody(bytes, { from, start });
      if (next < 0) {
        const stop = bytes.indexOf(NEWLINE, from);
        this.#takeLine(bytes.subarray(from, stop), start + from);
        next = stop + 1;
      }
      from = next;
    }
    if (from < bytes.length) this.#keepRest(bytes.subarray(from));
    return bytes.length === SpoolFile.READ_SIZE;
  }

  /** Goes on with the line that was begun before, if one was; returns where the next one begins. */
  #endRest(bytes: Uint8Array, start: number): number {
    if (this.#restLength === 0) return 0;
    const stop = bytes.indexOf(NEWLINE);
    if (stop < 0) {
      this.#keepRest(bytes);
      return bytes.length;
    }
    this.#keepRest(bytes.subarray(0, stop));
    const line = joinBytes(this.#rest);
    this.#rest = [];
    this.#restLength = 0;
    this.#takeLine(line, start + stop - line.length);
    return stop + 1;
  }

  /** Takes a line that is as it should be, in one walk; returns where the next one begins, or -1. */
  #takeBody(
    bytes: Uint8Array,
    { from, start }: { readonly from: number; readonly start: number },
  ): number {
    const head = readHead(bytes, from);
    if (head === undefined) return -1;
    const { key, uuid, end: at } = head;
    const end = bodyEnd(bytes, at);
    if (end < 0 || bytes[end] !== NEWLINE) return -1;
    const json = bytes.subarray(at, end);
    const body = { key, uuid, at: start + at, length: end - at, json, isCounted: false };
    if (this.#keep(body)) this.#fresh.push(body);
    return end + 1;
  }

  #keepRest(piece: Uint8Array): void {
    this.#rest.push(piece);
    this.#restLength += piece.length;
    if (this.#restLength <= MAX_LINE) return;
    // Behind a hole of terabytes there is nothing to be found in a lifetime.
    this.#isBroken = true;
    this.#rest = [];
    this.#tell("a line is too long; what follows it is not read");
  }

  /** Takes a line that was cut between two pieces, or is not as it should be. */
  #takeLine(line: Uint8Array, start: number): void {
    // A full disk cut the line before it.
    if (line.length === 0) return;
    const key = readKey(line);
    if (key === undefined) return this.#refuse(line, "it has no key");
    const head = readHead(line, 0);
    if (head === undefined) return this.#refuse(line, "its uuid is none", key);
    const { uuid, end: at } = head;
    const json = line.subarray(at);
    const problem = whyNoBody(json);
    if (problem !== undefined) return this.#refuse(line, problem, key);
    const body = { key, uuid, at: start + at, length: json.length, json, isCounted: false };
    if (this.#keep(body)) this.#count(body);
  }

  /**
   * The plugin writes a body just before its marker: of two with the same key, both read before it is
   * taken, the later one is it.
   */
  #keep(body: KnownBody & { readonly json: Uint8Array }): boolean {
    if (this.#bodies.size + this.#displaced.length >= MAX_WAITING) {
      this.#refuse(body.json, "too many bodies have no marker", body.key);
      return false;
    }
    const before = this.#bodies.get(body.key);
    if (before !== undefined) {
      this.#displaced.push(before);
      this.#tell(`the key ${body.key} is there twice`);
    }
    this.#bodies.set(body.key, body);
    return true;
  }

  /** Bodies that still wait when more is read: there may be many pieces with few of them. */
  #copyFresh(): void {
    for (const body of this.#fresh) {
      if (body.json === undefined) continue;
      this.#count(body);
      body.json = body.json?.slice();
    }
    this.#fresh = [];
  }

  #count(body: KnownBody): void {
    body.isCounted = this.#kept + body.length <= (this.#options.keptBytes ?? MOST_KEPT);
    if (body.isCounted) this.#kept += body.length;
    else body.json = undefined;
  }

  #refuse(line: Uint8Array, problem: string, key = ""): void {
    this.#tell(problem);
    const bytes = line.subarray(0, MAX_REFUSED_LINE);
    if ((this.#refusedBytes += bytes.length) > MAX_REFUSED) return;
    this.#refused.push({ key, text: new TextDecoder().decode(bytes) });
  }

  #tell(problem: string): void {
    this.#told++;
    if (this.#told <= MAX_TOLD) this.#options.onRefused?.(problem);
    if (this.#told === MAX_TOLD) this.#options.onRefused?.("more of this kind is not told");
  }
}
