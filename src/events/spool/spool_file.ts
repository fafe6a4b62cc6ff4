/**
 * Reads the spool's bytes piece by piece, and wipes what was read.
 *
 * The file is opened once, when it is made: a job may put another one in its place.
 *
 * @module
 */

/** Of what a piece held nothing may be freed while one event of it waits: it is not large. */
const READ_SIZE = 1 << 16;

/** The open file of a spool. */
export class SpoolFile implements Disposable {
  /** A piece that is shorter is the last one for now. */
  static readonly READ_SIZE = READ_SIZE;
  readonly #file: Deno.FsFile;
  /** Used for every read: while a run goes on there is one for almost each event. */
  readonly #buffer = new Uint8Array(READ_SIZE);
  #position: number;
  /** Whether the system's own position is another one. */
  #isElsewhere = false;

  /**
   * Makes the file.
   *
   * @param path where; must not exist
   * @param header its first bytes, which are never read
   */
  static create(path: string, header: string): SpoolFile {
    const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(header);
    file.writeSync(bytes);
    return new SpoolFile(file, bytes.length);
  }

  private constructor(file: Deno.FsFile, position: number) {
    this.#file = file;
    this.#position = position;
  }

  /** How far it has been read. */
  get position(): number {
    return this.#position;
  }

  /** How long the file is now. */
  size(): number {
    return this.#file.statSync().size;
  }

  /**
   * Reads on.
   *
   * @returns a view that is good until the next call
   */
  readNext(end: number): Uint8Array {
    if (this.#isElsewhere) this.#file.seekSync(this.#position, Deno.SeekMode.Start);
    this.#isElsewhere = false;
    const room = this.#buffer.subarray(0, Math.min(READ_SIZE, end - this.#position));
    const count = this.#file.readSync(room) ?? 0;
    this.#position += count;
    return room.subarray(0, count);
  }

  /**
   * Reads again what was read.
   *
   * @param length its bytes
   * @returns the bytes; fewer when the file was cut
   */
  readAt(at: number, length: number): Uint8Array {
    this.#isElsewhere = true;
    this.#file.seekSync(at, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = this.#file.readSync(bytes.subarray(done));
      if (count === null) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  /**
   * Overwrites what was read: nobody finds it there when we are killed.
   *
   * @param length its bytes
   */
  wipe(at: number, length: number): void {
    this.#isElsewhere = true;
    try {
      this.#file.seekSync(at, Deno.SeekMode.Start);
      const blanks = new Uint8Array(length).fill(32);
      for (let done = 0; done < length;) done += this.#file.writeSync(blanks.subarray(done));
    } catch {
      // A full disk of a kind that writes elsewhere: the run matters more.
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}
