/**
 * An HTTP receiver that fails in the ways in which receivers do, and knows what it acknowledged.
 *
 * @module
 */

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
  | { readonly lateMs: number }
  | { readonly status: number; readonly headers?: string };

/** A request that came whole. */
export interface TakenRequest {
  /** The words of `Runner-Event` behind the ident. */
  readonly name: string;
  /** Whether the whole head of an answer with 2xx was written. */
  readonly isAcknowledged: boolean;
}

/** Listens on the loopback interface. */
export class FaultyReceiver implements AsyncDisposable {
  /** Those that came whole, in their order. */
  readonly requests: TakenRequest[] = [];
  readonly #listener: Deno.TcpListener;
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
   * @param where its address
   */
  constructor(
    faultOf: (name: string, count: number) => Fault | undefined,
    where: Deno.ListenOptions = { hostname: "127.0.0.1", port: 0 },
  ) {
    this.#faultOf = faultOf;
    this.#listener = Deno.listen({ ...where, transport: "tcp" });
    this.#accepting = this.#accept();
  }

  /** Where it listens. */
  get url(): string {
    const { hostname, port } = this.#listener.addr;
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
      const request = await readRequest(conn, { rest, onHead: (name) => this.#begin(name) });
      if (request === undefined) return;
      rest = request.rest;
      const { name, fault } = request;
      if (fault === "hang") return void await this.#wait(60_000);
      if (typeof fault === "object" && "lateMs" in fault) await this.#wait(fault.lateMs);
      const { bytes, isAcknowledged, closes } = answerTo(fault);
      // Noted first: who reads the answer may look at once.
      this.requests.push({ name, isAcknowledged });
      await conn.write(new TextEncoder().encode(bytes));
      if (closes) return;
    }
  }

  /** What will happen to a request whose head has come. */
  #begin(name: string): Fault {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return this.#faultOf(name, count) ?? "ok";
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

function answerTo(fault: Fault): { bytes: string; isAcknowledged: boolean; closes: boolean } {
  const head = "HTTP/1.1 200 OK\r\ncontent-length: ";
  switch (fault) {
    case "close":
      return { bytes: "", isAcknowledged: false, closes: true };
    case "half_head":
      return { bytes: head, isAcknowledged: false, closes: true };
    case "half_body":
      return { bytes: `${head}100\r\n\r\nhalf`, isAcknowledged: true, closes: true };
  }
  if (typeof fault === "object" && "status" in fault) {
    const { status, headers = "" } = fault;
    const bytes = `HTTP/1.1 ${status} No\r\n${headers}content-length: 0\r\n\r\n`;
    return { bytes, isAcknowledged: status < 300, closes: false };
  }
  // A late answer is none: nobody listens any more.
  return { bytes: `${head}0\r\n\r\n`, isAcknowledged: fault === "ok", closes: false };
}

interface ReadRequest {
  readonly name: string;
  readonly fault: Fault;
  /** What came behind it. */
  readonly rest: Uint8Array;
}

/** Reads a request with a content length; undefined at the end, or where it is reset. */
async function readRequest(
  conn: Deno.Conn,
  { rest, onHead }: { readonly rest: Uint8Array; readonly onHead: (name: string) => Fault },
): Promise<ReadRequest | undefined> {
  const buffer = new Uint8Array(65536);
  let bytes = rest;
  let fault: Fault | undefined;
  let [name, length] = ["", Infinity];
  while (bytes.length < length) {
    const count = await conn.read(buffer);
    if (count === null) return undefined;
    bytes = Uint8Array.from([...bytes, ...buffer.subarray(0, count)]);
    if (fault !== undefined) continue;
    const head = new TextDecoder("latin1").decode(bytes);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    name = /^runner-event: [^/\r]*\/(\S+)/im.exec(head)?.[1] ?? "";
    length = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    fault = onHead(name);
    if (fault === "reset") return undefined;
  }
  return { name, fault: fault ?? "ok", rest: bytes.subarray(length) };
}
