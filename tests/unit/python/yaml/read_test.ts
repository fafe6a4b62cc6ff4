import fc from "fast-check";
import {
  parseJsonOrYaml,
  parseYaml,
  readLoosely,
  YamlError,
} from "../../../../src/python/yaml/read.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";
import { askPython, missingPython } from "../../../testing/python3.ts";
import { encode, ENCODE_CODE } from "../../../testing/python_values.ts";
import { testOrSkip } from "../../../testing/skip.ts";
import { samples } from "../../../testing/samples.ts";
import { threadMs } from "../../../testing/slack.ts";

/** Plain scalars, each read alone and as a value of a mapping. */
const SCALARS = [
  ..."yes Yes YES yEs no No NO true True TRUE tRUE false False FALSE on On ON off Off OFF".split(
    " ",
  ),
  ..."y Y n N t f ~ null Null NULL nULL none None nil = 0 -0 +0 00 010 0777 -010 +010 08 09 0o7"
    .split(" "),
  ..."0_7 0b101 -0b11 0b1_0 0b2 0x1F 0xff_ff -0xA 0xG 0X1F 1_000 1__0 1_ _1 -1 +1 - -- 1- 1+1"
    .split(" "),
  ..."9007199254740991 9007199254740992 9007199254740993 123456789012345678901234567890".split(" "),
  ..."-9223372036854775809 1:30 -1:30 1:2:3 1:60 01:30 190:20:30 190:20:30.15 1:30.5 1:30.".split(
    " ",
  ),
  ..."1.0 1. .5 -.5 +.5 ._5 1.5 1_0.5 1e3 1E3 1e+3 1.0e3 1.0e+3 1.0E-3 1.e+3 .5e-3 1.5e300 -0.0"
    .split(" "),
  ..."1.0e+16 1.0e+15 123456789.125 0.0001 0.00001 1.0e-5 1.0e+400 3.14159265358979 0.1".split(" "),
  ..."100000000000000000000.0 .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan inf nan".split(
    " ",
  ),
  ..."2020-01-01 2020-1-1 2020-12-31T23:59:59Z 2001-12-14t21:59:43.10-05:00 2020-01-01x".split(" "),
  ..."a-b a:b a#b a,b a? a\\b C:\\dir ~x ~/x http://x/y?z=1 50% 1.2.3 1.2.3.4 10.0.0.1:80 é 漢字"
    .split(" "),
  "2020-01-01 10:00:00",
  "2020-01-01 1:02:03.5",
  "2020-01-01 10:00:00.123456789 +2",
  "2001-1-2 3:04:05 Z",
  "two words",
  "a # comment",
  "'yes'",
  "'it''s'",
  '"1.0"',
  '"\\n\\t\\x41\\u00e9\\U0001F600\\0\\e\\_\\/\\""',
  '"a\\\n  b"',
  '"a\n  b\n\n  c"',
  "'a\n  b'",
  "!!str 5",
  "!!int '7'",
  "!!int 0x10",
  "!!float 1",
  "!!float 1e3",
  "!!bool 'Yes'",
  "!!null x",
  "!!str",
  "!!str 2020-01-01",
  "!!timestamp '2020-01-01'",
  "!!binary aGVsbG8=",
  "!!binary |\n  aGVs\n  bG8K/w==",
  "! 5",
  "! '5'",
  "!<tag:yaml.org,2002:int> '5'",
  "[a, 1, 1.0, yes]",
  "{a: 1, b: [c], d}",
  "[]",
  "{}",
  "!!set {a, b}",
  "!!omap [a: 1, b: 2]",
  "!!pairs [a: 1, a: 2]",
];

