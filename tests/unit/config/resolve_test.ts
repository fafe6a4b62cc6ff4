/**
 * Who wins, row by row: options, the files of the private data dir and our own environment.
 */
import type { DataDirInputs, PathKind } from "../../../src/config/inputs/private_data_dir.ts";
import type { Host } from "../../../src/config/system.ts";
import type { InputOptions } from "../../../src/config/options.ts";
import { makeAbsolute, resolve } from "../../../src/config/resolve.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import { ConfigError } from "../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";

/** What lies around: the rest of a case is as small as it can be. */
interface Given {
  /** Options besides the private data dir; a playbook unless another start form is there. */
  readonly options?: Partial<InputOptions>;
  /** Files of the private data dir. */
  readonly inputs?: Partial<DataDirInputs>;
  /** Our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What exists. */
  readonly paths?: Readonly<Record<string, PathKind>>;
}

const NO_INPUTS: DataDirInputs = {
  envvars: undefined,
  passwords: undefined,
  credentials: undefined,
  settings: undefined,
  cmdline: undefined,
  args: undefined,
  sshKeys: [],
  extravarsPath: undefined,
  extravarsText: undefined,
};

const USUAL_PATHS = { "/p/project": "dir", "/p/inventory": "dir" } as const;

function decide({ options = {}, inputs = {}, env = {}, paths = USUAL_PATHS }: Given): RunConfig {
  let ids = 0;
  const host: Host = {
    env,
    cwd: "/caller",
    kindOf: (path) => new Map(Object.entries(paths)).get(path),
    newId: () => `id${++ids}`,
  };
  const form = ["playbook", "module", "role", "binary"].some((key) => key in options)
    ? {}
    : { playbook: "x.yml" };
  return resolve(
    { privateDataDir: "/p", ident: "i", ...form, ...options },
    { ...NO_INPUTS, ...inputs },
    host,
  );
}

function refusal(given: Given): ConfigError {
  const error = assertThrows(() => decide(given));
  assert(error instanceof ConfigError, Deno.inspect(error));
  assert(!error.message.includes("\n") && !error.message.endsWith("."), error.message);
  return error;
}

/** A title, what is given, and what comes of it. */
type Row<Result> = readonly [title: string, given: Given, result: Result];

const ENVIRONMENT: readonly Row<Record<string, string>>[] = [
  ["our own environment alone", { env: { A: "ours" } }, { A: "ours" }],
  [
    "the argument over our own",
    { env: { A: "ours", B: "b" }, options: { envvars: { A: "argument" } } },
    { A: "argument", B: "b" },
  ],
  [
    "the file over the argument",
    {
      env: { A: "ours" },
      options: { envvars: { A: "argument", C: "c" } },
      inputs: { envvars: { A: "file", D: "d" } },
    },
    { A: "file", C: "c", D: "d" },
  ],
  [
    "values as Python prints them",
    { inputs: { envvars: { A: 1, B: true, C: null, D: "", E: 1.5 } } },
    { A: "1", B: "True", C: "None", D: "", E: "1.5" },
  ],
  ["odd names", { options: { envvars: { "A.B": "x", " ": "y" } } }, { "A.B": "x", " ": "y" }],
];
for (const [title, given, env] of ENVIRONMENT) {
  Deno.test(`resolve decides the environment: ${title}`, () => {
    assertEquals({ ...decide(given).env }, env);
  });
}

Deno.test("resolve tells which variables come from the inputs", () => {
  const { inputEnv } = decide({
    env: { A: "1", Z: "1" },
    options: { envvars: { A: "2", B: "2" } },
    inputs: { envvars: { B: "3", C: "3" } },
  });
  assertEquals([...inputEnv].sort(), ["A", "B", "C"]);
});

