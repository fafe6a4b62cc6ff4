import fc from "fast-check";
import { translatePythonRegex } from "../../../../src/python/regex/translate.ts";
import { INVALID, ROWS } from "./translate_rows.ts";
import { ConfigError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";
import { askPython, missingPython } from "../../../testing/python3.ts";
import { testOrSkip } from "../../../testing/skip.ts";

/** Patterns that Python takes and we do not. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ["(a)?(?(1)b|c)", "a conditional group"],
  ["\\N{DIGIT ONE}", "the escape \\N{…}"],
  ["[\\N{DIGIT ONE}]", "the escape \\N{…}"],
  ["(a)?\\1b", "a reference to group 1, which may have taken no part,"],
  ["(?:(?P<x>a)|b)(?P=x)", "a reference to group x, which may have taken no part,"],
  ["(a)*\\1", "a reference to group 1"],
  ["(?:(a)|\\1b)+", "a reference to group 1"],
  ["(?!(a))\\1", "a reference to group 1"],
  ["(?<=(?>a))b", "an atomic group in a look-behind"],
  ["(?i)(a)\\1", "a reference to a group that ignores case"],
  ["(?:".repeat(20_000) + ")".repeat(20_000), "such deep nesting"],
];

const SEARCH_CODE = `
import warnings
warnings.simplefilter("ignore")
def search(pattern, text):
    try: regex = re.compile(pattern, re.MULTILINE)
    except (re.error, ValueError, OverflowError) as error: return "invalid"
    found = regex.search(text)
    return found and list(found.span())
result = [search(pattern, text) for pattern, text in data]`;
import { samples } from "../../../testing/samples.ts";

testOrSkip(
  "translatePythonRegex matches what python3's re matches",
  missingPython("re"),
  async () => {
    const cases = ROWS.flatMap(([pattern, ...texts]) => texts.map((text): Case => [pattern, text]));
    assert(cases.length > 250);
    assertEquals(await differences(cases), []);
  },
);

testOrSkip(
  "translatePythonRegex refuses what python3's re refuses",
  missingPython("re"),
  async () => {
    const cases = INVALID.map((pattern): Case => [pattern, "a"]);
    const expected = await askPython(SEARCH_CODE, cases, ["re"]) as unknown[];
    assertEquals(INVALID.filter((_, index) => expected[index] !== "invalid"), []);
    assertEquals(INVALID.filter((pattern) => search(pattern, "a") !== "invalid"), []);
  },
);

testOrSkip(
  "translatePythonRegex agrees with python3's re on random patterns",
  missingPython("re"),
  async () => {
    const pieces =
      "a|b|A|.|^|$|\\b|\\B|\\d|\\w|\\W|\\s|[ab]|[^a]|[a|]|-|\\n| |(|(|)|)|(?:|(?=|(?!|(?<=|(?<!|(?>|*|+|?|??|*+|{2}|{1,2}|{,1}|{|}|(?i)|(?s:|(?i:|(?x:|\\1|\\Z|\\A|é|1|_|#";
    const pattern = fc.array(fc.constantFrom("|", ...pieces.split("|")), {
      minLength: 1,
      maxLength: 7,
    })
      .map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom(..."abA1_é \n-"), maxLength: 6 });
    const cases = fc.sample(fc.tuple(pattern, text), samples(500));
    assertEquals(await differences(cases), []);
  },
);

for (const [pattern, reason] of UNSUPPORTED) {
  Deno.test(`translatePythonRegex says that ${pattern.slice(0, 40)} is not supported`, () => {
    const error = assertThrows(() => translatePythonRegex(pattern), reason);
    assert(error instanceof ConfigError);
    assertEquals(error.code, "config.regex_unsupported");
    assert(error.message.endsWith("is not supported"));
  });
}

Deno.test("translatePythonRegex names the regex and what is wrong with it", () => {
  const rows = [
    ["(a", "a group has no )"],
    ["a)", "there is a ) without ("],
    ["[a", "a set has no ]"],
    ["*a", "there is nothing to repeat before *"],
    ["a**", "a repetition is repeated"],
    ["\\c", "bad escape \\c"],
    ["(?<=a*)", "a look-behind needs a fixed width"],
    ["(?P<a>b)(?P<a>c)", "duplicate group name a"],
    ["a(?i)", "flags for the whole do not stand at its start"],
  ] as const;
  for (const [pattern, reason] of rows) {
    const error = assertThrows(() => translatePythonRegex(pattern));
    assert(error instanceof ConfigError);
    assertEquals(error.code, "config.regex_invalid");
    assertEquals(error.message, `Cannot use the regex ${JSON.stringify(pattern)}: ${reason}`);
  }
});

Deno.test("translatePythonRegex cuts a long regex in its message", () => {
  const error = assertThrows(() => translatePythonRegex(`(${"a".repeat(5000)}`));
  assert(error.message.length < 300);
});

type Case = readonly [pattern: string, text: string];

async function differences(cases: readonly Case[]): Promise<unknown[]> {
  const expected = await askPython(SEARCH_CODE, cases, ["re"]) as unknown[];
  return cases
    .map(([pattern, text], index) => ({
      pattern,
      text,
      ours: search(pattern, text),
      python: expected[index],
    }))
    .filter(({ ours, python }) =>
      ours !== "unsupported" && JSON.stringify(ours) !== JSON.stringify(python)
    );
}

/** Start and end of the first match, counted in code points as Python does. */
function search(pattern: string, text: string): unknown {
  let regex: RegExp;
  try {
    regex = translatePythonRegex(pattern);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.code.replace("config.regex_", "");
  }
  const match = regex.exec(text);
  if (!match) return null;
  const start = [...text.slice(0, match.index)].length;
  return [start, start + [...match[0]].length];
}