/** Whole documents. */
const DOCUMENTS = [
  "",
  "\n\n",
  "# only a comment\n",
  "---\n",
  "--- 1\n",
  "---\na: 1\n...\n",
  "%YAML 1.1\n---\na: yes\n",
  "%YAML 1.2\n---\na: yes\n",
  "%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1\n",
  "\ufeffa: 1\n",
  "a: 1\nb: 2\n",
  "a: 1\r\nb: two\r\n",
  "a: 1\na: 2\nb: 3\na: 4\n",
  "a:\nb: ~\n",
  "2: a\n1.0e+20: b\ntrue: c\n~: d\n2020-01-01: e\n010: f\n",
  "? a\n: b\n? c\n",
  "'^SSH [pP]assword:\\s*?$': secret\n\"^BECOME\\\\s+password:\": null\n",
  "- 1\n- - 2\n  - 3\n-\n  a: b\n",
  "a:\n- 1\n- 2\nb:\n  - 3\n",
  "a: |\n  line 1\n   line 2\n\n  line 3\n",
  "a: |-\n  x\nb: |+\n  y\n\nc: >\n  folded\n  text\n\n  more\n",
  "a: |2\n    x\n",
  "a: |\n  no newline at the end",
  "a: >\n  no newline at the end",
  "a: |+\n  x\n\n",
  "a: |\n  x\n  ",
  "a: plain\n  goes on\n\n  and on\nb: c\n",
  "key with spaces: v\nhttp://x: y\na:b: c\n",
  "base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\n",
  "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\nd:\n  y: 0\n  <<: *b\n  <<: *a\n",
  "a: &a {x: &v 1, <<: {w: 0}}\nb: {<<: *a, u: *v}\n",
  "a: {'<<': 1}\n",
  "{=: 1}\n",
  "a: &x [1, 2]\nb: *x\n*x2 : 1\n",
  "a: &k key\n*k : v\n",
  "__proto__: {x: 1}\nconstructor: 2\n",
  "{a: 1, 'b': 2, \"c\": 3,}\n",
  '{"a":1,"b":[true,null]}\n',
  "a: [1,\n  2, # two\n  3]\n",
  "text\nof two lines\n",
  "idle_timeout: 600\npexpect_timeout: 10\nsuppress_ansible_output: false\n",
  "-   a: 1\n    b: 2\n-   c\n",
  "a: 'x'# no comment\n",
  "a: b: c\n",
  "a: [1\n",
  "a: {\n",
  "a: 'x\n",
  "a\n---\nb\n",
  "a: *nope\n",
  "a: &x 1\nb: &x 2\n",
  "a: !vault |\n  x\n",
  "a: !!python/object:os.system x\n",
  "a: \x07\n",
  "a:\n\t- b\n",
  "@a: 1\n",
  "a: `b`\n",
  "? [a]\n: b\n",
  "{[a]: b}\n",
  "<<: 1\n",
  "<<: [1]\n",
  "a: &a {x: 1}\nb: {<<: [[*a]]}\n",
  "a: &a {x: 1}\nl: &l [*a, {x: 2, y: 3}]\nb: {<<: *l, z: 1}\n",
  "- <<\n",
  "a: =\n",
  "a: 2020-13-01\n",
  "a: 2021-02-29\n",
  "a: 2020-02-29\n",
  "a: 2020-01-01 24:00:00\n",
  "!!int x\n",
  "!!map [a]\n",
  "!!seq {a}\n",
  "!!binary 'a'\n",
  "a: 0b_\n",
  '"\\q"\n',
  "a: 1\n b: 2\n",
  "a: 1\n- b\n",
];

const JSON_TEXTS = [
  ...'{} [] 0 -0 1 1.0 -1.5 1e3 1E+2 1e16 1e-5 -0.0 12345678901234567890 "x" null true false'.split(
    " ",
  ),
  ..."NaN Infinity -Infinity 9007199254740993 1.5e300 1e400 0.1 123456789.125 -9007199254740993"
    .split(" "),
  '{"a": 1, "a": 2}',
  '{"a": 1.0, "b": [1, 2.50, 1e3, {"c": 12345678901234567890}], "d": "1.0"}',
  '{"a": NaN, "b": "NaN \\" Infinity", "c": -Infinity}',
  '{"__proto__": 1.0, "x": 2}',
  '{"10": "a", "2": "b"}',
  '"\\u00e9\\ud83d\\ude00\\n\\/"',
  ' \r\n\t{"a" : [ ] }\n',
  '{"a": "yes", "b": "1:30"}',
  "{'a': 1}",
  '{"a": 1,}',
  '{"a": 01}',
  '{"a": .5}',
  "[1, 2",
  '{"a" 1}',
  '{"a": tru}',
  '"a\nb"',
];

