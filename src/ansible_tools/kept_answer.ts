/**
 * What a helper's command printed, for those who let no file be written of it.
 *
 * @module
 */

/** Collects an answer. */
export class KeptAnswer {
  /** Whether it is collected: nobody else has it then. */
  isKept = false;
  /** What the command complained of. */
  error = "";
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  /** Takes what people see. */
  output(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.isKept) this.#parts.push(bytes);
  }

  /** All that it took. */
  text(): Promise<string> {
    return new Blob(this.#parts).text();
  }
}
