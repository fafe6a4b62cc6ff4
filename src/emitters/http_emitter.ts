/**
 * Posts events and changes of status to a URL or a unix socket.
 *
 * @module
 * @see manual of ansible-runner, "HTTP Status/Event Emitter Plugin"
 */
import type { RunConfig } from "../config/run_config.ts";
import { printable } from "../internal/printable.ts";
import { type Emitter, type EmitterMessage, NoAnswer } from "./emitter.ts";
import { type HttpTarget, receiverOf, withoutSecrets } from "./http_target.ts";
import { causesOf } from "./request_error.ts";
import { UnixHttpClient } from "./unix_http.ts";

/** How long one request may take, in milliseconds. */
const REQUEST_MS = 10_000;

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

/** An answer, as far as it matters. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly location?: string | undefined;
}

/** Sends one body. */
type Post = (body: string, signal: AbortSignal) => Promise<Answer>;

/** Posts each message as JSON, one after the other. */
export class HttpEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name = "http";
  readonly #post: Post;
  readonly #client: UnixHttpClient | undefined;

  /**
   * Makes an emitter.
   *
   * @param target where requests go
   * @throws {ConfigError} when the target cannot be used
   */
  constructor(target: HttpTarget) {
    const receiver = receiverOf(target);
    if (receiver.kind === "socket") {
      const client = this.#client = new UnixHttpClient(receiver);
      this.#post = (body, signal) => client.post(body, signal);
    } else this.#post = (body, signal) => postByFetch(receiver, { body, signal });
  }

  /**
   * Posts a message.
   *
   * @param message what to post
   * @param signal ends the request
   * @throws {NoAnswer} when nobody answers, or not in time
   * @throws {Error} when the answer is an error or a redirect
   */
  async send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(REQUEST_MS);
    let answer: Answer;
    try {
      answer = await this.#post(message.json, AbortSignal.any([signal, late]));
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const text = late.aborted ? `no answer within ${REQUEST_MS / 1000} s` : causesOf(cause);
      throw new NoAnswer(text, { cause });
    }
    if (answer.status < 200 || answer.status > 299) throw new Error(refusalOf(answer));
  }

  /** Closes the connections. */
  close(): void {
    this.#client?.[Symbol.dispose]();
  }
}

async function postByFetch(
  receiver: { readonly url: string; readonly headers: Headers },
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
): Promise<Answer> {
  const { url, headers } = receiver;
  // A redirect would hand events and headers to a host that nobody named.
  const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
  await response.body?.cancel();
  return {
    status: response.status,
    statusText: response.statusText,
    location: response.headers.get("location") ?? undefined,
  };
}

/** What the receiver says goes into logs and artifacts: short, and nothing that a terminal obeys. */
function refusalOf({ status, statusText, location }: Answer): string {
  const answer = `HTTP ${status} ${printable(statusText.slice(0, 100))}`.trim();
  if (status < 300 || status > 399 || location === undefined) return answer;
  const target = printable(withoutSecrets(location).slice(0, 200));
  return `${answer}: redirects are not followed (to ${JSON.stringify(target)})`;
}