const LOAD_CODE = `${ENCODE_CODE}
def load_yaml(text):
    try: return encode(yaml.safe_load(text))
    except Exception: return "error"
def load_either(text):
    try: return encode(json.loads(text))
    except ValueError: return load_yaml(text)
result = [(load_either if either else load_yaml)(text) for either, text in data]`;

testOrSkip("parseYaml reads a table of texts as PyYAML does", missingPython("yaml"), async () => {
  const texts = [...SCALARS, ...SCALARS.map((text) => `k: ${text}\n`), ...DOCUMENTS];
  const expected = await askPython(LOAD_CODE, texts.map((text) => [0, text]), [
    "yaml",
  ]) as unknown[];
  await assertSame(parseYaml, texts, expected);
});

testOrSkip("parseJsonOrYaml reads JSON as Python does", missingPython("yaml"), async () => {
  const texts = [...JSON_TEXTS, ...DOCUMENTS];
  const expected = await askPython(LOAD_CODE, texts.map((text) => [1, text]), [
    "yaml",
  ]) as unknown[];
  await assertSame(parseJsonOrYaml, texts, expected);
});

testOrSkip("parseYaml reads random scalars as PyYAML does", missingPython("yaml"), async () => {
  const unit = fc.constantFrom(..."0123456789+-_.:eExobfny~tTZ");
  const texts = fc.sample(fc.string({ unit, minLength: 1, maxLength: 9 }), samples(300))
    // A lone `:` is an empty key for us and an error for PyYAML.
    .filter((text) => text !== ":");
  const expected = await askPython(LOAD_CODE, texts.map((text) => [0, text]), [
    "yaml",
  ]) as unknown[];
  await assertSame(parseYaml, texts, expected);
});

testOrSkip("parseJsonOrYaml reads random JSON as Python does", missingPython("yaml"), async () => {
  const numbers = fc.oneof(
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.integer().map(String),
  );
  const texts = fc.sample(
    fc.oneof(fc.json(), fc.array(numbers).map((list) => `[${list.join(", ")}]`)),
    samples(100),
  );
  const expected = await askPython(LOAD_CODE, texts.map((text) => [1, text]), [
    "yaml",
  ]) as unknown[];
  await assertSame(parseJsonOrYaml, texts, expected);
});

Deno.test("parseYaml keeps big integers, floats and prototypes apart", async () => {
  assertEquals(await parseYaml("a: 9007199254740993"), { a: 9007199254740993n });
  assertEquals(String(await parseYaml("1.0")), "1.0");
  const mapping = await parseYaml("__proto__: {x: 1}") as Record<string, unknown>;
  assertEquals(Object.keys(mapping), ["__proto__"]);
  assertEquals(mapping["x"], undefined);
});

for (
  const [text, line, column, problem] of [
    ["a: 1\nb: [1\nc: 2\n", 3, 1, ""],
    ["a: 1\n  b: 'x", 0, 0, ""],
    ["x: 1\na: !vault y\n", 2, 11, "unknown tag"],
    ["é: *nope\n", 1, 4, "no anchor for this alias"],
    ["a: &x 1\nb: &x 2\n", 2, 7, "duplicate anchor"],
    ["a: &x [*x]\n", 1, 8, "an alias inside its own anchor"],
    ["a\n---\nb\n", 2, 1, "expected one document, got several"],
    ["a: 2020-13-01\n", 1, 4, "not a valid date"],
    ["ok: 1\nb: \x07\n", 2, 4, "the character U+0007 is not allowed"],
    ["- ".repeat(5000) + "a", 0, 0, "nested too deeply"],
  ] as const
) {
  Deno.test(`parseYaml tells what is wrong and where in ${JSON.stringify(text.slice(0, 20))}`, async () => {
    const error = await assertRejects(() => parseYaml(text), problem);
    assert(error instanceof YamlError);
    assertEquals(error.message, `${error.problem} (line ${error.line}, column ${error.column})`);
    assert(error.line >= 1 && error.column >= 1);
    if (line > 0) assertEquals([error.line, error.column], [line, column]);
  });
}

