/**
 * Turns a recorded list of texts into those of an outcome's events, where the original's differ.
 *
 * @module
 */
import { type JsonTree, memberOf } from "./json_tree.ts";
import type { Outcome } from "./normalize.ts";
import { plainLines } from "./plain_lines.ts";

/**
 * Puts recorded texts in place of those of the events, and counts their lines.
 *
 * @param outcome the original's, changed in place
 * @param name file in golden/: a JSON list with one text per event
 */
export function applyGoldenText(outcome: Outcome, name: string): void {
  const file = `${import.meta.dirname}/golden/${name}.json`;
  const texts = JSON.parse(Deno.readTextFileSync(file)) as string[];
  let line = 0;
  for (const [index, { body }] of outcome.events.entries()) {
    const text = texts[index] ?? "(no text recorded)";
    setLeaf(body, "stdout", { kind: "string", value: text });
    setLeaf(body, "start_line", { kind: "literal", text: String(line) });
    if (text !== "") line += text.split("\n").length;
    setLeaf(body, "end_line", { kind: "literal", text: String(line) });
  }
  const stdout = plainLines(outcome.events);
  outcome.texts["stdout"] = stdout;
  outcome.consoleOut = stdout;
}

function setLeaf(body: JsonTree, key: string, leaf: JsonTree): void {
  if (memberOf(body, key) === undefined || body.kind !== "object") return;
  body.members = body.members.map(([name, value]) => [name, name === key ? leaf : value]);
}
