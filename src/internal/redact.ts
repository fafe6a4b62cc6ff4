/**
 * Masks known secrets in text, also when one is cut between two pieces.
 *
 * @module
 */
import { quoteAscii } from "../python/json_write.ts";

/** What stands in a secret's place. */
export const MASK = "********";

/** Shorter secrets are not masked: they would ruin the output wherever their text occurs. */
const MIN_LENGTH = 6;

/** Letters of a secret that tell nothing: a person may see so many before it is known to be one. */
export const MAX_TOLD = 3;

/** Lines of a secret shorter than this are not secrets of their own. */
const MIN_LINE_LENGTH = 24;

/** The last line of a key is often short; no other text looks like it. */
const KEY_LINE = /^[A-Za-z0-9+/=]{8,}$/;

/** Masks secrets. */
export class Redactor {
  readonly #secrets: Set<string>;
  #pattern: RegExp | undefined;
  #jsonPattern: RegExp = /\\./g;
  #forms: readonly string[] = [];
  #longest = 0;
  /** A key has one for each of its lines: few of them begin with the same letter. */
  #formsByFirst: ReadonlyMap<number, readonly string[]> = new Map();
  #held = "";

  /**
   * Makes a redactor.
   *
   * @param secrets their texts; those under 6 characters are left out
   */
  constructor(secrets: Iterable<string>) {
    this.#secrets = new Set(secrets);
    this.#build();
  }

  /** Masks a value no more: everybody has seen it. */
  reveal(value: string): void {
    if (this.#secrets.delete(value)) this.#build();
  }

  #build(): void {
    const forms = new Set<string>();
    for (const secret of this.#secrets) for (const form of formsOf(secret)) forms.add(form);
    // The longest first: of two secrets that begin alike the whole of the longer one is masked.
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
    this.#longest = this.#forms[0]?.length ?? 0;
    this.#formsByFirst = Map.groupBy(this.#forms, (form) => form.charCodeAt(0));
    this.#pattern = undefined;
    this.#jsonPattern = /\\./g;
    if (this.#forms.length === 0) return;
    const any = this.#forms.map(RegExp.escape).join("|");
    this.#pattern = new RegExp(any, "g");
    this.#jsonPattern = new RegExp(`(${any})|\\\\.`, "g");
  }

  /** Whether there is anything to mask. */
  get isActive(): boolean {
    return this.#pattern !== undefined;
  }

  /** Text that is held back, as it may be the start of a secret. */
  get held(): string {
    return this.#held;
  }

  /**
   * Masks the secrets of a whole text.
   *
   * @param text a text that is not cut
   */
  redact(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }

  /**
   * Masks the secrets of a text that is cut at its end, and the longer part of one there.
   *
   * @param text a text of which more may follow
   */
  redactCut(text: string): string {
    const at = this.#findCandidate(text, 0);
    const isTold = text.length - at > MAX_TOLD;
    return isTold ? this.redact(text.slice(0, at)) + MASK : this.redact(text);
  }

  /**
   * Masks the secrets of JSON text, which stays JSON: never half of an escape is replaced, as in
   * `\nopqrst` for the secret `nopqrst`, and a number that is a secret becomes a text.
   *
   * @param json JSON that is not cut
   */
  redactJson(json: string): string {
    if (this.#pattern === undefined || json.search(this.#pattern) < 0) return json;
    let masked = "";
    let at = 0;
    for (let open = json.indexOf('"'); open >= 0; open = json.indexOf('"', at)) {
      const close = endOfString(json, open);
      masked += this.#redactNumbers(json.slice(at, open)) +
        this.#redactInString(json.slice(open, close));
      at = close;
    }
    return masked + this.#redactNumbers(json.slice(at));
  }

  #redactInString(text: string): string {
    return text.replace(
      this.#jsonPattern,
      (found, secret: string | undefined) => secret === undefined ? found : MASK,
    );
  }

  /** A number that only has the digits of a secret in it tells nothing, and others count on it. */
  #redactNumbers(text: string): string {
    return text.replace(/[-+.\w]+/g, (word) => this.#forms.includes(word) ? `"${MASK}"` : word);
  }

  /**
   * Masks the secrets of the next piece of a stream, as in the whole; holds back a tail that may
   * begin a secret.
   */
  feed(piece: string): string {
    const pattern = this.#pattern;
    if (pattern === undefined) return this.flush() + piece;
    const text = this.#held + piece;
    let shown = "";
    let done = 0;
    let candidate = this.#findCandidate(text, done);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      // What begins at or before it may become a longer secret.
      if (match.index >= candidate) break;
      shown += text.slice(done, match.index) + MASK;
      done = pattern.lastIndex;
      if (done > candidate) candidate = this.#findCandidate(text, done);
    }
    this.#held = text.slice(candidate);
    return shown + text.slice(done, candidate);
  }

  /** Gives back what was held: it has waited long enough, or no more text comes. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    // A whole secret may wait in it that begins like a longer one.
    return this.redact(held);
  }

  /** Where the longest tail begins that is the beginning of a secret, and not all of it. */
  #findCandidate(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.#longest + 1); at < text.length; at++) {
      const forms = this.#formsByFirst.get(text.charCodeAt(at));
      if (forms === undefined) continue;
      const tail = text.slice(at);
      if (forms.some((form) => form.length > tail.length && form.startsWith(tail))) return at;
    }
    return text.length;
  }
}

