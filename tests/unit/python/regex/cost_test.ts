import fc from "fast-check";
import { costOf } from "../../../../src/python/regex/cost.ts";
import { translatePythonRegex } from "../../../../src/python/regex/translate.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { samples } from "../../../testing/samples.ts";
import { threadMs } from "../../../testing/slack.ts";

for (
  const [python, growth, literal] of [
    ["Password:", "linear", "Password:"],
    ["^SSH password:\\s*?$", "square", "SSH password:"],
    ["^BECOME password.*:\\s*?$", "unknown", "BECOME password"],
    ["^(a+)+[$]", "unknown", ""],
    ["(a|aa)+$", "unknown", ""],
    ["(?:ab)+", "unknown", ""],
    ["(a*)*b", "unknown", ""],
    ["(x+x+)+y", "unknown", ""],
    ["a?a?a?a?a?a?aaaaaa", "unknown", "aaaaaa"],
    ["(a|b)(a|b)", "linear", ""],
    ["yes|no", "linear", ""],
    ["(.)\\1", "unknown", ""],
    ["[a-z]{3}name[\\]x]+", "square", "name"],
    ["\\bname\\?", "linear", "name?"],
    ["names? of", "linear", "name"],
    ["name.+x.+", "unknown", "name"],
    ["(?i)password", "linear", ""],
    ["(?=a+)name", "square", "name"],
    ["", "linear", ""],
    ["(?:ab){2}", "unknown", ""],
    ["(a?){3}", "unknown", ""],
  ] as const
) {
  Deno.test(`costOf: ${python} is ${growth}, needs ${JSON.stringify(literal)}`, () => {
    assertEquals(costOf(translatePythonRegex(python).source), { growth, literal });
  });
}

Deno.test("costOf reads regexes of our own, which are not translated", () => {
  assertEquals(costOf("Enter passphrase for [^\\n]*: ?$"), {
    growth: "square",
    literal: "Enter passphrase for ",
  });
});

/** Patterns of few letters, whose repetitions get in each other's way. */
function patterns(): fc.Arbitrary<string> {
  return fc.letrec<{ pattern: string; atom: string; piece: string }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "b", ".", "[ab]", "\\n", "ab"),
      tie("pattern").map((inner) => `(?:${inner})`),
      tie("pattern").map((inner) => `(${inner})`),
    ),
    piece: fc.tuple(tie("atom"), fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "+?"))
      .map(([atom, sign]) =>
        (sign === "" || atom.length === 1 || /^[([\\.]/.test(atom) ? atom : `(?:${atom})`) + sign
      ),
    pattern: fc.oneof(
      fc.array(tie("piece"), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
      fc.tuple(tie("piece"), tie("piece")).map((pair) => pair.join("|")),
    ),
  })).pattern;
}

Deno.test("costOf is right: what is cheap takes no time, and what is needed is in every match", () => {
  const near = "a".repeat(2000) + "!";
  fc.assert(
    fc.property(patterns(), fc.stringMatching(/^[ab\n]{0,12}$/), (source, text) => {
      const { growth, literal } = costOf(source);
      const match = growth === "unknown" ? null : new RegExp(source).exec(text);
      if (match !== null) assert(match[0].includes(literal), `${source}: ${match[0]}`);
      if (growth === "unknown") return;
      const start = threadMs();
      new RegExp(`(?:${source})x`).exec(near);
      const ms = threadMs() - start;
      assert(ms < 2000, `${source} took ${ms} ms`);
    }),
    { numRuns: samples(250) },
  );
});
