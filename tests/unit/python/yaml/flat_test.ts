import fc from "fast-check";
import { parseSimpleYaml } from "../../../../src/python/yaml/flat.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { askPython, missingPython } from "../../../testing/python3.ts";
import { encode, ENCODE_CODE } from "../../../testing/python_values.ts";
import { testOrSkip } from "../../../testing/skip.ts";
import { samples } from "../../../testing/samples.ts";

Deno.test("parseSimpleYaml reads the files that people write", () => {
  const text = [
    "---",
    "# Settings",
    "idle_timeout: 600   # seconds",
    "pexpect_timeout: 10",
    "",
    "suppress_ansible_output: false\r",
    "fact_cache: 'my cache'",
    "on: yes",
    "nothing:",
    "process_isolation_path: /tmp",
    `"^SSH [pP]assword:\\\\s*?$": "se\\"cret"`,
    "'^it''s:\\s*$': \"x\" # note",
    "url: http://example.org:80/#a",
    "mode: 010",
    "idle_timeout: 5",
  ].join("\n");
  assertEquals(parseSimpleYaml(text), {
    idle_timeout: 5,
    pexpect_timeout: 10,
    suppress_ansible_output: false,
    fact_cache: "my cache",
    True: true,
    nothing: null,
    process_isolation_path: "/tmp",
    "^SSH [pP]assword:\\s*?$": 'se"cret',
    "^it's:\\s*$": "x",
    url: "http://example.org:80/#a",
    mode: 8,
  });
});

for (
  const text of [
    "",
    "# only a comment",
    "a:\n  - b",
    "a:\n- b",
    "a:\n  b: c",
    "a: b\n  c",
    "a: [1]",
    "a: {b: 1}",
    "a: &x 1",
    "a: *x",
    "a: !!str 1",
    "a: |\n  x",
    "a: b: c",
    "a: b:",
    "a: - b",
    "a: -",
    "a: =",
    "a: 'x' y",
    "a: 2020-13-01",
    "a: \tb",
    "a: '\n'",
    "a\tb: c",
    "<<: 1",
    "? a",
    "- a",
    "a: 1\n---\nb: 2",
    "a: 1\n...",
    "__proto__: 1",
    "a: 1\rb: 2",
    '"\\x41": 1',
  ]
) {
  Deno.test(`parseSimpleYaml leaves ${JSON.stringify(text)} to the real parser`, () => {
    assertEquals(parseSimpleYaml(text), undefined);
  });
}

testOrSkip(
  "parseSimpleYaml agrees with PyYAML on whatever it reads",
  missingPython("yaml"),
  async () => {
    const word = fc.string({
      unit: fc.constantFrom(..."ab1 0.:-#'\"\\/~^$(+e_é|>&*!%@`?{}[],=<\t\r"),
      maxLength: 9,
    });
    const key = fc.oneof(fc.constantFrom("a", "b", "on", "a.b-c", "null"), word);
    const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const piece = fc.oneof(word, word.map(quote), word.map((text) => JSON.stringify(text)));
    const line = fc.oneof(
      fc.tuple(fc.oneof(key, key.map(quote)), fc.constantFrom(": ", ":", ":  ", " : "), piece)
        .map((parts) => parts.join("")),
      fc.constantFrom("", "---", "# c", "...", " x", "- a"),
    );
    const document = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) =>
      lines.join("\n")
    );
    const texts = fc.sample(document, samples(2000)).filter((text) =>
      parseSimpleYaml(text) !== undefined
    );
    assert(texts.length > samples(100), `only ${texts.length} simple texts`);
    const code = `${ENCODE_CODE}
def load(text):
    try: return encode(yaml.safe_load(text))
    except Exception as error: return str(error)
result = [load(text) for text in data]`;
    const expected = await askPython(code, texts, ["yaml"]) as unknown[];
    const differences = texts
      .map((text, index) => ({
        text,
        ours: encode(parseSimpleYaml(text)),
        python: expected[index],
      }))
      .filter(({ ours, python }) => Deno.inspect(ours, SORTED) !== Deno.inspect(python, SORTED));
    assertEquals(differences, []);
  },
);

const SORTED = { sorted: true, depth: 9, strAbbreviateSize: Infinity };

Deno.test("parseSimpleYaml leaves a dash with a colon to the real parser, which refuses it", () => {
  assertEquals(parseSimpleYaml("on:  -:"), undefined);
  assertEquals(parseSimpleYaml("on: -:x"), undefined);
  assertEquals(parseSimpleYaml("on: -x"), { True: "-x" });
});
