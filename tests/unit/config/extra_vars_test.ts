import { readExtraVarsWords, resolveExtraVars } from "../../../src/config/extra_vars.ts";
import type { DataDirInputs } from "../../../src/config/inputs/private_data_dir.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { ConfigError } from "../../../src/errors.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";

const WORDS = [
  "a=1 b=two",
  `a="x y" b='it is' c="it's"`,
  "a=x=y b= c='' d=\"",
  "a=1\nb=2\tc",
  "a={{ x | default('y') }} b={% if x %}1{% endif %}",
  String.raw`a=\n\x41\u00e9\101 b='\t' c=\q d="\"q\""`,
  "é=ü a.b=c",
  "a=b=c d='e=f'",
];

testOrSkip(
  "readExtraVarsWords reads words as Ansible does, or refuses them",
  missingPython("ansible.parsing.splitter"),
  async () => {
    const code = `
def load(text):
    try: return ansible.parsing.splitter.parse_kv(text)
    except Exception: return "refused"
result = [load(text) for text in data]`;
    const expected = await askPython(code, WORDS, ["ansible.parsing.splitter"]) as unknown[];
    for (const [index, text] of WORDS.entries()) {
      const ansible = expected[index] as Record<string, string> | "refused";
      // What has no name is no variable of any use: Ansible puts it aside.
      const isRefused = ansible === "refused" || "_raw_params" in ansible;
      if (isRefused) assertThrows(() => readExtraVarsWords(text), "Cannot read --extra-vars");
      else assertEquals(readExtraVarsWords(text), { kind: "data", data: ansible }, text);
    }
  },
);

Deno.test("readExtraVarsWords tells files, JSON and YAML from words", () => {
  assertEquals(readExtraVarsWords("@a/b.yml"), { kind: "path", path: "a/b.yml" });
  assertEquals(readExtraVarsWords("{a: !vault x}"), { kind: "text", text: "{a: !vault x}" });
});

for (const text of ["s3cret", "./file", "a='s3cret", "a={{ s3cret", "=s3cret"]) {
  Deno.test(`readExtraVarsWords refuses ${text}, without repeating it`, () => {
    const error = assertThrows(() => readExtraVarsWords(text));
    assert(error instanceof ConfigError);
    assert(!`${error.message}${error.hint}`.includes("s3cret"), error.message);
  });
}

Deno.test("resolveExtraVars lays the words of -e over all others, none of them in argv", () => {
  const options = {
    privateDataDir: "/d",
    extravars: { a: 1 },
    extravarsWords: ["b=2", "@c.yml", '{"d": 4}'],
  };
  const inputs = { extravarsPath: "/d/env/extravars" } as DataDirInputs;
  const places = { scratchDir: "/s", absolute: (path: string) => `/cwd/${path}` };
  assertEquals(resolveExtraVars({ options, inputs }, places), {
    paths: [
      "/d/env/extravars",
      "/s/extravars.json",
      "/s/extravars_1.yml",
      "/cwd/c.yml",
      "/s/extravars_3.yml",
    ],
    materials: [
      { path: "/s/extravars.json", text: '{"a":1}' },
      { path: "/s/extravars_1.yml", text: '{"b":"2"}' },
      { path: "/s/extravars_3.yml", text: '{"d": 4}' },
    ],
  });
});
