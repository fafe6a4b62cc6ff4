/**
 * Sends bodies to a URL or a unix socket, and says of each whether it was taken, may be taken later
 * or is refused.
 *
 * @module
 */
import { ConfigError, messageOf } from "../../errors.ts";
import { printable } from "../../internal/printable.ts";
import { joinBytes } from "../../internal/bytes.ts";
import { TimeLimit, unlessAborted } from "../../internal/sleep.ts";
import { NoAnswer } from "../emitter.ts";
import { bearerTokenOf, SETTINGS, tlsOptionsOf } from "./http_body.ts";
import { HttpClient, type HttpRequest } from "./http_client.ts";
import type { HttpReceiver } from "./http_settings.ts";
import { type Receiver, receiverOf, withoutSecrets } from "./http_target.ts";
import { causesOf } from "./request_error.ts";

/** How long one request may take, in milliseconds. */
const REQUEST_MS = 10_000;

/** How long the body of an answer may take, in milliseconds, and how long it may be. */
const BODY_MS = 1000;
const MOST_BODY = 64 << 10;

/** These say that the same request may be taken later. */
const BUSY: readonly number[] = [408, 425, 429];

/** How a sender goes about it. */
export interface HttpSenderOptions {
  /** Content type, where the receiver's headers say none. @default {"application/json"} */
  readonly type?: string | undefined;
  /** How long one request may take, in milliseconds. @default {10_000} */
  readonly requestMs?: number | undefined;
  /** Statuses that say that the same request may be taken later. @default {408, 425, 429} */
  readonly busy?: readonly number[] | undefined;
  /** Whether bodies of answers are wanted. @default {false} */
  readonly keepsBody?: boolean | undefined;
}

/** An answer, as far as it matters. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly location?: string | undefined;
  readonly retryAfter?: string | undefined;
  readonly body?: Uint8Array;
}

/** Sends one body. */
type Post = (request: HttpRequest, signal: AbortSignal) => Promise<Answer>;

/** Sends requests to one receiver, one after the other. */
export class HttpSender implements Disposable {
  readonly #options: HttpSenderOptions;
  readonly #post: Post;
  readonly #stack = new DisposableStack();

  /** @throws {ConfigError} when the receiver cannot be used */
  constructor(target: HttpReceiver, options: HttpSenderOptions = {}) {
    this.#options = options;
    const receiver = receiverOf(target);
    if (options.type !== undefined && receiver.headers.get("content-type") === "application/json") {
      receiver.headers.set("content-type", options.type);
    }
    const token = bearerTokenOf(target);
    if (token !== undefined) receiver.headers.set("authorization", `Bearer ${token}`);
    this.#post = this.#posterOf(receiver, target);
  }

