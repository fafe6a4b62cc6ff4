/**
 * Posts over a unix socket or TCP in HTTP/1.1, one request at a time, on a connection that is kept.
 *
 * `fetch` can do that too, but on a socket it writes the request line as for a proxy
 * (`POST http://localhost/x`), which most servers there do not know, and it takes three times as long.
 *
 * @module
 */
import { ClosedBeforeAnswer, type ReceivedResponse, ResponseReader } from "./response_reader.ts";

const encoder = new TextEncoder();

/** How long the body of an answer may take whose status is known, in milliseconds. */
const BODY_MS = 1000;

/** Where requests go, and what stands in each. */
export interface HttpClientOptions {
  /** Where the receiver listens. */
  readonly address: Deno.UnixConnectOptions | Deno.ConnectOptions;
  /** Request path, with a slash at its front. */
  readonly path: string;
  /** Checked names and values; `host` may be among them. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Whether bodies of answers are wanted. @default {false} */
  readonly keepsBody?: boolean | undefined;
}

/** One request. */
export interface HttpRequest {
  /** Its bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Checked names and values of this request alone. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** A client of one receiver. */
export class HttpClient implements Disposable {
  readonly #options: HttpClientOptions;
  readonly #head: string;
  #connection: Connection | undefined;

  constructor(options: HttpClientOptions) {
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
   * @param given its body, and headers of this one alone
   * @param signal ends the request and the connection
   * @throws {Error} when nobody listens, or the answer is not HTTP; the signal's reason when aborted
   */
  async post(given: HttpRequest, signal: AbortSignal): Promise<ReceivedResponse> {
    const request = this.#render(given);
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

  #render({ body, headers = [] }: HttpRequest): Uint8Array {
    const lines = [
      this.#head,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      `content-length: ${body.length}`,
    ];
    const head = latin1(`${lines.join("\r\n")}\r\n\r\n`);
    const request = new Uint8Array(head.length + body.length);
    request.set(head);
    request.set(body, head.length);
    return request;
  }

  /** A socket whose queue is full makes the call wait, and it cannot be ended: it is left behind. */
  async #connect(signal: AbortSignal): Promise<Connection> {
    const opening = connectTo(this.#options.address);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      const conn = await Promise.race([opening, aborted.promise]);
      return new Connection(conn, this.#options.keepsBody);
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
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(conn: Deno.Conn, keepsBody: boolean | undefined) {
    this.#conn = conn;
    this.#reader = new ResponseReader(conn, {
      keepsBody,
      // The message was taken: a body that hangs costs the connection, and no more.
      onBodyAwaited: () => this.#patience ??= setTimeout(() => this.close(), BODY_MS),
    });
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
      clearTimeout(this.#patience);
      this.#patience = undefined;
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

async function connectTo(
  address: Deno.UnixConnectOptions | Deno.ConnectOptions,
): Promise<Deno.Conn> {
  if ("path" in address) return await Deno.connect(address);
  const conn = await Deno.connect(address);
  conn.setNoDelay();
  return conn;
}

/** Header values are Latin-1, as `Headers` has them. */
function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  // Letters beyond ASCII do not fit in.
  if (encoder.encodeInto(text, bytes).read === text.length) return bytes;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
