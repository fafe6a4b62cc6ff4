/**
 * Posts over a unix socket in HTTP/1.1, one request at a time, on a connection that is kept.
 *
 * `fetch` can do that too, but writes the request line as for a proxy (`POST http://localhost/x`),
 * which most servers on a socket do not know.
 *
 * @module
 */
import { ClosedBeforeAnswer, type ReceivedResponse, ResponseReader } from "./response_reader.ts";

/** Where requests go, and what stands in each. */
export interface UnixHttpOptions {
  /** Path of the socket. */
  readonly socket: string;
  /** Request path, with a slash at its front. */
  readonly path: string;
  /** Checked names and values; `host` may be among them. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
}

/** A client of one socket. */
export class UnixHttpClient implements Disposable {
  readonly #options: UnixHttpOptions;
  readonly #head: string;
  #connection: Connection | undefined;

  constructor(options: UnixHttpOptions) {
    this.#options = options;
    const headers = [...options.headers];
    if (!headers.some(([name]) => name.toLowerCase() === "host")) {
      headers.unshift(["host", "localhost"]);
    }
    this.#head = [
      `POST ${options.path} HTTP/1.1`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
    ].join("\r\n");
  }

  /**
   * Posts a body and waits for the answer.
   *
   * @param body UTF-8 text
   * @param signal ends the request and the connection
   * @throws {Error} when nobody listens, or the answer is not HTTP; the signal's reason when aborted
   */
  async post(body: string, signal: AbortSignal): Promise<ReceivedResponse> {
    const request = this.#render(body);
    while (true) {
      signal.throwIfAborted();
      const kept = this.#takeKept();
      const connection = kept ?? await this.#connect(signal);
      try {
        const response = await connection.exchange(request, signal);
        if (response.isReusable && connection.isIdle) this.#connection = connection;
        else connection.close();
        return response;
      } catch (error) {
        connection.close();
        signal.throwIfAborted();
        // A kept connection may be closed by its other side at any time; a new one tells.
        if (kept !== undefined && error instanceof ClosedBeforeAnswer) continue;
        throw error;
      }
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#takeKept()?.close();
  }

  #takeKept(): Connection | undefined {
    const kept = this.#connection;
    this.#connection = undefined;
    return kept;
  }

  #render(body: string): Uint8Array {
    const bytes = new TextEncoder().encode(body);
    const head = latin1(`${this.#head}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    const request = new Uint8Array(head.length + bytes.length);
    request.set(head);
    request.set(bytes, head.length);
    return request;
  }

  /** A socket whose queue is full makes the call wait, and it cannot be ended: it is left behind. */
  async #connect(signal: AbortSignal): Promise<Connection> {
    const opening = Deno.connect({ transport: "unix", path: this.#options.socket });
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return new Connection(await Promise.race([opening, aborted.promise]));
    } catch (error) {
      opening.then((late) => late.close(), () => {});
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

/** One connection, used for one exchange after the other. */
class Connection {
  readonly #conn: Deno.Conn;
  readonly #reader: ResponseReader;
  #isClosed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reader = new ResponseReader(conn);
  }

  get isIdle(): boolean {
    return !this.#isClosed && !this.#reader.hasLeftover;
  }

  async exchange(request: Uint8Array, signal: AbortSignal): Promise<ReceivedResponse> {
    const onAbort = (): void => this.close();
    signal.addEventListener("abort", onAbort);
    try {
      // Read while writing: a server may refuse a long body before it has all of it.
      let isSent = false;
      this.#write(request).then(() => isSent = true, () => {});
      const response = await this.#reader.read();
      return isSent ? response : { ...response, isReusable: false };
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }
}

/** Header values are Latin-1, as `Headers` has them. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
