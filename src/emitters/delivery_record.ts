/**
 * Writes down what an emitter has delivered, so that `ansible-runner deliver` sends the rest, and
 * that alone, after our own death too.
 *
 * The events themselves are in the artifacts: there is no second copy of them. The file is there as
 * long as something is undelivered. It lies beside the events: whoever can change it could change
 * them too, and would miss or repeat nothing but events of that one run.
 *
 * @module
 */
import { ARTIFACT } from "../run_layout.ts";
import { writeAll } from "../internal/atomic_write.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import type { EmitterMessage } from "./emitter.ts";

/** What one emitter has delivered of one run. */
export class DeliveryRecord {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();

  /**
   * Begins a record; there must be none.
   *
   * @throws {Error} when it cannot be written
   */
  constructor(artifactDir: string, emitter: string) {
    const dir = `${artifactDir}/${ARTIFACT.delivery}`;
    try {
      Deno.mkdirSync(dir, { mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists) || !Deno.lstatSync(dir).isDirectory) {
        throw error;
      }
    }
    this.#path = `${dir}/${emitter}`;
    this.#file = Deno.openSync(this.#path, { append: true, createNew: true, mode: 0o600 });
  }

  /** Notes messages that were taken, at once: mostly one system call. */
  delivered(messages: readonly EmitterMessage[]): void {
    const lines = messages.map(({ id }) => `${keyOf(id)}\n`).join("");
    writeAll(this.#file, this.#encoder.encode(lines));
  }

  /** Ends the record; where nothing is left to deliver it goes. */
  close(isComplete: boolean): void {
    this.#file.close();
    if (!isComplete) return;
    try {
      Deno.removeSync(this.#path);
      // Fails while another emitter has something left.
      Deno.removeSync(parentOf(this.#path));
    } catch {
      // Removed by somebody else: nothing is left to deliver either way.
    }
  }
}

/** What a message is called in a record: the last part of its id. */
export function keyOf(id: string): string {
  return baseName(id);
}
