/**
 * What may be used as a receiver: a URL or a unix socket, a request path, headers. Messages show
 * none of the secrets that may stand in them.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";

/** Where requests go, as settings have it. */
export interface HttpTarget {
  /** A URL, or the absolute path of a unix socket. */
  readonly url: string;
  /** Request path on a unix socket. @default {"/"} */
  readonly path?: string | undefined;
  /** Headers besides the content type, which they may replace. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Where requests go, checked.
 *
 * `http` and `https` come first: a socket that lies at `./https:/receiver` is none that was meant.
 */
export type Receiver =
  | { readonly kind: "url"; readonly url: string; readonly headers: Headers }
  | {
    readonly kind: "socket";
    readonly socket: string;
    readonly path: string;
    readonly headers: Headers;
  };

/**
 * Checks where requests go.
 *
 * @throws {ConfigError} when it is neither a URL nor a socket, or a header cannot be sent
 */
export function receiverOf(target: HttpTarget): Receiver {
  const headers = headersOf(target.headers ?? {});
  if (/^https?:\/\//i.test(target.url)) {
    return { kind: "url", url: withoutUser(parseUrl(target.url), headers), headers };
  }
  if (!target.url.startsWith("/")) throw noReceiver(target.url);
  if (!isSocket(target.url)) {
    const text = `expected a unix socket at ${JSON.stringify(target.url)}, found none`;
    throw new ConfigError("config.runner_http_url", `Cannot use runner_http_url: ${text}`);
  }
  return { kind: "socket", socket: target.url, path: requestPath(target.path ?? "/"), headers };
}

/** The request line has no blanks and no control characters: what follows would be a header. */
function requestPath(path: string): string {
  const encoded = path.replace(
    /[^\x21-\x7e]/gu,
    (character) => /[\x00-\x1f\x7f]/.test(character) ? "\n" : encodeURIComponent(character),
  );
  if (!encoded.includes("\n")) return encoded.startsWith("/") ? encoded : `/${encoded}`;
  throw new ConfigError(
    "config.runner_http_path",
    "Cannot use runner_http_path: expected no control characters and line breaks",
  );
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Those that say where a message ends are ours: another word for it would hide requests. */
const OURS = ["content-length", "transfer-encoding"];

function headersOf(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ "content-type": "application/json" });
  for (const [index, [name, value]] of Object.entries(given).entries()) {
    const problem = problemOf([name, value], index);
    if (problem !== undefined) {
      const text = `Cannot use runner_http_headers: ${problem}`;
      throw new ConfigError("config.runner_http_headers", text);
    }
    headers.set(name, value);
  }
  return headers;
}

/** A name that is none may be a whole header with its secret: it is not shown. */
function problemOf([name, value]: [string, string], index: number): string | undefined {
  if (!TOKEN.test(name)) {
    return `the name of header ${index + 1} has a character that is not allowed in names`;
  }
  if (OURS.includes(name.toLowerCase())) return `the header "${name}" is set by ansible-runner`;
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    return `the value of "${name}" has a line break or another control character`;
  }
  if (/[^\x00-\xff]/.test(value)) {
    return `the value of "${name}" has a character that is not in ISO 8859-1`;
  }
  return undefined;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw noReceiver(text);
  return url;
}

/** `fetch` refuses a URL with user and password in it; a header says the same. */
function withoutUser(url: URL, headers: Headers): string {
  if ((url.username !== "" || url.password !== "") && !headers.has("authorization")) {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    headers.set("authorization", `Basic ${new TextEncoder().encode(pair).toBase64()}`);
  }
  url.username = url.password = "";
  return url.href;
}

/** A lone percent sign in a password stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isSocket(path: string): boolean {
  try {
    return Deno.statSync(path).isSocket === true;
  } catch {
    return false;
  }
}

function noReceiver(text: string): ConfigError {
  return new ConfigError(
    "config.runner_http_url",
    `Cannot use runner_http_url: expected a URL or the absolute path of a unix socket, got ${
      JSON.stringify(withoutSecrets(text))
    }`,
  );
}

/**
 * Masks what may be secret in a URL or a text that should have been one: user and password, query.
 *
 * @returns such as `https://********@host/x?…`
 */
export function withoutSecrets(text: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0] ?? "";
  const user = text.lastIndexOf("@");
  const shown = user < scheme.length ? text : `${scheme}********${text.slice(user)}`;
  return shown.replace(/[?#].*$/s, "?…");
}
