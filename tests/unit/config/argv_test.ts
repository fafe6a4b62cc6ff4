import { assertEquals } from "../../testing/assert.ts";
import { decide, refusal, type Row, SCRATCH } from "../../testing/decide.ts";

/** Words of `-e`, and the files made for them. */
const EXTRA_VARS: readonly Row<readonly [string[], Record<string, string>]>[] = [
  ["none", {}, [[], {}]],
  [
    "the file",
    { inputs: { extravarsPath: "/p/env/extravars" } },
    [["@/p/env/extravars"], {}],
  ],
  [
    "a named pipe in place of the file",
    { inputs: { extravarsText: "a: 1\n" } },
    [[`@${SCRATCH}/extravars`], { [`${SCRATCH}/extravars`]: "a: 1\n" }],
  ],
  [
    "the file, and later the argument",
    { options: { extravars: { a: "x" } }, inputs: { extravarsPath: "/p/env/extravars" } },
    [
      ["@/p/env/extravars", `@${SCRATCH}/extravars.json`],
      { [`${SCRATCH}/extravars.json`]: '{"a":"x"}' },
    ],
  ],
  [
    "a mapping of any shape and any text, by JSON",
    { options: { extravars: { a: 'it\'s "q" {{ x }} é\n', b: [1, { c: null }], d: true } } },
    [
      [`@${SCRATCH}/extravars.json`],
      {
        [`${SCRATCH}/extravars.json`]:
          '{"a":"it\'s \\"q\\" {{ x }} é\\n","b":[1,{"c":null}],"d":true}',
      },
    ],
  ],
  ["an empty mapping", { options: { extravars: {} } }, [[], {}]],
  ["a path", { options: { extravars: "vars.yml" } }, [["@/caller/vars.yml"], {}]],
  ["a path written as Ansible does", { options: { extravars: "@vars.yml" } }, [[
    "@/caller/vars.yml",
  ], {}]],
];
for (const [title, given, [words, files]] of EXTRA_VARS) {
  Deno.test(`resolve decides the extra vars: ${title}`, () => {
    const { argv, materials } = decide(given);
    assertEquals(argv.filter((_, at) => argv[at - 1] === "-e"), words);
    assertEquals(Object.fromEntries(materials.map(({ path, text }) => [path, text])), files);
  });
}

const CMDLINE: readonly Row<string[]>[] = [
  ["none", {}, []],
  ["the file", { inputs: { cmdline: "--tags 'a b'" } }, ["--tags", "a b"]],
  [
    "the argument replaces the file whole",
    { options: { cmdline: "--check" }, inputs: { cmdline: "--tags a" } },
    ["--check"],
  ],
  ["an empty argument as well", { options: { cmdline: "" }, inputs: { cmdline: "--tags a" } }, []],
];
for (const [title, given, words] of CMDLINE) {
  Deno.test(`resolve decides the words of cmdline: ${title}`, () => {
    assertEquals(decide(given).argv, ["ansible-playbook", ...words, "-i", "/p/inventory", "x.yml"]);
  });
}

Deno.test("resolve puts cmdline before what it appends, in the original's order", () => {
  const { argv } = decide({
    options: {
      cmdline: "--diff -i other --limit a",
      inventory: ["h1,", "h2,"],
      limit: "l",
      extravars: { a: 1 },
      verbosity: 3,
      tags: "t",
      skipTags: "s",
      forks: 4,
    },
    inputs: { extravarsPath: "/p/env/extravars" },
  });
  assertEquals(
    argv.join(" "),
    "ansible-playbook --diff -i other --limit a -i h1, -i h2, --limit l -e @/p/env/extravars " +
      `-e @${SCRATCH}/extravars.json -vvv --tags t --skip-tags s --forks 4 x.yml`,
  );
});

Deno.test("resolve says where a quotation is not closed", () => {
  assertEquals(
    refusal({ inputs: { cmdline: "--tags 'a" } }).message,
    'Cannot read "env/cmdline": No closing quotation',
  );
  assertEquals(
    refusal({ options: { cmdline: '"' } }).message,
    'Cannot read "--cmdline": No closing quotation',
  );
  assertEquals(
    refusal({ inputs: { args: "a '" } }).message,
    'Cannot read "args": No closing quotation',
  );
});

const ASKED: readonly (readonly [credential: string, cmdline: string])[] = [
  ["ssh", "--ask-pass"],
  ["ssh", "-k"],
  ["ssh", "-vk"],
  ["ssh", "--connection-password-file f"],
  ["become", "--ask-become-pass"],
  ["become", "-bK"],
  ["become", "--become-password-file=f"],
  ["vault", "--ask-vault-pass"],
  ["vault", "--ask-vault-password"],
  ["vault", "-J"],
  ["vault", "--vault-id @prompt"],
  ["vault@dev", "--vault-id dev@prompt"],
  ["vault@dev", "--vault-id=dev@prompt"],
  ["vault@dev", "--vault-id dev@file"],
];
for (const [credential, cmdline] of ASKED) {
  Deno.test(`resolve does not ask for ${credential} again when the command line has ${cmdline}`, () => {
    const { argv } = decide({ options: { credentials: { [credential]: "s" }, cmdline } });
    assertEquals(argv, ["ansible-playbook", ...cmdline.split(" "), "-i", "/p/inventory", "x.yml"]);
  });
}

Deno.test("resolve is not misled by values that look like an option to ask", () => {
  const { argv } = decide({ options: { credentials: { ssh: "s" }, cmdline: "-e a=-k -ukate" } });
  assertEquals(argv[4], "--ask-pass");
});

Deno.test("resolve adds no option to ask in raw mode", () => {
  const credentials = { ssh: "s", become: "s", vault: "s", "vault@a": "s" };
  assertEquals(decide({ options: { credentials, binary: "/b" } }).argv, [
    "/b",
    "-i",
    "/p/inventory",
  ]);
  assertEquals(decide({ options: { credentials }, inputs: { args: "prog x" } }).argv, [
    "prog",
    "x",
  ]);
});
