/**
 * Files of env/ that cannot be read: one clear line that names the file, exit code 1, nothing
 * started, nothing written, nothing lost, no hang.
 */
import fc from "fast-check";
import { buildPrompts } from "../../src/config/prompts.ts";
import { RunnerError } from "../../src/errors.ts";
import { decide } from "../../src/run/prepare_config.ts";
import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { type FileSpec, inParallel, TestPlace } from "../testing/data_dir.ts";
import { slack } from "../testing/slack.ts";

const MAPPINGS = ["settings", "envvars", "passwords", "credentials", "extravars"].map((name) =>
  `env/${name}`
);
const TEXTS = ["env/cmdline", "args", "env/ssh_key"];

/** Texts that no mapping can be. */
const BROKEN: Readonly<Record<string, string>> = {
  "broken JSON": '{"a": 1,',
  "two JSON values": '{"a": 1} {"b": 2}',
  "an open list": "a: [1, 2\n",
  "an open quotation": 'a: "x\nb: 1\n',
  "a mapping in a line": "a: b: c\n",
  "tabs": "a:\n\tb: 1\n",
  "a wrong indent": "a: 1\n  b: 2\n",
  "a list": "- a\n- b\n",
  "a text": "just words\n",
  "a number": "12\n",
  "several documents": "a: 1\n---\nb: 2\n",
  "an unknown alias": "a: *b\n",
  "control characters": "a: \x01\x02\n",
  "a NUL character": "a: \0\n",
  "lists without end": "[".repeat(20_000),
  "mappings without end": "{a: ".repeat(20_000),
  "YAML of another kind": "%YAML 9\n@a: `b\n",
};

/** Things that no file can be. */
const UNREADABLE: Readonly<Record<string, FileSpec>> = {
  "a directory": { dir: true },
  "a link to nowhere": { link: "nowhere/at/all" },
  "a link to itself": { link: "LOOP" },
  "a pipe that nobody writes": { pipe: true },
  "binary data": { bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 0x80, 10, 0xc3]) },
  "UTF-16": { bytes: new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0, 0x20, 0, 0x31, 0]) },
  "a huge file": { link: "HUGE" },
};

/** Values that one setting, variable, answer or secret cannot be. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  "env/settings": ["idle_timeout: [1]", "job_timeout: -1", "fact_cache: {a: 1}", "redact: maybe"],
  "env/envvars": ["A: [1]", "A: {b: 1}", "'': x", "A=B: x", 'A: "x\\0y"', "A: !!set {x}"],
  "env/passwords": ["a: [x]", "'(': x", "'a(?<=b+)': x", "'*': x"],
  "env/credentials": ["sudo: x", "ssh: [x]", "vault: null", "'vault@': x"],
  "env/cmdline": ["--tags 'a", '"', "a \\"],
  "args": ["'", 'ansible "'],
};

/** A file, what it is, and how. */
type Row = readonly [name: string, what: string, spec: FileSpec];

const ROWS: readonly Row[] = [
  ...MAPPINGS.flatMap((name) =>
    Object.entries(BROKEN).map(([what, text]): Row => [name, what, text])
  ),
  ...[...MAPPINGS, ...TEXTS].flatMap((name) =>
    Object.entries(UNREADABLE).map(([what, spec]): Row => [name, what, spec])
  ),
  ...Object.entries(WRONG).flatMap(([name, texts]) => texts.map((text): Row => [name, text, text])),
];

Deno.test("files of env/ that cannot be read are refused with their name", async () => {
  const failures: string[] = [];
  await inDataDir(async (dir) => {
    Deno.env.set("RUNNER_PIPE_TIMEOUT", "0.05");
    try {
      for (const row of ROWS) {
        try {
          await checkRow(dir, row);
        } catch (error) {
          failures.push(`${row[0]} is ${row[1]}: ${(error as Error).message}`);
        }
      }
    } finally {
      Deno.env.delete("RUNNER_PIPE_TIMEOUT");
    }
  });
  assertEquals(failures.join("\n\n"), "");
});

