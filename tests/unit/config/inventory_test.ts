import { assertEquals } from "../../testing/assert.ts";
import { decide, refusal, type Row, SCRATCH } from "../../testing/decide.ts";

const SOME_PATHS = {
  "/p/project": "dir",
  "/p/inventory": "dir",
  "/p/inventory/hosts": "file",
  "/p/inventory/script.sh": "file",
  "/p/lists/a": "file",
  "/caller/here": "file",
  "/caller/hosts": "file",
  "/abs": "dir",
} as const;

/** Words of `-i`, and the files made for them. */
const INVENTORY: readonly Row<readonly [string[], Record<string, string>]>[] = [
  ["the directory of the private data dir", {}, [["/p/inventory"], {}]],
  ["a file there", { paths: { "/p/inventory": "file" } }, [["/p/inventory"], {}]],
  ["a pipe there", { paths: { "/p/inventory": "other" } }, [["/p/inventory"], {}]],
  ["nothing there", { paths: {} }, [[], {}]],
  ["an empty list is none", { options: { inventory: [] } }, [[], {}]],
  ["absolute path", { options: { inventory: "/abs" } }, [["/abs"], {}]],
  ["below the private data dir first", { options: { inventory: "lists/a" } }, [["/p/lists/a"], {}]],
  ["below its inventory next", { options: { inventory: "hosts" } }, [["/p/inventory/hosts"], {}]],
  ["below the caller's directory last", { options: { inventory: "here" } }, [["/caller/here"], {}]],
  ["a host list as it is", { options: { inventory: "h1,h2," } }, [["h1,h2,"], {}]],
  ["one host as a list", { options: { inventory: "localhost," } }, [["localhost,"], {}]],
  [
    "a list of sources",
    { options: { inventory: ["hosts", "h1,", "/abs"] } },
    [["/p/inventory/hosts", "h1,", "/abs"], {}],
  ],
  [
    "INI text beside the user's own",
    { options: { inventory: "[web]\nh1\n" } },
    [["/p/inventory/.runner-id1"], { "/p/inventory/.runner-id1": "[web]\nh1\n" }],
  ],
  [
    "INI text gets its last newline",
    { options: { inventory: "h1\nh2" } },
    [["/p/inventory/.runner-id1"], { "/p/inventory/.runner-id1": "h1\nh2\n" }],
  ],
  [
    "one line of INI text",
    { options: { inventory: "h1 ansible_connection=local" } },
    [["/p/inventory/.runner-id1"], {
      "/p/inventory/.runner-id1": "h1 ansible_connection=local\n",
    }],
  ],
  [
    "one line of INI text with a comma in a value",
    { options: { inventory: "h1 greeting=a,b" } },
    [["/p/inventory/.runner-id1"], { "/p/inventory/.runner-id1": "h1 greeting=a,b\n" }],
  ],
  [
    "a bare host of which no file is meant",
    { options: { inventory: ["localhost", "192.0.2.7", "2001:db8::7"] } },
    [
      [1, 2, 3].map((id) => `/p/inventory/.runner-id${id}`),
      {
        "/p/inventory/.runner-id1": "localhost\n",
        "/p/inventory/.runner-id2": "192.0.2.7\n",
        "/p/inventory/.runner-id3": "2001:db8::7\n",
      },
    ],
  ],
  [
    "a file of such a name first",
    { options: { inventory: "localhost" }, paths: { "/p/localhost": "file" } },
    [["/p/localhost"], {}],
  ],
  ["hosts with blanks between", { options: { inventory: "h1, h2" } }, [["h1, h2"], {}]],
  [
    "a mapping",
    { options: { inventory: { all: { hosts: { h1: { a: 1 } } } } } },
    [
      ["/p/inventory/.runner-id1.json"],
      { "/p/inventory/.runner-id1.json": '{"all":{"hosts":{"h1":{"a":1}}}}\n' },
    ],
  ],
  [
    "INI text without an inventory of the user",
    { options: { inventory: "h1\n" }, paths: {} },
    [[`${SCRATCH}/.runner-id1`], { [`${SCRATCH}/.runner-id1`]: "h1\n" }],
  ],
  [
    "INI text beside a file inventory",
    { options: { inventory: "h1\n" }, paths: { "/p/inventory": "file" } },
    [[`${SCRATCH}/.runner-id1`], { [`${SCRATCH}/.runner-id1`]: "h1\n" }],
  ],
];
for (const [title, given, [words, files]] of INVENTORY) {
  Deno.test(`resolve decides the inventory: ${title}`, () => {
    const { argv, materials } = decide({ paths: SOME_PATHS, ...given });
    assertEquals(argv.filter((_, at) => argv[at - 1] === "-i"), words);
    assertEquals(Object.fromEntries(materials.map(({ path, text }) => [path, text])), files);
  });
}

for (const inventory of ["nosuch", "/no/such", "", "../nosuch"]) {
  Deno.test(`resolve does not find the inventory "${inventory}"`, () => {
    const error = refusal({ options: { inventory }, paths: SOME_PATHS });
    const isName = inventory === "nosuch";
    assertEquals(error.hint, isName ? 'If it is a host, write "nosuch,"' : undefined);
    assertEquals([error.message, error.verbatim, error.exitCode], [
      `Inventory not found: ${inventory}`,
      true,
      1,
    ]);
  });
}