const BAD_ENVIRONMENT: readonly Row<string>[] = [
  [
    "a list",
    { inputs: { envvars: { A: [1] } } },
    'Cannot use "A" of envvars: expected text, got a list',
  ],
  [
    "a mapping",
    { inputs: { envvars: { A: {} } } },
    'Cannot use "A" of envvars: expected text, got a mapping',
  ],
  [
    "an empty name",
    { options: { envvars: { "": "x" } } },
    'Cannot use "" of envvars: not a variable name',
  ],
  [
    "a name with =",
    { options: { envvars: { "A=B": "x" } } },
    'Cannot use "A=B" of envvars: not a variable name',
  ],
  [
    "a value with NUL",
    { options: { envvars: { A: "x\0y" } } },
    'Cannot use "A" of envvars: a NUL character in it',
  ],
];
for (const [title, given, message] of BAD_ENVIRONMENT) {
  Deno.test(`resolve refuses in the environment ${title}`, () => {
    assertEquals(refusal(given).message, message);
  });
}

const SETTINGS: readonly Row<Partial<RunConfig["settings"]>>[] = [
  ["nothing given", {}, {}],
  ["an option", { options: { factCache: "a" } }, { factCache: "a" }],
  ["the settings argument", { options: { settings: { idle_timeout: 7 } } }, {
    idleTimeoutMs: 7000,
  }],
  [
    "the settings argument over an option",
    { options: { factCache: "a", settings: { fact_cache: "b" } } },
    { factCache: "b" },
  ],
  [
    "the file over options and argument",
    {
      options: { factCache: "a", settings: { fact_cache: "b", job_timeout: 1 } },
      inputs: { settings: { fact_cache: "c" } },
    },
    { factCache: "c", jobTimeoutMs: 1000 },
  ],
  [
    "the file over flags for isolation",
    {
      options: { processIsolation: true, processIsolationHidePaths: ["/a"] },
      inputs: { settings: { process_isolation: false, process_isolation_hide_paths: "/b" } },
    },
    { processIsolation: false, processIsolationHidePaths: ["/b"] },
  ],
  [
    "the timeout argument over the file's job_timeout",
    { options: { timeout: 3 }, inputs: { settings: { job_timeout: 9 } } },
    { jobTimeoutMs: 3000 },
  ],
  [
    "a timeout argument of 0 is none given",
    { options: { timeout: 0 }, inputs: { settings: { job_timeout: 9 } } },
    { jobTimeoutMs: 9000 },
  ],
  [
    "null in the file takes the argument's timeout away",
    { options: { settings: { idle_timeout: 7 } }, inputs: { settings: { idle_timeout: null } } },
    { idleTimeoutMs: undefined },
  ],
  [
    "0 in the file takes the argument's timeout away",
    { options: { settings: { idle_timeout: 7 } }, inputs: { settings: { idle_timeout: 0 } } },
    { idleTimeoutMs: undefined },
  ],
];
for (const [title, given, settings] of SETTINGS) {
  Deno.test(`resolve decides the settings: ${title}`, () => {
    assertEquals({ ...decide(given).settings }, settings);
  });
}

Deno.test("resolve keeps unknown settings, the file's over the argument's, and warns of near misses", () => {
  const { unknownSettings, warnings } = decide({
    options: { settings: { my_emitter: 1, other: 1 } },
    inputs: { settings: { my_emitter: 2, idle_timout: 3 } },
  });
  assertEquals({ ...unknownSettings }, { my_emitter: 2, other: 1, idle_timout: 3 });
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.includes('did you mean "idle_timeout"'), warnings[0]);
});