/** A secret as it is, on a terminal, quoted by Python and in JSON; of several lines each long one as well. */
function formsOf(secret: string): string[] {
  const text = secret.replace(/[\r\n]+$/, "");
  if (text.length < MIN_LENGTH) return [];
  const isKey = text.includes("PRIVATE KEY-----");
  const lines = text.split(/\r?\n/).filter((line) =>
    (line.length >= MIN_LINE_LENGTH && !line.startsWith("-----")) ||
    (isKey && KEY_LINE.test(line))
  );
  const isLong = text.includes("\n");
  const ascii = quoteAscii(text).slice(1, -1);
  return [
    text,
    ...(isLong ? [text.replace(/\r?\n/g, "\r\n"), ...lines] : []),
    ascii,
    JSON.stringify(text).slice(1, -1),
    // A program that prints JSON, seen through an event's JSON.
    quoteAscii(ascii).slice(1, -1),
    quoteAscii(JSON.stringify(text).slice(1, -1)).slice(1, -1),
    text.replaceAll("\\", "\\\\").replaceAll("'", "\\'"),
  ];
}

/** Where the JSON string that opens at `open` has ended. */
function endOfString(json: string, open: number): number {
  for (let quote = json.indexOf('"', open + 1); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return json.length;
}

/** Names of environment variables, in small letters, whose values are masked where it is shown. */
const SECRET_NAME =
  /passw|passphrase|secret|token|credential|(api|private|access|ssh|signing|encryption|master)_?key|auth(?!or)|^otel_.*_headers$|_pwd$|(^|_)pass(_|$)/;

/** These name where a secret is. */
const PLACE_NAME = /_(sock|file|path|dir)$/;

/** User and password in a URL. */
const URL_PASSWORD = /(:\/\/[^\s/@:]*:)[^\s/]+(?=@)/g;

/**
 * Masks an environment for the `command` file and status data.
 *
 * @returns values of names that look secret, passwords in URLs, and known secrets in the others, masked
 */
export function redactEnvironment(
  env: Readonly<Record<string, string>>,
  redactor: Redactor,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value !== "" && isSecretName(name) ? MASK : withoutUrlPassword(redactor.redact(value)),
    ]),
  );
}

/**
 * Lists the values of an environment that are masked in logs and command lines too.
 *
 * @returns values of names that look secret
 */
export function secretValues(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).filter(([name]) => isSecretName(name)).map(([, value]) => value);
}

function withoutUrlPassword(text: string): string {
  return text.includes("://") ? text.replace(URL_PASSWORD, `$1${MASK}`) : text;
}

function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  return SECRET_NAME.test(lower) && !PLACE_NAME.test(lower);
}
