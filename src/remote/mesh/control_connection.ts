/**
 * A connection to Receptor's control socket, as lines and bytes: one for each command.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { joinBytes } from "../../internal/bytes.ts";
import { printable } from "../../internal/printable.ts";
import { objectOf } from "../wire/messages.ts";

/** Longest line of an answer, in bytes: the status of a large mesh. */
const MAX_LINE = 16 << 20;

/** So much of an answer is shown. */
const MAX_SHOWN = 500;

/** How long an answer may take, and when somebody is in a hurry, in milliseconds. */
const ANSWER_MS = 30_000;
const HURRY_MS = 1000;

const NEWLINE = 10;

/** A connection to a node's control service. */
export class ControlConnection implements Disposable {
  readonly #conn: Deno.UnixConn;
  readonly #hurry: AbortSignal | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #isClosed = false;

  private constructor(conn: Deno.UnixConn, hurry: AbortSignal | undefined) {
    this.#conn = conn;
    this.#hurry = hurry;
  }

  /**
   * Connects.
   *
   * @param hurry when it aborts, an answer is waited for a second and no longer
   * @throws {RunnerError} when nobody answers there, or no Receptor
   */
  static async open(path: string, hurry?: AbortSignal): Promise<ControlConnection> {
    let conn: Deno.UnixConn;
    try {
      conn = await Deno.connect({ transport: "unix", path });
    } catch (cause) {
      const text = `Cannot reach Receptor at "${path}": ${describeOsError(cause)}`;
      throw new RunnerError("remote.node", text, {
        cause,
        hint: "Name its control socket with --receptor-socket or RECEPTORCTL_SOCKET",
      });
    }
    using half = new DisposableStack();
    const connection = half.use(new ControlConnection(conn, hurry));
    const greeting = await connection.line();
    if (!/^Receptor Control, node .+$/.test(greeting)) throw unexpected(greeting);
    half.move();
    return connection;
  }

  /** Sends a command. */
  async send(command: Readonly<Record<string, unknown>>): Promise<void> {
    await this.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
  }

  /** Writes bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Says that nothing follows. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /**
   * Reads a line.
   *
   * @throws {RunnerError} when it is an error of Receptor's, too long, too late, or cut
   */
  async line(): Promise<string> {
    const close = (): void => this[Symbol.dispose]();
    let timer = setTimeout(close, this.#hurry?.aborted === true ? HURRY_MS : ANSWER_MS);
    const hasten = (): void => {
      clearTimeout(timer);
      timer = setTimeout(close, HURRY_MS);
    };
    this.#hurry?.addEventListener("abort", hasten);
    try {
      const text = new TextDecoder().decode(await this.#lineBytes()).trim();
      const [, error] = /^ERROR: ?(.*)$/s.exec(text) ?? [];
      if (error === undefined) return text;
      throw new RunnerError("remote.node", `Cannot use Receptor: ${shown(error)}`);
    } catch (cause) {
      if (cause instanceof RunnerError) throw cause;
      const why = this.#isClosed ? "it does not answer" : describeOsError(cause);
      throw new RunnerError("remote.node", `Cannot use Receptor: ${why}`, { cause });
    } finally {
      clearTimeout(timer);
      this.#hurry?.removeEventListener("abort", hasten);
    }
  }

  /** Reads a line that is a JSON object. */
  async answer(): Promise<Readonly<Record<string, unknown>>> {
    const text = await this.line();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Said below.
    }
    const answer = objectOf(value);
    if (answer === undefined) throw unexpected(text);
    return answer;
  }

  /** Reads what comes next; undefined at the end, also that of a connection that broke. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = new Uint8Array(0);
      return rest;
    }
    const buffer = new Uint8Array(1 << 16);
    try {
      const count = await this.#conn.read(buffer);
      return count === null ? undefined : buffer.subarray(0, count);
    } catch {
      return undefined;
    }
  }

  /** Closes the connection: reading ends. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  async #lineBytes(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let length = 0; length <= MAX_LINE;) {
      const bytes = await this.read();
      if (bytes === undefined) throw new Error("it closed the connection");
      const newline = bytes.indexOf(NEWLINE);
      if (newline >= 0) {
        this.#rest = bytes.subarray(newline + 1);
        return joinBytes([...parts, bytes.subarray(0, newline)]);
      }
      parts.push(bytes);
      length += bytes.length;
    }
    throw new Error("its answer is too long");
  }
}

/** An answer that is none of Receptor's. */
export function unexpected(answer: string): RunnerError {
  return new RunnerError("remote.node", `Cannot use Receptor: it answered "${shown(answer)}"`);
}

/** What somebody else says, as part of a line of ours. */
export function shown(text: string): string {
  return printable(text.slice(0, MAX_SHOWN));
}
