/**
 * A server on a port or a unix socket that notes the requests that came, for tests.
 *
 * @module
 */

/** A request that came. */
export interface SeenRequest {
  /** Such as `POST`. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body. */
  readonly body: string;
}

/** What a server does. */
export interface TestServerOptions {
  /** Path of a unix socket. @default {a port of the loopback interface} */
  readonly path?: string;
  /** Status of its answers. @default {200} */
  readonly status?: number;
  /** Headers of its answers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it never answers. @default {false} */
  readonly hang?: boolean;
}

/** A server that keeps what it gets. */
export class TestServer implements AsyncDisposable {
  /** The requests, in the order in which they came. */
  readonly requests: SeenRequest[] = [];
  /** Where it listens: a URL, or the path of a unix socket. */
  readonly url: string;
  readonly #server: Deno.HttpServer;
  readonly #closing = Promise.withResolvers<void>();

  /**
   * Starts a server.
   *
   * @param options where, and how it answers
   */
  constructor(options: TestServerOptions = {}) {
    const handler = (request: Request) => this.#answer(request, options);
    const onListen = () => {};
    if (options.path !== undefined) {
      this.#server = Deno.serve({ path: options.path, onListen }, handler);
      this.url = options.path;
      return;
    }
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, handler);
    this.#server = server;
    this.url = `http://127.0.0.1:${server.addr.port}`;
  }

  /** The bodies, parsed. */
  // deno-lint-ignore no-explicit-any -- tests look at what they expect
  bodies(): any[] {
    return this.requests.map(({ body }) => JSON.parse(body));
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.resolve();
    await this.#server.shutdown();
  }

  async #answer(request: Request, options: TestServerOptions): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    this.requests.push({
      method: request.method,
      path: pathname + search,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    if (options.hang === true) await this.#closing.promise;
    const { status = 200, headers = {} } = options;
    return new Response("answer", { status, headers });
  }
}