async function checkRow(dir: string, [name, , spec]: Row): Promise<void> {
  const path = `${dir}/${name}`;
  make(path, spec, dir);
  const begun = performance.now();
  try {
    const error = await refusal(dir);
    assert(error !== undefined, "was accepted");
    checkMessage(error, name);
    assert(performance.now() - begun < 5000 * slack(), "took too long");
    assertEquals(
      list(dir),
      ["args", "env", "huge"].filter((each) => each !== "args" || name === each),
    );
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

function make(path: string, spec: FileSpec, dir: string): void {
  if (typeof spec === "string") Deno.writeTextFileSync(path, spec);
  else if ("dir" in spec) Deno.mkdirSync(path);
  else if ("pipe" in spec) new Deno.Command("mkfifo", { args: [path] }).outputSync();
  else if ("bytes" in spec) Deno.writeFileSync(path, spec.bytes);
  else if ("link" in spec) {
    const target = { LOOP: path, HUGE: `${dir}/huge` }[spec.link] ?? spec.link;
    Deno.symlinkSync(target, path);
  }
}

/** What a run of a playbook is refused with, before anything is written. */
async function refusal(dir: string): Promise<RunnerError | undefined> {
  try {
    const config = await decide({ privateDataDir: dir, playbook: "x.yml", cwd: "/" });
    await buildPrompts(config);
    return undefined;
  } catch (error) {
    if (error instanceof RunnerError) return error;
    throw error;
  }
}

function checkMessage({ message, exitCode }: RunnerError, name: string): void {
  const place = name === "env/credentials" ? "credential" : name.replace("env/", "");
  assertMatch(message, /^Cannot (read|use) /);
  assert(message.includes(place), message);
  assert(!/[\n\r\0]/.test(message), JSON.stringify(message));
  assert(message.length < 400, `${message.length} characters: ${message.slice(0, 400)}`);
  assert(!message.endsWith("."), message);
  assertEquals(exitCode, 1);
}

/** Pieces that YAML and JSON are made of, and that break them. */
const PIECES = [
  ...[
    "a",
    "b: ",
    ": ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "#",
    "&x ",
    "*x",
    "!!",
  ],
  ...[
    "!vault ",
    "? ",
    "|\n",
    ">\n",
    "---\n",
    "...\n",
    "%",
    "@",
    "`",
    "\t",
    "\\",
    "\u2028",
    "é",
    "💡",
  ],
  ...[
    "1",
    "1e3",
    "0x",
    "yes",
    "null",
    "~",
    "2020-02-30",
    "<<: ",
    "\x00",
    "\x7f",
    "(",
    "(?P<",
    "*",
    "$",
  ],
  ...["idle_timeout", "SSH password:", "vault@a", "=", "\ufeff", "\r", "!!binary ", "!!python/x "],
];

Deno.test("any text in a file of env/ is taken or refused with one line", async () => {
  await inDataDir(async (dir) => {
    const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), {
      maxLength: 24,
    });
    const name = fc.constantFrom(...MAPPINGS, "env/cmdline", "args");
    await fc.assert(
      fc.asyncProperty(name, text, async (file, pieces) => {
        const path = `${dir}/${file}`;
        Deno.writeTextFileSync(path, pieces.join(""));
        try {
          const error = await refusal(dir);
          if (error !== undefined) checkMessage(error, file);
        } finally {
          Deno.removeSync(path);
        }
      }),
      { numRuns: Deno.env.get("RUNNER_TEST_LONG") === "1" ? 20_000 : 1500 },
    );
  });
});

Deno.test("any bytes in a file of env/ are taken or refused with one line", async () => {
  await inDataDir(async (dir) => {
    const name = fc.constantFrom(...MAPPINGS, ...TEXTS);
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 40 }), async (file, bytes) => {
        const path = `${dir}/${file}`;
        Deno.writeFileSync(path, bytes);
        try {
          const error = await refusal(dir);
          if (error !== undefined) checkMessage(error, file);
        } finally {
          Deno.removeSync(path);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const AS_SEEN: readonly (readonly [name: string, spec: FileSpec, stderr: RegExp])[] = [
  [
    "env/settings",
    "a: [1\n",
    /^error: Cannot read "env\/settings": .* \(line \d+, column \d+\)\n$/,
  ],
  [
    "env/settings",
    "[]",
    /^error: Cannot read "env\/settings": expected a mapping, got a list \(line 1\)\n$/,
  ],
  [
    "env/extravars",
    "- a\n",
    /^error: Cannot read "env\/extravars": expected a mapping, got a list \(line 1\)\n$/,
  ],
  [
    "env/envvars",
    { link: "nowhere" },
    /^error: Cannot read "env\/envvars": the link leads to "nowhere", which does not exist\n$/,
  ],
  [
    "env/passwords",
    { pipe: true },
    /^error: Cannot read "env\/passwords": nobody wrote to the named pipe within 0\.3 s\n$/,
  ],
  [
    "env/cmdline",
    { bytes: new Uint8Array([10, 0xff]) },
    /^error: Cannot read "env\/cmdline": expected UTF-8 text, got other bytes \(line 2\)\n$/,
  ],
  ["env/cmdline", "--x \0", /^error: Cannot read "env\/cmdline": a NUL character in it\n$/],
  ["env/ssh_key", "no key at all\n", /^error: Cannot .*env\/ssh_key/],
  [
    "env/credentials",
    { dir: true },
    /^error: Cannot read "env\/credentials": expected a file, got a directory\n$/,
  ],
  ["args", "'", /^error: Cannot read "args": No closing quotation\n$/],
];

Deno.test("what the command line says of such files, with nothing started and nothing lost", async () => {
  const failures: string[] = [];
  await inParallel(AS_SEEN.map(([name, spec, stderr]) => async () => {
    using place = new TestPlace({
      [`private/${name}`]: spec,
      "private/project/x.yml": "[]",
      "private/artifacts/old/rc": "0",
      "private/artifacts/x/rc": "0",
      "private/artifacts/x/mine": "mine",
    });
    const before = place.list("private");
    const result = await place.run([
      "run",
      "private",
      "-p",
      "x.yml",
      "-i",
      "x",
      "--rotate-artifacts",
      "1",
    ], {
      env: { RUNNER_PIPE_TIMEOUT: "0.3" },
    });
    try {
      assertMatch(result.stderr, stderr);
      assertEquals([result.code, result.stdout], [1, ""]);
      assertEquals(place.calls(), []);
      assertEquals(place.list("private"), before);
      if (typeof spec === "string") assertEquals(place.read(`private/${name}`), spec);
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }));
  assertEquals(failures.join("\n\n"), "");
});

async function inDataDir(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "runner_test_" });
  Deno.mkdirSync(`${dir}/env`);
  const huge = Deno.createSync(`${dir}/huge`);
  huge.truncateSync(80 * 1024 * 1024);
  huge.close();
  try {
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function list(dir: string): string[] {
  return Array.from(Deno.readDirSync(dir), ({ name }) => name).sort();
}
