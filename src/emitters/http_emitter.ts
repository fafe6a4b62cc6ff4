/**
 * Turns events and status changes into POST requests to a URL or a unix socket.
 *
 * @module
 * @see manual of ansible-runner, "HTTP Status/Event Emitter Plugin"
 */
import type { RunConfig } from "../config/run_config.ts";
import { ConfigError } from "../errors.ts";
import type { Emitter, EmitterMessage } from "./emitter.ts";

/** How long one request may take, in milliseconds. */
const REQUEST_MS = 10_000;

/** Where requests go. */
export interface HttpTarget {
  /** A URL, or the path of a unix socket. */
  readonly url: string;
  /** Request path on a unix socket. @default {"/"} */
  readonly path?: string | undefined;
  /** Headers besides the content type, which they may replace. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes the HTTP emitter of a run whose settings or environment name a URL.
 *
 * @param config the run: `runner_http_url`, `runner_http_headers`, `runner_http_path`
 * @param env `RUNNER_HTTP_URL` and `RUNNER_HTTP_PATH` win over settings
 * @returns the emitter, or undefined when no URL is given
 */
export function httpEmitterOf(
  config: RunConfig,
  env: Readonly<Record<string, string | undefined>>,
): Emitter | undefined {
  const { runnerHttpUrl, runnerHttpPath, runnerHttpHeaders } = config.settings;
  const url = env["RUNNER_HTTP_URL"] || runnerHttpUrl;
  if (!url) return undefined;
  return new HttpEmitter({
    url,
    path: env["RUNNER_HTTP_PATH"] || runnerHttpPath,
    headers: runnerHttpHeaders,
  });
}

/** Posts each message as JSON. */
export class HttpEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name = "http";
  readonly #url: string;
  readonly #headers: Headers;
  readonly #client: Deno.HttpClient | undefined;

  /**
   * Makes an emitter.
   *
   * @param target where requests go
   * @throws {ConfigError} when the URL is neither a URL nor an existing path
   */
  constructor(target: HttpTarget) {
    this.#headers = new Headers({ "content-type": "application/json", ...target.headers });
    if (exists(target.url)) {
      const path = target.path ?? "/";
      this.#url = `http://localhost${path.startsWith("/") ? "" : "/"}${path}`;
      this.#client = Deno.createHttpClient({ proxy: { transport: "unix", path: target.url } });
    } else {
      this.#url = this.#withoutPassword(parseUrl(target.url));
      this.#client = undefined;
    }
  }

  /**
   * Posts a message.
   *
   * @param message what to post
   * @param signal ends the request
   * @throws {Error} when nobody answers in time, or the answer is an error
   */
  async send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: this.#headers,
      body: message.json,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
      ...(this.#client === undefined ? {} : { client: this.#client }),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`answer ${response.status} ${response.statusText}`.trim());
  }

  /** `fetch` refuses a URL with user and password in it; a header says the same. */
  #withoutPassword(url: URL): string {
    if (url.username !== "" && !this.#headers.has("authorization")) {
      const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      const encoded = new TextEncoder().encode(pair).toBase64();
      this.#headers.set("authorization", `Basic ${encoded}`);
    }
    url.username = url.password = "";
    return url.href;
  }

  /** Closes the connections. */
  close(): void {
    this.#client?.close();
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new ConfigError(
    "config.runner_http_url",
    `Cannot use runner_http_url: expected a URL or the path of a unix socket, got ${
      JSON.stringify(text)
    }`,
  );
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
