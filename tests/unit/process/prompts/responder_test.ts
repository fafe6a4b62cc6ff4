import { assert, assertEquals } from "../../../testing/assert.ts";
import type { PromptAnswer } from "../../../../src/process/prompts/question.ts";
import { PromptResponder } from "../../../../src/process/prompts/responder.ts";

/** What is typed when the pieces are shown one after another. */
function typed(answers: readonly PromptAnswer[], pieces: readonly string[]): string[] {
  const all: string[] = [];
  const responder = new PromptResponder({
    answers,
    clean: (text) => text.replaceAll("<marker>", ""),
    type: (text) => Promise.resolve(void all.push(text)),
    onSlow: (name) => void all.push(`too slow: ${name}`),
    searchMs: 60,
  });
  for (const piece of pieces) responder.feed(new TextEncoder().encode(piece));
  return all;
}

const NAME: PromptAnswer = { name: "", pattern: /name:\s*$/m, answer: "ada" };
const COLOUR: PromptAnswer = { name: "", pattern: /colour:/, answer: "red" };

const table: readonly [
  title: string,
  answers: PromptAnswer[],
  pieces: string[],
  typed: string[],
][] = [
  ["answers a prompt", [NAME], ["your name: "], ["ada\n"]],
  ["answers a prompt that is cut", [NAME], ["your na", "me", ":"], ["ada\n"]],
  ["answers a prompt with a marker in it", [NAME], ["your na<mar", "ker>me: "], ["ada\n"]],
  ["answers once until it is asked again", [NAME], ["name: ", "\r\nthanks\r\n", "name: "], [
    "ada\n",
    "ada\n",
  ]],
  ["takes the match that begins first", [NAME, COLOUR], ["colour: and name: "], ["red\n", "ada\n"]],
  [
    "takes the first pattern of two at one place",
    [{ name: "", pattern: /na/, answer: "1" }, { name: "", pattern: /name/, answer: "2" }],
    ["name"],
    ["1\n"],
  ],
  ["types nothing for null", [{ name: "", pattern: /name:/, answer: null }], ["name: "], []],
  ["types a bare return for empty text", [{ name: "", pattern: /name:/, answer: "" }], ["name: "], [
    "\n",
  ]],
  ["finds a prompt more than 100 characters long", [{
    name: "",
    pattern: /begin.*end:/,
    answer: "x",
  }], [
    `begin${"-".repeat(5000)}`,
    "end:",
  ], ["x\n"]],
  ["finds a prompt with much text before and behind it", [COLOUR], [
    `${"line\n".repeat(1000)}colour: ${"line\n".repeat(1000)}`,
  ], ["red\n"]],
  ["is not stopped by a pattern that matches nothing", [
    { name: "", pattern: /x*/, answer: "1" },
    COLOUR,
  ], [
    "colour:",
  ], ["red\n"]],
];

Deno.test("PromptResponder", async (t) => {
  for (const [title, answers, pieces, expected] of table) {
    await t.step(title, () => assertEquals(typed(answers, pieces), expected));
  }
});

Deno.test("PromptResponder keeps the unfinished line, and little of the finished ones", () => {
  const responder = new PromptResponder({
    answers: [COLOUR],
    clean: (text) => text,
    type: () => Promise.resolve(),
    onSlow: () => {},
  });
  responder.feed(new TextEncoder().encode("line\n".repeat(10_000)));
  assertEquals(responder.window.length, 2048);
  for (let n = 0; n < 100; n++) responder.feed(new TextEncoder().encode("x".repeat(100)));
  assertEquals(responder.window, "x".repeat(10_000));
});

Deno.test("PromptResponder stops answering whoever takes no answer", async () => {
  let typed = 0;
  const taken = Promise.withResolvers<void>();
  const responder = new PromptResponder({
    answers: [COLOUR],
    clean: (text) => text,
    type: () => {
      typed++;
      return taken.promise;
    },
    onSlow: () => {},
  });
  for (let n = 0; n < 200; n++) responder.feed(new TextEncoder().encode("colour:\n".repeat(100)));
  assertEquals(typed, 1000);
  taken.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  responder.feed(new TextEncoder().encode("colour:"));
  assertEquals(typed, 1001);
});

Deno.test("PromptResponder gives up a pattern that takes too long, and is not stopped by it", () => {
  const slow = { name: "^(a+)+[$]", pattern: /^(a+)+[$]/m, answer: "x" };
  const start = performance.now();
  const all = typed([slow, COLOUR], ["colour:", "\naa$", `\n${"a".repeat(60)}!`, "colour:"]);
  assertEquals(all, ["red\n", "x\n", "too slow: ^(a+)+[$]"]);
  assert(performance.now() - start < 10_000);
});

Deno.test("PromptResponder takes no notice of a long line that a pattern cannot be in", () => {
  const become = { name: "", pattern: /^BECOME password.*:\s*?$/m, answer: "x" };
  const all = typed([become], [...Array(200).fill(" ".repeat(400)), "\nBECOME password[root]: "]);
  assertEquals(all, ["x\n"]);
});
