/**
 * The texts that people read of what a module returned: message, output, difference.
 *
 * @module
 */
import { recordOf, textOf } from "../events/event_values.ts";

/** A text of a result. */
export interface ResultText {
  /** What it is; `item` heads what an item of a loop gave, `data` is JSON. */
  readonly kind: "item" | "command" | "message" | "stdout" | "stderr" | "diff" | "data";
  /** The text, perhaps with the colours of a terminal. */
  readonly text: string;
  /** Letters of it that were cut off. */
  readonly cut: number;
}

/** Which texts are wanted. */
export interface TextOptions {
  /** Most letters of all texts together. */
  readonly limit: number;
  /** Whether what has no text of its own is told as JSON. */
  readonly data: boolean;
}

type ModuleResult = Readonly<Record<string, unknown>>;

/** Items of a loop that are told; a loop over thousands says the same thousands of times. */
const MOST_ITEMS = 200;

/** Said elsewhere, or of no use to people. */
const NOT_DATA =
  /^(_ansible.*|ansible_loop_var|invocation|results|stdout|stderr|(std(out|err)|module_std(out|err))_lines|module_stdout|module_stderr|msg|exception|cmd|changed|failed|failed_when_result|diff|unreachable|censored|skipped|start|end|delta|item|warnings|deprecations)$/;

/** Lists the texts of a result, each cut so that all keep within the limit. */
export function textsOf(res: ModuleResult, options: TextOptions): ResultText[] {
  const texts: ResultText[] = [];
  let left = options.limit;
  const add = (kind: ResultText["kind"], value: unknown): void => {
    const whole = asText(value);
    if (whole.trim() === "") return;
    const last = texts.at(-1);
    if (left <= 0 && last !== undefined) {
      texts[texts.length - 1] = { ...last, cut: last.cut + whole.length };
      return;
    }
    const text = cutText(whole, Math.max(0, left));
    left -= text.length;
    texts.push({ kind, text, cut: whole.length - text.length });
  };
  addResult(res, { add, data: options.data });
  const items = Array.isArray(res["results"]) ? res["results"].map(recordOf) : [];
  for (const item of items.slice(0, MOST_ITEMS)) {
    if (left <= 0) break;
    add("item", itemLabel(item));
    addResult(item, { add, data: options.data });
  }
  const untold = items.length - Math.min(items.length, MOST_ITEMS);
  if (untold > 0) add("item", `and ${untold} more items`);
  return texts;
}

interface Target {
  readonly add: (kind: ResultText["kind"], value: unknown) => void;
  readonly data: boolean;
}

function addResult(res: ModuleResult, { add, data }: Target): void {
  add("command", Array.isArray(res["cmd"]) ? res["cmd"].join(" ") : res["cmd"]);
  add("message", res["censored"] ?? res["msg"]);
  add("stdout", textOf(res["stdout"]) ?? res["module_stdout"]);
  add("stderr", textOf(res["stderr"]) ?? res["module_stderr"]);
  if (!data) return;
  // An exception is the text of what broke; a loop has it in its items.
  add("stderr", res["exception"] === res["module_stderr"] ? undefined : res["exception"]);
  const rest = Object.entries(res).filter(([key]) => !NOT_DATA.test(key));
  if (rest.length === 0) return;
  const rc = rest.length === 1 ? res["rc"] : undefined;
  if (typeof rc !== "number") add("data", Object.fromEntries(rest));
  else if (rc !== 0) add("data", `rc: ${rc}`);
}

function itemLabel(item: ModuleResult): string {
  const state = item["failed"] === true
    ? "failed"
    : item["skipped"] === true
    ? "skipped"
    : item["changed"] === true
    ? "changed"
    : "ok";
  return `${state}: ${asText(item["_ansible_item_label"] ?? item["item"])}`;
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return JSON.stringify(value, undefined, 2) ?? "";
}

/** Cuts a text, never through the two halves of one character. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const isHalf = /[\ud800-\udbff]/.test(text[limit - 1] ?? "");
  return text.slice(0, isHalf ? limit - 1 : limit);
}
