/**
 * An HTTP receiver that fails in the ways in which receivers do, and knows what it acknowledged.
 *
 * @module
 */
import { joinBytes } from "../../src/internal/bytes.ts";

/** What happens to a request; `ok` without. */
export type Fault =
  /** It is taken. */
  | "ok"
  /** The connection is reset before all of the request was read. */
  | "reset"
  /** The connection is closed behind the request, without an answer. */
  | "close"
  /** The answer breaks off in its headers. */
  | "half_head"
  /** The answer's body breaks off. */
  | "half_body"
  /** There is never an answer. */
  | "hang"
  /** The answer's body never ends. */
  | "hang_body"
  | { readonly lateMs: number }
  | { readonly status: number; readonly headers?: string };

/** How a receiver is made. */
export interface FaultyReceiverOptions {
  /** Its address. @default {a port of the loopback interface} */
  readonly where?: Deno.ListenOptions | Deno.UnixListenOptions;
  /** What a request is called, by its head. @default {what stands in `Runner-Event` behind the ident} */
  readonly nameOf?: (head: string) => string;
  /** Takes one that is acknowledged, before it is; what it returns is the body of the answer. */
  readonly take?: (request: WholeRequest) => Promise<string>;
}

/** A request as it came, one Latin-1 character for each byte of its head. */
export interface WholeRequest {
  readonly head: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A request that came whole. */
export interface TakenRequest {
  /** Its name. */
  readonly name: string;
  /** Whether the whole head of an answer with 2xx was written. */
  readonly isAcknowledged: boolean;
}

/** Listens. */
export class FaultyReceiver implements AsyncDisposable {
  /** Those that came whole, in their order. */
  readonly requests: TakenRequest[] = [];
  readonly #listener: Deno.Listener;
  readonly #options: FaultyReceiverOptions;
  readonly #faultOf: (name: string, count: number) => Fault | undefined;
  readonly #open = new Set<Deno.Conn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #counts = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #accepting: Promise<void>;

  /**
   * Listens.
   *
   * @param faultOf what happens to the message of a name, when it comes for the nth time (1, 2, …)
   * @param options where it listens, and what becomes of requests
   */
  constructor(
    faultOf: (name: string, count: number) => Fault | undefined,
    options: FaultyReceiverOptions = {},
  ) {
    this.#faultOf = faultOf;
    this.#options = options;
    const { where = { hostname: "127.0.0.1", port: 0 } } = options;
    this.#listener = "path" in where
      ? Deno.listen({ ...where, transport: "unix" })
      : Deno.listen({ ...where, transport: "tcp" });
    this.#accepting = this.#accept();
  }

  /** Where it listens. */
  get url(): string {
    const { addr } = this.#listener;
    if (!("hostname" in addr)) return "path" in addr ? addr.path : "";
    const { hostname, port } = addr;
    return `http://${hostname}:${port}/`;
  }

  /** Names of those that were acknowledged. */
  get acknowledged(): string[] {
    return this.requests.filter(({ isAcknowledged }) => isAcknowledged).map(({ name }) => name);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    for (const conn of this.#open) this.#close(conn);
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        this.#open.add(conn);
        const serving = this.#serve(conn).catch(() => {}).finally(() => {
          this.#close(conn);
          this.#serving.delete(serving);
        });
        this.#serving.add(serving);
      }
    } catch {
      // Closed.
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    for (let rest: Uint8Array = new Uint8Array();;) {
      const request = await readRequest(conn, { rest, onHead: (head) => this.#begin(head) });
      if (request === undefined) return;
      rest = request.rest;
      const { name, fault } = request.met;
      if (fault === "hang") return void await this.#wait(60_000);
      if (typeof fault === "object" && "lateMs" in fault) await this.#wait(fault.lateMs);
      const { isAcknowledged } = answerTo(fault);
      const said = isAcknowledged ? await this.#options.take?.(request) : undefined;
      const { bytes, closes } = answerTo(fault, said);
      // Noted first: who reads the answer may look at once.
      this.requests.push({ name, isAcknowledged });
      await conn.write(new TextEncoder().encode(bytes));
      if (fault === "hang_body") await this.#wait(60_000);
      if (closes) return;
    }
  }

  /** What will happen to a request whose head has come. */
  #begin(head: string): MetFault {
    const { nameOf = ownNameOf } = this.#options;
    const name = nameOf(head);
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return { name, fault: this.#faultOf(name, count) ?? "ok" };
  }

  #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#closing.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
    return promise;
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}

/** A request's name, and what happens to it. */
interface MetFault {
  readonly name: string;
  readonly fault: Fault;
}

function ownNameOf(head: string): string {
  return /^runner-event: [^/\r]*\/(\S+)/im.exec(head)?.[1] ?? "";
}

function answerTo(
  fault: Fault,
  body = "",
): { bytes: string; isAcknowledged: boolean; closes: boolean } {
  const head = "HTTP/1.1 200 OK\r\ncontent-length: ";
  switch (fault) {
    case "close":
      return { bytes: "", isAcknowledged: false, closes: true };
    case "half_head":
      return { bytes: head, isAcknowledged: false, closes: true };
    case "half_body":
    case "hang_body":
      return { bytes: `${head}100\r\n\r\nhalf`, isAcknowledged: true, closes: true };
  }
  if (typeof fault === "object" && "status" in fault) {
    const { status, headers = "" } = fault;
    const bytes = `HTTP/1.1 ${status} No\r\n${headers}content-length: 0\r\n\r\n`;
    return { bytes, isAcknowledged: status < 300, closes: false };
  }
  // A late answer is none: nobody listens any more.
  const bytes = `${head}${new TextEncoder().encode(body).length}\r\n\r\n${body}`;
  return { bytes, isAcknowledged: fault === "ok", closes: false };
}

interface ReadRequest extends WholeRequest {
  readonly met: MetFault;
  /** What came behind it. */
  readonly rest: Uint8Array;
}

/** Reads a request with a content length; undefined at the end, or where it is reset. */
async function readRequest(
  conn: Deno.Conn,
  { rest, onHead }: { readonly rest: Uint8Array; readonly onHead: (head: string) => MetFault },
): Promise<ReadRequest | undefined> {
  const buffer = new Uint8Array(65536);
  const pieces = [rest];
  let size = rest.length;
  let met: MetFault | undefined;
  let [head, length] = ["", Infinity];
  while (size < length) {
    const count = await conn.read(buffer);
    if (count === null) return undefined;
    pieces.push(buffer.slice(0, count));
    size += count;
    if (met !== undefined) continue;
    const text = new TextDecoder("latin1").decode(joinBytes(pieces));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    head = text.slice(0, end + 4);
    length = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    met = onHead(head);
    if (met.fault === "reset") return undefined;
  }
  const bytes = Uint8Array.from(joinBytes(pieces));
  return {
    met: met ?? { name: "", fault: "ok" },
    head,
    body: bytes.slice(head.length, length),
    rest: bytes.subarray(length),
  };
}
