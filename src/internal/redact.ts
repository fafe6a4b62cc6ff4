/**
 * Turns text with known secrets into text without them, also when a secret is cut between two pieces.
 *
 * @module
 */
import { quoteAscii } from "./json_text.ts";

/** What stands in a secret's place. */
export const MASK = "********";

/** Shorter secrets are not masked: they would ruin the output wherever their text occurs. */
const MIN_LENGTH = 6;

/** Lines of a key shorter than this are not secrets of their own. */
const MIN_LINE_LENGTH = 24;

/** Masks secrets. */
export class Redactor {
  readonly #pattern: RegExp | undefined;
  readonly #forms: readonly string[];
  readonly #longest: number;
  readonly #firstLetters: ReadonlySet<string>;
  #held = "";

  /**
   * Makes a redactor.
   *
   * @param secrets their texts; those under 6 characters are left out
   */
  constructor(secrets: Iterable<string>) {
    const forms = new Set<string>();
    for (const secret of secrets) for (const form of formsOf(secret)) forms.add(form);
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
    this.#longest = this.#forms[0]?.length ?? 0;
    this.#firstLetters = new Set(this.#forms.map((form) => form.charAt(0)));
    this.#pattern = this.#forms.length === 0
      ? undefined
      : new RegExp(this.#forms.map(escapeRegex).join("|"), "g");
  }

  /** Whether there is anything to mask. */
  get isActive(): boolean {
    return this.#pattern !== undefined;
  }

  /** Whether text is held back, as it may be the start of a secret. */
  get isHolding(): boolean {
    return this.#held !== "";
  }

  /**
   * Masks the secrets of a whole text.
   *
   * @param text a text that is not cut
   * @returns the text without secrets
   */
  redact(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }

  /**
   * Masks the secrets of the next piece of a stream; holds back a tail that may begin a secret.
   *
   * @param piece the next piece
   * @returns what can be shown
   */
  feed(piece: string): string {
    if (this.#pattern === undefined) return piece;
    const text = this.redact(this.#held + piece);
    const from = this.#startOfCandidate(text);
    this.#held = text.slice(from);
    return text.slice(0, from);
  }

  /** Gives back what was held: it has waited long enough, or no more text comes. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** Where the longest tail begins that a secret begins with. */
  #startOfCandidate(text: string): number {
    for (let at = Math.max(0, text.length - this.#longest + 1); at < text.length; at++) {
      if (!this.#firstLetters.has(text.charAt(at))) continue;
      const tail = text.slice(at);
      if (this.#forms.some((form) => form.length > tail.length && form.startsWith(tail))) return at;
    }
    return text.length;
  }
}

/** A secret as it is, on a terminal, and inside JSON; of several lines each long one as well. */
function formsOf(secret: string): string[] {
  const text = secret.replace(/[\r\n]+$/, "");
  if (text.length < MIN_LENGTH) return [];
  const lines = text.split(/\r?\n/).filter((line) =>
    line.length >= MIN_LINE_LENGTH && !line.startsWith("-----")
  );
  const isLong = text.includes("\n");
  return [
    text,
    ...(isLong ? [text.replace(/\r?\n/g, "\r\n"), ...lines] : []),
    quoteAscii(text).slice(1, -1),
    JSON.stringify(text).slice(1, -1),
  ];
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Names of environment variables whose values are masked where the environment is shown. */
const SECRET_NAME =
  /passw|passphrase|secret|token|credential|api_?key|private_?key|access_?key|auth(?!or)/i;

/**
 * Masks an environment for the `command` file and status data.
 *
 * @param env names and values
 * @param redactor the known secrets
 * @returns values of names that look secret, and known secrets in the others, masked
 */
export function redactEnvironment(
  env: Readonly<Record<string, string>>,
  redactor: Redactor,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value !== "" && SECRET_NAME.test(name) && !name.endsWith("_SOCK")
        ? MASK
        : redactor.redact(value),
    ]),
  );
}