  /**
   * Sends one request.
   *
   * @param request its body, and headers of this one alone
   * @returns the body of the answer, as much of it as came; empty where it is not wanted
   * @throws {NoAnswer} when nobody answers, or not in time, or the receiver says to come later
   * @throws {Error} when the answer is an error or a redirect
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<Uint8Array> {
    const { requestMs = REQUEST_MS, busy = BUSY } = this.#options;
    using limit = new TimeLimit(requestMs, signal);
    let answer: Answer;
    try {
      answer = await this.#post(request, limit.signal);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const text = limit.isOver ? `no answer within ${requestMs / 1000} s` : causesOf(cause);
      throw new NoAnswer(text, { cause });
    }
    if (answer.status >= 200 && answer.status <= 299) return answer.body ?? new Uint8Array();
    const later = laterOf(answer, busy);
    if (later === undefined) throw new Error(refusalOf(answer));
    throw new NoAnswer(refusalOf(answer), { retryAfterMs: later });
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    this.#stack.dispose();
  }

  #posterOf(receiver: Receiver, features: HttpReceiver): Post {
    const tls = tlsOptionsOf(features);
    const address = addressOf(receiver);
    const { keepsBody } = this.#options;
    if (address !== undefined) {
      const client = this.#stack.use(new HttpClient({ ...address, keepsBody }));
      return (request, signal) => client.post(request, signal);
    }
    const { url, headers } = receiver as Extract<Receiver, { kind: "url" }>;
    const client = httpClientOf(tls, features.fileNames);
    if (client !== undefined) this.#stack.use(client);
    return (request, signal) =>
      postByFetch({ url, headers, client, keepsBody }, { request, signal });
  }
}

/** What our own client can reach: sockets, and HTTP without TLS and without a proxy. */
function addressOf(receiver: Receiver): ConstructorParameters<typeof HttpClient>[0] | undefined {
  const { headers } = receiver;
  if (receiver.kind === "socket") {
    const address = { transport: "unix", path: receiver.socket } as const;
    return { address, path: receiver.path, headers };
  }
  const { protocol, hostname, port, pathname, search, host } = new URL(receiver.url);
  if (protocol !== "http:" || hasProxy()) return undefined;
  const address = { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
  const named = headers.has("host") ? [...headers] : [["host", host] as const, ...headers];
  return { address, path: pathname + search, headers: named };
}

/** Deno's `fetch` knows how to talk to proxies, and for which hosts there is none. */
function hasProxy(): boolean {
  return ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].some((name) => Deno.env.get(name));
}

function httpClientOf(
  options: ReturnType<typeof tlsOptionsOf>,
  { ca, cert } = SETTINGS,
): Deno.HttpClient | undefined {
  if (options === undefined) return undefined;
  try {
    return Deno.createHttpClient(options);
  } catch (cause) {
    const text = `Cannot use ${ca} or ${cert}: ${messageOf(cause)}`;
    throw new ConfigError("config.runner_http_file", text, { cause });
  }
}

async function postByFetch(
  receiver: {
    readonly url: string;
    readonly headers: Headers;
    readonly client: Deno.HttpClient | undefined;
    readonly keepsBody: boolean | undefined;
  },
  { request, signal }: { readonly request: HttpRequest; readonly signal: AbortSignal },
): Promise<Answer> {
  const headers = new Headers(receiver.headers);
  for (const [name, value] of request.headers ?? []) headers.set(name, value);
  const { client, url } = receiver;
  // A redirect would hand events and headers to a host that nobody named.
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: request.body,
    signal,
    redirect: "manual",
    ...(client === undefined ? {} : { client }),
  });
  const body = receiver.keepsBody === true ? await beginningOf(response) : undefined;
  if (body === undefined) await response.body?.cancel();
  return {
    ...(body === undefined ? {} : { body }),
    status: response.status,
    statusText: response.statusText,
    location: response.headers.get("location") ?? undefined,
    retryAfter: response.headers.get("retry-after") ?? undefined,
  };
}

/** What comes of an answer's body in a short time, and no more than a little. */
async function beginningOf({ body }: Response): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  const reader = body.getReader();
  using limit = new TimeLimit(BODY_MS);
  try {
    for (let size = 0; size <= MOST_BODY;) {
      const { value, done } = await unlessAborted(reader.read(), limit.signal);
      if (done) break;
      pieces.push(value);
      size += value.length;
    }
  } catch {
    // The status has come: that is the answer.
  }
  reader.cancel().catch(() => {});
  return joinBytes(pieces);
}

/** When a busy receiver may be asked again, in milliseconds from now; undefined when it is not busy. */
function laterOf(
  { status, retryAfter }: Answer,
  busy: readonly number[],
): number | undefined {
  if (retryAfter === undefined || status < 400) return busy.includes(status) ? 0 : undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const ms = Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** What the receiver says goes into logs and artifacts: short, and nothing that a terminal obeys. */
function refusalOf({ status, statusText, location }: Answer): string {
  const answer = `HTTP ${status} ${printable(statusText.slice(0, 100))}`.trim();
  if (status < 300 || status > 399 || location === undefined) return answer;
  const target = printable(withoutSecrets(location).slice(0, 200));
  return `${answer}: redirects are not followed (to ${JSON.stringify(target)})`;
}
