/**
 * Turns a recorded list of texts into those of an outcome's events, where the original's differ.
 *
 * @module
 */
import type { AnsibleStack } from "../testing/original.ts";
import type { Case } from "./cases.ts";
import { type JsonTree, memberOf, textOf } from "./json_tree.ts";
import type { Outcome } from "./normalize.ts";
import { plainLines } from "./plain_lines.ts";

/**
 * Names the file of recorded texts.
 *
 * @param theCase the case
 * @param stack the ansible-core
 * @returns its name in golden/
 */
export function goldenName(theCase: Case, stack: AnsibleStack): string {
  return `${theCase.name}.${Number(stack.name.split(".")[1]) < 19 ? "2.14" : "2.19"}`;
}

/**
 * Records the texts of our own run anew, if there is a record already.
 * To be read before they are committed.
 *
 * @param outcome ours
 * @param name as `goldenName` gives it
 */
export function recordGoldenText(outcome: Outcome, name: string): void {
  try {
    Deno.statSync(goldenFile(name));
  } catch {
    return;
  }
  const texts = outcome.events.map(({ body }) => textOf(body, "stdout") ?? "");
  Deno.writeTextFileSync(goldenFile(name), JSON.stringify(texts, null, 2) + "\n");
}

/**
 * Puts recorded texts in place of those of the events, and counts their lines.
 *
 * @param outcome the original's, changed in place
 * @param name file in golden/: a JSON list with one text per event
 */
export function applyGoldenText(outcome: Outcome, name: string): void {
  const texts = JSON.parse(Deno.readTextFileSync(goldenFile(name))) as string[];
  let line = 0;
  for (const [index, { body }] of outcome.events.entries()) {
    const text = texts[index] ?? "(no text recorded)";
    // An event's stdout lacks the blank lines at its end, which are counted all the same.
    const blank = lineNumber(body, "end_line") - lineNumber(body, "start_line") -
      linesOf(textOf(body, "stdout") ?? "");
    setLeaf(body, "stdout", { kind: "string", value: text });
    setLeaf(body, "start_line", { kind: "literal", text: String(line) });
    line += linesOf(text) + blank;
    setLeaf(body, "end_line", { kind: "literal", text: String(line) });
  }
  const stdout = plainLines(outcome.events);
  outcome.texts["stdout"] = stdout;
  outcome.consoleOut = stdout;
}

function linesOf(text: string): number {
  return text === "" ? 0 : text.split("\n").length;
}

function lineNumber(body: JsonTree, key: string): number {
  const leaf = memberOf(body, key);
  return leaf?.kind === "literal" ? Number(leaf.text) : NaN;
}

function goldenFile(name: string): string {
  return `${import.meta.dirname}/golden/${name}.json`;
}

function setLeaf(body: JsonTree, key: string, leaf: JsonTree): void {
  if (memberOf(body, key) === undefined || body.kind !== "object") return;
  body.members = body.members.map(([name, value]) => [name, name === key ? leaf : value]);
}
