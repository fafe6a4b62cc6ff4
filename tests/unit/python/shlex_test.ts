import fc from "fast-check";
import { join, quote, split } from "../../../src/python/shlex.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { anyCharacter } from "../../testing/any_character.ts";
import { samples } from "../../testing/samples.ts";

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  ["  \t\r\n ", []],
  ["a", ["a"]],
  ["a b\tc\nd\re", ["a", "b", "c", "d", "e"]],
  ["a\vb\fc\u00a0d\u2028e", ["a\vb\fc\u00a0d\u2028e"]],
  ["''", [""]],
  [`"" x ''`, ["", "x", ""]],
  [`a''b""c`, ["abc"]],
  [`'a b'"c d"e`, ["a bc de"]],
  [`'a\\b'`, ["a\\b"]],
  [`"a\\b\\\\c\\"d"`, [`a\\b\\c"d`]],
  [`"\\$x \\' \\\`"`, [`\\$x \\' \\\``]],
  [`a\\ b \\' \\" \\\\`, ["a b", "'", '"', "\\"]],
  ["a\\\nb", ["a\nb"]],
  ["'a\nb'", ["a\nb"]],
  ["a # b", ["a", "#", "b"]],
  ["a#b;c|d&e>f<g(h)", ["a#b;c|d&e>f<g(h)"]],
  ["$HOME ~ *", ["$HOME", "~", "*"]],
  [`-e '{"a": "b c"}' --limit "x:&y"`, ["-e", `{"a": "b c"}`, "--limit", "x:&y"]],
  ["é ü漢字 😀x", ["é", "ü漢字", "😀x"]],
  [`\\😀`, ["😀"]],
  [`"\\😀"`, ["\\😀"]],
];

const BROKEN: readonly (readonly [string, string])[] = [
  ["'", "No closing quotation"],
  ["a 'b", "No closing quotation"],
  [`"b`, "No closing quotation"],
  [`"b\\"`, "No closing quotation"],
  ["\\", "No escaped character"],
  ["a \\", "No escaped character"],
  [`"a\\`, "No escaped character"],
];

const SPLIT_CODE = `
def split(text):
    try: return shlex.split(text)
    except ValueError as error: return str(error)
result = [split(text) for text in data]`;

for (const [text, words] of ROWS) {
  Deno.test(`split reads ${JSON.stringify(text)}`, () => assertEquals(split(text), words));
}

for (const [text, message] of BROKEN) {
  Deno.test(`split refuses ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => split(text), message);
    assertEquals(error.name, "SyntaxError");
  });
}

Deno.test("quote leaves safe words alone and quotes the others", () => {
  assertEquals(quote("a-b_c.d/e:f,g=h+i%j@k"), "a-b_c.d/e:f,g=h+i%j@k");
  assertEquals(quote(""), "''");
  assertEquals(quote("it's"), `'it'"'"'s'`);
  assertEquals(quote("é"), "'é'");
  assertEquals(quote("a\n"), "'a\n'");
  assertEquals(join(["a", "b c", ""]), "a 'b c' ''");
});

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab \t\n'\"\\#$é") }),
  fc.string({ unit: anyCharacter() }),
);

Deno.test("split undoes join", () => {
  fc.assert(fc.property(fc.array(text), (words) => assertEquals(split(join(words)), words)));
});

testOrSkip("split and quote do what python3's shlex does", missingPython("shlex"), async () => {
  const texts = [
    ...ROWS.map(([row]) => row),
    ...BROKEN.map(([row]) => row),
    ...fc.sample(text, samples(300)).map((sample) => sample.toWellFormed()),
  ];
  const expected = await askPython(SPLIT_CODE, texts, ["shlex"]) as unknown[];
  texts.forEach((row, index) => assertEquals(splitOrMessage(row), expected[index], row));
  const quoted = await askPython("result = [shlex.quote(t) for t in data]", texts, ["shlex"]);
  assertEquals(texts.map(quote), quoted);
});

function splitOrMessage(row: string): string[] | string {
  try {
    return split(row);
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}
