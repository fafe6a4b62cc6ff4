/**
 * What the texts of an event mean: times, plain output, the result in a line.
 *
 * @module
 */

/** Reads a time of an event, in milliseconds since 1970; NaN when it is none. */
export function momentOf(value: unknown): number {
  if (typeof value !== "string") return NaN;
  // UTC, with or without saying so.
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
}

const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;

/** Takes a terminal's sequences out of a text, and its line ends to plain ones. */
export function plainText(text: string): string {
  if (!text.includes("\x1b") && !text.includes("\r")) return text;
  return text.replace(SEQUENCE, "").replaceAll(/\r+\n/g, "\n");
}

/** What a line of Ansible's output tells of a result. */
export interface LineResult {
  /** Name of the host; empty when there is none. */
  readonly host: string;
  /** What it says happened. */
  readonly state: "ok" | "changed";
}

/** Reads a line such as `changed: [web1]` or `web1 | CHANGED => {`: events may come without data. */
export function stateFromOutput(stdout: string): LineResult {
  const text = plainText(stdout).trimStart();
  const [, word, host] = /^(\w+): \[([^\]\s]+?)(?: ->[^\]]*)?\]/.exec(text) ?? [];
  const [, only, verdict] = /^(\S+) \| (\w+)/.exec(text) ?? [];
  const isChanged = word === "changed" || verdict === "CHANGED";
  return { host: host ?? only ?? "", state: isChanged ? "changed" : "ok" };
}