Deno.test("parseYaml refuses aliases that stand for billions of values", async () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 12; n++) {
    lines.push(`a${n}: &a${n} [${Array(10).fill(`*a${n - 1}`).join(", ")}]`);
  }
  await assertRejects(() => parseYaml(lines.join("\n")), "aliases stand for too many values");
});

/** Mappings that merge the one before many times: one stands for millions, the last for 1e18. */
function mergesOf(first: string): string {
  const lines = [`a0: &a0 ${first}`];
  for (let n = 1; n < 8; n++) {
    lines.push(`a${n}: &a${n} {<<: [${Array(200).fill(`*a${n - 1}`).join(", ")}]}`);
  }
  return lines.join("\n");
}

for (const first of ["{x: 1}", "{}"]) {
  Deno.test(`parseYaml refuses merges of merges of ${first}, before it has made them`, async () => {
    const start = threadMs();
    await assertRejects(() => parseYaml(mergesOf(first)), "aliases stand for too many values");
    const took = threadMs() - start;
    assert(took < 2500, `${took} ms`);
  });
}

Deno.test("parseYaml refuses lists of lists after <<, as many as they may be", async () => {
  const lists = Array.from(
    { length: 40 },
    (_, n) => n === 0 ? "&l0 []" : `&l${n} [*l${n - 1}, *l${n - 1}]`,
  );
  await assertRejects(
    () => parseYaml(`a: {<<: [${lists.join(", ")}]}`),
    "expected a mapping or a list of mappings after <<",
  );
});

/** Compares all rows and reports all that differ at once. */
async function assertSame(
  parse: (text: string) => Promise<unknown>,
  texts: readonly string[],
  expected: readonly unknown[],
): Promise<void> {
  const differences: unknown[] = [];
  for (const [index, text] of texts.entries()) {
    const ours = await outcome(parse(text));
    if (stable(ours) !== stable(expected[index])) {
      differences.push({ text, ours, python: expected[index] });
    }
  }
  assertEquals(differences, []);
}

/** The order of keys is not compared: JavaScript puts integer-like ones first. */
function stable(value: unknown): string {
  return JSON.stringify(value, (key, item) => key === "map" ? Object.entries(item).sort() : item);
}

async function outcome(value: Promise<unknown>): Promise<unknown> {
  try {
    return encode(await value);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return "error";
  }
}

Deno.test("parseYaml and readLoosely show nothing of the text in errors", async () => {
  for (
    const text of [
      "p: !PASSword x\n",
      "p: *PASSword\n",
      "p: &PASSword 1\nq: &PASSword 2\n",
      "p: 2020-13-01PASS\nq: !!int PASSword\n",
      "p: !!PASSword x\n",
      'p: "a\\PASSword"\n',
      "p: |PASSword\n  x\n",
      "p: [1]\n}PASSword\n",
      "p: 'x' PASSword\n",
      "p: [!PASSword {}]\n",
      "- a\nPASSword\n",
    ]
  ) {
    for (const read of [parseYaml, readLoosely]) {
      const message = await read(text).then(() => "", (error) => error.message);
      assert(!message.includes("PASS"), message);
    }
  }
});

Deno.test("thousands of anchors and aliases are read in linear time", async () => {
  const numbers = [...Array(1000).keys()];
  const anchors = numbers.map((n) => `k${n}: &a${n} [v]`).join("\n");
  const aliases = numbers.map((n) => `r${n}: *a${n}`).join("\n");
  const start = threadMs();
  assertEquals((await readLoosely(`${anchors}\n${aliases}\n`)).kind, "a mapping");
  const took = threadMs() - start;
  // Squared, it takes a second and a half.
  assert(took < 500, `${took} ms`);
});
