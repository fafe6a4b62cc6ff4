/**
 * A receiver that shows the bytes of each request and answers with bytes of the test's choice.
 *
 * @module
 */

/** What to do with a request. */
export type Answer = string | {
  /** What is written; nothing without it. */
  readonly bytes?: string;
  /** Whether the connection is closed then. */
  readonly close?: boolean;
};

/** A listener that reads requests with a content length. */
export class RawReceiver implements AsyncDisposable {
  /** Each request, its body included; one Latin-1 character per byte. */
  readonly requests: string[] = [];
  /** How many connections came. */
  connections = 0;
  /** Where it listens. */
  readonly path: string;
  readonly #listener: Deno.Listener;
  readonly #answer: (request: string, index: number) => Answer | Promise<Answer>;
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<void>;

  /**
   * Listens.
   *
   * @param path of a unix socket
   * @param answer makes the answer to a request
   */
  constructor(path: string, answer: (request: string, index: number) => Answer | Promise<Answer>) {
    this.path = path;
    this.#listener = Deno.listen({ transport: "unix", path });
    this.#answer = answer;
    this.#done = this.#accept();
  }

  /** Closes it and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) conn.close();
    await this.#done;
  }

  async #accept(): Promise<void> {
    const serving: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) {
        this.connections++;
        this.#open.add(conn);
        serving.push(this.#serve(conn).catch(() => {}));
      }
    } catch {
      // Closed.
    }
    await Promise.all(serving);
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    let text = "";
    const buffer = new Uint8Array(65536);
    while (true) {
      const end = endOfRequest(text);
      if (end === undefined) {
        const count = await conn.read(buffer);
        if (count === null) return this.#close(conn);
        text += Array.from(buffer.subarray(0, count), (byte) => String.fromCharCode(byte)).join("");
        continue;
      }
      this.requests.push(text.slice(0, end));
      text = text.slice(end);
      const answer = await this.#answer(this.requests.at(-1) ?? "", this.requests.length - 1);
      const { bytes = "", close = false } = typeof answer === "string" ? { bytes: answer } : answer;
      const data = new TextEncoder().encode(bytes);
      for (let at = 0; at < data.length;) at += await conn.write(data.subarray(at));
      if (close) return this.#close(conn);
    }
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}

function endOfRequest(text: string): number | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = Number(/^content-length: (\d+)$/im.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length < end ? undefined : end;
}
