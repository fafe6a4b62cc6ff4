import { Question } from "../../../../src/process/prompts/question.ts";
import { translatePythonRegex } from "../../../../src/python/regex/translate.ts";
import { assertEquals } from "../../../testing/assert.ts";

/** Patterns that people write, and the prompts that they mean: where those are found. */
const ROWS: readonly (readonly [
  pattern: string,
  text: string,
  found: readonly [start: number, end: number] | undefined,
])[] = [
  // The manual's own; Ansible's prompts end in a blank.
  ["^SSH [pP]assword:$", "SSH password: ", [0, 14]],
  ["^SSH [pP]assword:$", "SSH password:", [0, 13]],
  ["^SSH [pP]assword:$", "x\nSSH password: ", [2, 16]],
  ["^SSH [pP]assword:\\s*?$", "SSH password: ", [0, 14]],
  ["^BECOME [pP]assword:$", "BECOME password:  \t", [0, 19]],
  ["password:\\Z", "password: ", [0, 10]],
  ["(a:|b:)$", "a: b: ", [3, 6]],
  // Only of the unfinished line, and only blanks.
  ["^SSH [pP]assword:$", "SSH password: \n", undefined],
  ["^SSH [pP]assword:$", "SSH password: x", undefined],
  ["^SSH [pP]assword:$", "SSH password: x ", undefined],
  ["password: x", "password: ", undefined],
  ["^$", "   ", undefined],
  ["x*$", "y ", undefined],
];

for (const [pattern, text, found] of ROWS) {
  Deno.test(`Question: ${pattern} in ${JSON.stringify(text)}`, () => {
    const question = new Question({
      name: pattern,
      pattern: translatePythonRegex(pattern),
      answer: "",
    });
    const place = question.find(text, 0);
    assertEquals(place && [place.start, place.end], found);
  });
}
