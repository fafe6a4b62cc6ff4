import type { RunConfig } from "../../../src/config/run_config.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { decide, refusal, type Row } from "../../testing/decide.ts";

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
    'Cannot use "A" of envvars: expected a string, got a list',
  ],
  [
    "a mapping",
    { inputs: { envvars: { A: {} } } },
    'Cannot use "A" of envvars: expected a string, got a mapping',
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
  assertEquals(message, 'Cannot use "SSH password:" of passwords: expected a string, got a list');
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

Deno.test("resolve refuses a credential that nobody asks for", () => {
  const { message } = refusal({ inputs: { credentials: { sudo: "hunter2" } } });
  assert(message.startsWith('Cannot use credential "sudo": expected ssh, become, vault'), message);
  assert(!message.includes("hunter2"));
});

Deno.test("resolve refuses a credential that is no text, and does not repeat it", () => {
  for (const secret of [null, ["hunter2"], { a: "hunter2" }]) {
    const { message } = refusal({ inputs: { credentials: { ssh: secret } } });
    assert(message.startsWith('Cannot use credential "ssh": expected a string, got '), message);
    assert(!message.includes("hunter2"));
  }
});