const QUIET: readonly Row<boolean>[] = [
  ["nothing given", {}, false],
  ["quiet", { options: { quiet: true } }, true],
  ["suppressAnsibleOutput", { options: { suppressAnsibleOutput: true } }, true],
  ["the file", { inputs: { settings: { suppress_ansible_output: true } } }, true],
  [
    "the file over quiet",
    { options: { quiet: true }, inputs: { settings: { suppress_ansible_output: false } } },
    false,
  ],
  [
    "the file over suppressAnsibleOutput",
    {
      options: { suppressAnsibleOutput: true },
      inputs: { settings: { suppress_ansible_output: false } },
    },
    false,
  ],
  ["other settings say nothing", { options: { quiet: true }, inputs: { settings: {} } }, true],
];
for (const [title, given, quiet] of QUIET) {
  Deno.test(`resolve decides whether the run is quiet: ${title}`, () => {
    assertEquals(decide(given).quiet, quiet);
  });
}

const SCRATCH = "/p/artifacts/i/.run";

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
    assertEquals([error.message, error.verbatim, error.exitCode], [
      `Inventory not found: ${inventory}`,
      true,
      1,
    ]);
  });
}

const PASSWORDS: readonly Row<[string, string | null][]>[] = [
  ["none", {}, []],
  ["the argument", { options: { passwords: { a: "1" } } }, [["a", "1"]]],
  ["the file", { inputs: { passwords: { a: "1" } } }, [["a", "1"]]],
  [
    "the file over the argument, per key",
    { options: { passwords: { a: "1", b: "2" } }, inputs: { passwords: { b: "3", c: "4" } } },
    [["a", "1"], ["b", "3"], ["c", "4"]],
  ],
  [
    "null, empty text and numbers",
    { inputs: { passwords: { a: null, b: "", c: 12, d: true } } },
    [["a", null], ["b", ""], ["c", "12"], ["d", "True"]],
  ],
];
for (const [title, given, passwords] of PASSWORDS) {
  Deno.test(`resolve decides the passwords: ${title}`, () => {
    assertEquals(decide(given).passwords, passwords);
  });
}

Deno.test("resolve refuses a password that is no text, and does not repeat it", () => {
  const { message } = refusal({ inputs: { passwords: { "SSH password:": ["hunter2"] } } });
  assertEquals(message, 'Cannot use "SSH password:" of passwords: expected text, got a list');
});

const KEY = { name: "env/ssh_key", text: "KEY1" };
const KEYS: readonly Row<RunConfig["sshKeys"]>[] = [
  ["none", {}, []],
  ["the file", { inputs: { sshKeys: [KEY] } }, [KEY]],
  [
    "the argument in place of the file",
    { options: { sshKey: "KEY2" }, inputs: { sshKeys: [KEY] } },
    [{ name: "sshKey", text: "KEY2" }],
  ],
];
for (const [title, given, keys] of KEYS) {
  Deno.test(`resolve decides the ssh keys: ${title}`, () => {
    assertEquals(decide(given).sshKeys, keys);
  });
}

const CREDENTIALS: readonly Row<readonly [Record<string, string>, string[]]>[] = [
  ["none", {}, [{}, []]],
  ["ssh", { inputs: { credentials: { ssh: "s" } } }, [{ ssh: "s" }, ["--ask-pass"]]],
  ["become", { inputs: { credentials: { become: "s" } } }, [{ become: "s" }, [
    "--ask-become-pass",
  ]]],
  ["vault", { options: { credentials: { vault: "s" } } }, [{ vault: "s" }, ["--ask-vault-pass"]]],
  [
    "two vault ids",
    { options: { credentials: { "vault@a": "1", "vault@b": "2" } } },
    [{ "vault@a": "1", "vault@b": "2" }, ["--vault-id", "a@prompt", "--vault-id", "b@prompt"]],
  ],
  ["key passphrases ask for nothing", {
    inputs: { credentials: { ssh_key_passphrase: "1", "ssh_key_passphrase@k": "2" } },
  }, [{ ssh_key_passphrase: "1", "ssh_key_passphrase@k": "2" }, []]],
  ["numbers", { inputs: { credentials: { vault: 12 } } }, [{ vault: "12" }, ["--ask-vault-pass"]]],
];
for (const [title, given, [credentials, words]] of CREDENTIALS) {
  Deno.test(`resolve decides the credentials: ${title}`, () => {
    const config = decide(given);
    assertEquals({ ...config.credentials }, credentials);
    assertEquals(config.argv.slice(1, -3), words);
  });
}

Deno.test("resolve lets a credential argument win over the file's, which may hold an older secret", () => {
  const { credentials } = decide({
    options: { credentials: { ssh: "argument" } },
    inputs: { credentials: { ssh: "file", become: "file" } },
  });
  assertEquals({ ...credentials }, { ssh: "argument", become: "file" });
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

Deno.test("resolve refuses a credential that nobody asks for", () => {
  const { message } = refusal({ inputs: { credentials: { sudo: "hunter2" } } });
  assert(message.startsWith('Cannot use credential "sudo": expected ssh, become, vault'), message);
  assert(!message.includes("hunter2"));
});

Deno.test("resolve refuses a credential that is no text, and does not repeat it", () => {
  for (const secret of [null, ["hunter2"], { a: "hunter2" }]) {
    const { message } = refusal({ inputs: { credentials: { ssh: secret } } });
    assert(message.startsWith('Cannot use credential "ssh": expected text, got '), message);
    assert(!message.includes("hunter2"));
  }
});

/** Mode, argv and cwd. */
const FORMS: readonly Row<readonly [RunConfig["mode"], string, string]>[] = [
  ["a playbook", {}, ["playbook", "ansible-playbook -i /p/inventory x.yml", "/p/project"]],
  [
    "a playbook without a project",
    { paths: {} },
    ["playbook", "ansible-playbook x.yml", "/p"],
  ],
  [
    "a module in the private data dir",
    { options: { module: "ping", moduleArgs: "a b", hostPattern: "h" } },
    ["module", "ansible -i /p/inventory -m ping -a a b h", "/p"],
  ],
  [
    "a module without arguments and hosts",
    { options: { module: "ping" } },
    ["module", "ansible -i /p/inventory -m ping", "/p"],
  ],
  [
    "a role in a generated play",
    { options: { role: "r" } },
    ["playbook", "ansible-playbook -i /p/inventory /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a role without a project, which will be made",
    { options: { role: "r" }, paths: {} },
    ["playbook", "ansible-playbook /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a role over a playbook and a module",
    { options: { role: "r", playbook: "a.yml", module: "ping" } },
    ["playbook", "ansible-playbook -i /p/inventory /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a program in place of Ansible",
    { options: { binary: "/b", playbook: "x.yml" } },
    ["raw", "/b -i /p/inventory", "/p/project"],
  ],
  [
    "a program, with all that is appended for every form",
    {
      options: { binary: "b", module: "m", hostPattern: "h", limit: "l", forks: "2", verbosity: 1 },
    },
    ["raw", "b -i /p/inventory --limit l -v --forks 2", "/p/project"],
  ],
  [
    "the args file alone",
    { inputs: { args: "prog 'a b' c\n" } },
    ["raw", "prog a b c", "/p/project"],
  ],
  [
    "the args file over everything",
    {
      options: { binary: "/b", module: "m", limit: "l", cmdline: "--x", verbosity: 2 },
      inputs: { args: "prog x", extravarsPath: "/p/env/extravars" },
    },
    ["raw", "prog x", "/p/project"],
  ],
];
for (const [title, given, expected] of FORMS) {
  Deno.test(`resolve starts ${title}`, () => {
    const { mode, argv, cwd } = decide(given);
    assertEquals([mode, argv.join(" "), cwd], expected);
  });
}

Deno.test("resolve starts nothing when there is nothing to start", () => {
  const error = assertThrows(() =>
    resolve({ privateDataDir: "/p" }, NO_INPUTS, {
      env: {},
      cwd: "/",
      kindOf: () => undefined,
      newId: () => "id",
    })
  );
  assertEquals(error.message, "Cannot start: no playbook, module, role, binary or args file");
});

Deno.test("resolve takes only one of playbook and module", () => {
  const { message, verbatim } = refusal({ options: { playbook: "a", module: "b" } });
  assertEquals([message, verbatim], ["Only one of playbook and module options are allowed", true]);
});

/** Options of a role, and its play. */
const PLAYS: readonly (readonly [Partial<InputOptions>, unknown])[] = [
  [{ role: "r" }, [{ hosts: "all", gather_facts: true, roles: [{ name: "r" }] }]],
  [{ role: "r", roleVars: {} }, [{ hosts: "all", gather_facts: true, roles: [{ name: "r" }] }]],
  [
    { role: "r", hosts: "h", roleSkipFacts: true, roleVars: { a: [1, "é"], b: null } },
    [{
      hosts: "h",
      gather_facts: false,
      roles: [{ name: "r", vars: { a: [1, "é"], b: null } }],
    }],
  ],
  [{ playbook: { hosts: "all" } }, [{ hosts: "all" }]],
  [{ playbook: [{ hosts: "a" }, { hosts: "b" }] }, [{ hosts: "a" }, { hosts: "b" }]],
];
for (const [options, plays] of PLAYS) {
  Deno.test(`resolve generates the play of ${JSON.stringify(options)}`, () => {
    const { argv, materials } = decide({ options });
    assertEquals(materials.map(({ path }) => path), ["/p/project/.runner-id1.json"]);
    assertEquals(JSON.parse(materials[0]?.text ?? ""), plays);
    assertEquals(argv.at(-1), "/p/project/.runner-id1.json");
  });
}

const ROLES_PATH: readonly Row<string | undefined>[] = [
  ["none for a playbook", {}, undefined],
  ["the private data dir's for a role", { options: { role: "r" } }, "/p/roles"],
  ["the flag, made absolute", { options: { role: "r", rolesPath: "roles" } }, "/caller/roles"],
  ["the flag for a playbook", { options: { rolesPath: "/a:b" } }, "/a:/caller/b"],
  ["a list", { options: { rolesPath: ["/a", "b"] } }, "/a:/caller/b"],
  ["a home, which Ansible expands", { options: { rolesPath: "~/r:~u/r" } }, "~/r:~u/r"],
  [
    "our own environment for a role, as it is",
    { options: { role: "r" }, env: { ANSIBLE_ROLES_PATH: "~/r:b" } },
    "~/r:b",
  ],
  [
    "env/envvars over our own environment",
    {
      options: { role: "r" },
      env: { ANSIBLE_ROLES_PATH: "/ours" },
      inputs: { envvars: { ANSIBLE_ROLES_PATH: "/file" } },
    },
    "/file",
  ],
  [
    "the flag over env/envvars",
    { options: { rolesPath: "/flag" }, inputs: { envvars: { ANSIBLE_ROLES_PATH: "/file" } } },
    "/flag",
  ],
];
for (const [title, given, rolesPath] of ROLES_PATH) {
  Deno.test(`resolve decides the path of roles: ${title}`, () => {
    assertEquals(decide(given).rolesPath, rolesPath);
  });
}

/** Options for places, and artifactDir, projectDir and cwd. */
const PLACES: readonly Row<readonly [string, string, string]>[] = [
  ["the usual ones", {}, ["/p/artifacts/i", "/p/project", "/p/project"]],
  [
    "relative ones of the caller",
    { options: { artifactDir: "a", projectDir: "../q" }, paths: { "/q": "dir" } },
    ["/caller/a/i", "/q", "/q"],
  ],
  [
    "a project dir that is not there",
    { options: { projectDir: "/none" } },
    ["/p/artifacts/i", "/none", "/p"],
  ],
  [
    "a project dir that is a file",
    { options: {}, paths: { "/p/project": "file" } },
    ["/p/artifacts/i", "/p/project", "/p"],
  ],
  [
    "a module run ignores the project dir",
    { options: { module: "m", projectDir: "/q" }, paths: { "/q": "dir" } },
    ["/p/artifacts/i", "/q", "/p"],
  ],
  [
    "a private data dir with dots",
    { options: { privateDataDir: "./a/../b/" }, paths: {} },
    ["/caller/b/artifacts/i", "/caller/b/project", "/caller/b"],
  ],
];
for (const [title, given, expected] of PLACES) {
  Deno.test(`resolve decides the places: ${title}`, () => {
    const { artifactDir, projectDir, cwd } = decide(given);
    assertEquals([artifactDir, projectDir, cwd], expected);
  });
}

for (const ident of ["x", "a b é", "-x", "...", "a".repeat(255), "🎉", "x*?'\""]) {
  Deno.test(`resolve takes the ident ${JSON.stringify(ident.slice(0, 20))}`, () => {
    assertEquals(decide({ options: { ident } }).artifactDir, `/p/artifacts/${ident}`);
  });
}

for (
  const ident of ["", ".", "..", "a/b", "/", "../x", "a\nb", "\0", "\x7f", "a".repeat(256)]
) {
  Deno.test(`resolve refuses the ident ${JSON.stringify(ident.slice(0, 20))}`, () => {
    assert(refusal({ options: { ident } }).message.startsWith("Cannot use ident"));
  });
}

Deno.test("resolve makes an ident of its own for every run", () => {
  const { ident, artifactDir } = resolve({ privateDataDir: "/p", playbook: "x" }, NO_INPUTS, {
    env: {},
    cwd: "/",
    kindOf: () => undefined,
    newId: () => "fresh",
  });
  assertEquals([ident, artifactDir], ["fresh", "/p/artifacts/fresh"]);
});

const ISOLATION: readonly Row<RunConfig["isolation"]>[] = [
  ["none", {}, undefined],
  [
    "bwrap",
    { options: { processIsolation: true } },
    { kind: "sandbox", executable: "bwrap" },
  ],
  [
    "podman for an image, wherever it comes from",
    { options: { processIsolation: true }, inputs: { settings: { container_image: "i" } } },
    { kind: "container", executable: "podman" },
  ],
  [
    "podman for a container option",
    { options: { processIsolation: true, containerOptions: ["-x"] } },
    { kind: "container", executable: "podman" },
  ],
  [
    "docker, by name or path",
    { options: { processIsolation: true, processIsolationExecutable: "/opt/docker" } },
    { kind: "container", executable: "/opt/docker" },
  ],
  [
    "the executable of the file over the flag's",
    {
      options: { processIsolation: true, processIsolationExecutable: "podman" },
      inputs: { settings: { process_isolation_executable: "mybwrap" } },
    },
    { kind: "sandbox", executable: "mybwrap" },
  ],
  ["an image alone", { options: { containerImage: "i" } }, undefined],
];
for (const [title, given, isolation] of ISOLATION) {
  Deno.test(`resolve decides the isolation: ${title}`, () => {
    assertEquals(decide(given).isolation, isolation);
  });
}

Deno.test("makeAbsolute takes dots out", () => {
  const rows = [
    ["a", "/c/a"],
    ["./a//b/", "/c/a/b"],
    ["../a", "/a"],
    ["../../../a", "/a"],
    ["/x/./y/../z", "/x/z"],
    [".", "/c"],
    ["", "/c"],
  ] as const;
  for (const [path, absolute] of rows) assertEquals(makeAbsolute(path, "/c"), absolute, path);
});

Deno.test("resolve warns of AWX_LIB_DIRECTORY, which is ignored", () => {
  const { warnings } = decide({ env: { AWX_LIB_DIRECTORY: "/awx" } });
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.startsWith("AWX_LIB_DIRECTORY is ignored"), warnings[0]);
});
