import fc from "fast-check";
import { COMMANDS } from "../../../../src/cli/flags/commands.ts";
import type { DirCommandName, Flag } from "../../../../src/cli/flags/flag.ts";
import { FLAGS, type FlagValues } from "../../../../src/cli/flags/table.ts";
import {
  CommandLineError,
  type DirCommand,
  parseCommandLine,
} from "../../../../src/cli/parse/command_line.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

function parseDir(...args: string[]): DirCommand {
  const parsed = parseCommandLine(args);
  assert(parsed.kind === "command", `expected a command, got ${parsed.kind}`);
  return parsed;
}

/** Parses options given to `run demo`. */
function flagsOfRun(...options: string[]): FlagValues {
  return parseDir("run", "demo", ...options).flags;
}

/** Words that give a flag, and the value they stand for. */
function sample(flag: Flag): { readonly words: string[]; readonly value: unknown } {
  const name = flag.long === undefined ? `-${flag.short}` : `--${flag.long}`;
  switch (flag.kind) {
    case "flag":
      return { words: [name], value: true };
    case "count":
      return { words: [name], value: 1 };
    case "int":
      return { words: [name, "3"], value: 3 };
    case "number":
      return { words: [name, "0.5"], value: 0.5 };
    case "list":
      return { words: [name, "/a", "/b"], value: ["/a", "/b"] };
    default: {
      const text = flag.choices?.[1] ?? "some text";
      return { words: [name, text], value: flag.repeatable ? [text] : text };
    }
  }
}

const DIR_COMMANDS: readonly DirCommandName[] = COMMANDS.flatMap(({ name }) =>
  name === "worker" || name === "doctor" || name === "completions" ? [] : [name]
);

/** Those of "worker", which takes no private data directory as a word, are in the test of it. */
const DIR_FLAGS = FLAGS.filter(({ key, commands }) =>
  key !== "help" && key !== "version" && DIR_COMMANDS.some((name) => commands.includes(name))
);

for (const flag of DIR_FLAGS) {
  const command = DIR_COMMANDS.find((name) => flag.commands.includes(name)) ?? "run";
  const { words, value } = sample(flag);
  Deno.test(`parseCommandLine reads ${words.join(" ")} before, between and after`, () => {
    for (
      const args of [
        [command, "demo", ...words],
        [command, ...words, "demo"],
        [...words, command, "demo"],
      ]
    ) {
      const expected = {
        kind: "command",
        command,
        privateDataDir: "demo",
        flags: { [flag.key]: value },
      };
      assertEquals(parseCommandLine(args), expected, args.join(" "));
    }
  });
}

const WITH_TEXT = DIR_FLAGS.filter(({ kind, long, choices }) =>
  long !== undefined && choices === undefined && (kind === "text" || kind === "path")
);

for (const flag of WITH_TEXT) {
  Deno.test(`parseCommandLine reads every spelling of --${flag.long}`, () => {
    const command = DIR_COMMANDS.find((name) => flag.commands.includes(name)) ?? "run";
    const spellings = [[`--${flag.long}=a b=c`]];
    if (flag.short !== undefined) {
      spellings.push([`-${flag.short}a b=c`], [`-${flag.short}=a b=c`], [
        `-${flag.short}`,
        "a b=c",
      ]);
    }
    for (const words of spellings) {
      const { flags } = parseDir(command, "demo", ...words);
      assertEquals(flags, { [flag.key]: flag.repeatable ? ["a b=c"] : "a b=c" }, words.join(" "));
    }
  });
}

Deno.test("parseCommandLine takes the two orders of the original's manuals", () => {
  const expected = parseDir(
    "run",
    "demo",
    "-m",
    "debug",
    "--hosts",
    "localhost",
    "-a",
    "msg=hello",
  );
  const other = parseDir("-m", "debug", "--hosts", "localhost", "-a", "msg=hello", "run", "demo");
  assertEquals(other, expected);
});

Deno.test("parseCommandLine gives the same for any order of the option groups", () => {
  const groups = [
    ["-p", "x.yml"],
    ["-vv"],
    ["--ident=a"],
    ["--cmdline", "--tags a"],
    ["--process-isolation-hide-paths", "/a", "/b"],
    ["-q"],
    ["run"],
    ["demo"],
  ];
  const order = fc.shuffledSubarray(groups, { minLength: groups.length });
  const expected = parseCommandLine(groups.flat());
  fc.assert(fc.property(order, (shuffled) => {
    // The private data dir comes after the command: that much order is needed.
    const dirs = shuffled.filter(([word]) => word !== "demo");
    const place = shuffled.findIndex(([word]) => word === "demo");
    const least = dirs.findIndex(([word]) => word === "run") + 1;
    const args = dirs.toSpliced(Math.max(place, least), 0, ["demo"]).flat();
    assertEquals(parseCommandLine(args), expected, args.join(" "));
  }));
});

const DASHED: readonly (readonly [string[], FlagValues])[] = [
  [["--cmdline", "--tags a"], { cmdline: "--tags a" }],
  [["--cmdline", "--ask-vault-pass"], { cmdline: "--ask-vault-pass" }],
  [["--cmdline", "--debug"], { cmdline: "--debug" }],
  [["--cmdline", "-v"], { cmdline: "-v" }],
  [["--cmdline", "--"], { cmdline: "--" }],
  [["--cmdline=-v"], { cmdline: "-v" }],
  [["-m", "shell", "-a", "-x"], { module: "shell", moduleArgs: "-x" }],
  [["-m", "shell", "-a", "--version"], { module: "shell", moduleArgs: "--version" }],
  [["--limit", "-x"], { limit: "-x" }],
  [["--limit=-q"], { limit: "-q" }],
  [["--container-option", "--network=none"], { containerOptions: ["--network=none"] }],
  [["--container-option=--debug"], { containerOptions: ["--debug"] }],
  [["--rotate-artifacts", "-1"], { rotateArtifacts: -1 }],
  [["--ident="], { ident: "" }],
  [["-i", ""], { ident: "" }],
];
for (const [options, flags] of DASHED) {
  Deno.test(`parseCommandLine takes the value in ${options.join(" ")}`, () => {
    assertEquals(flagsOfRun(...options), flags);
    assertEquals(parseDir(...options, "run", "demo").flags, flags);
  });
}

const CLUSTERS: readonly (readonly [string[], FlagValues])[] = [
  [["-vvv"], { verbosity: 3 }],
  [["-v", "-vv"], { verbosity: 3 }],
  [["-vj"], { verbosity: 1, jsonMode: true }],
  [["-jqvv"], { jsonMode: true, quiet: true, verbosity: 2 }],
  [["-pfoo"], { playbook: "foo" }],
  [["-vpfoo"], { verbosity: 1, playbook: "foo" }],
  [["-vp", "foo"], { verbosity: 1, playbook: "foo" }],
  [["-afoo=bar"], { moduleArgs: "foo=bar" }],
];
for (const [options, flags] of CLUSTERS) {
  Deno.test(`parseCommandLine takes ${options.join(" ")} apart`, () => {
    assertEquals(flagsOfRun(...options), flags);
  });
}

const PREFIXES: readonly (readonly [string[], FlagValues])[] = [
  [["--play", "x"], { playbook: "x" }],
  [["--f", "3"], { forks: "3" }],
  [["--ident", "x"], { ident: "x" }],
  [["--inv=h1,"], { inventory: "h1," }],
  [["--process-isolation"], { processIsolation: true }],
  [["--resource-profiling"], { resourceProfiling: true }],
  [["--host", "h"], { hosts: "h" }],
];
for (const [options, flags] of PREFIXES) {
  Deno.test(`parseCommandLine completes ${options[0]}`, () => {
    assertEquals(flagsOfRun(...options), flags);
  });
}

Deno.test("parseCommandLine completes flags of other commands", () => {
  assertEquals(parseDir("logs", "demo", "--fol").flags, { follow: true });
});

const LISTS: readonly (readonly [string, readonly string[]])[] = [
  ["run demo -p x --process-isolation-hide-paths a b c", ["a", "b", "c"]],
  ["run demo --process-isolation-hide-paths a b c -p x", ["a", "b", "c"]],
  ["run --process-isolation-hide-paths a b c -p x demo", ["a", "b", "c"]],
  ["run -p x --process-isolation-hide-paths a b c demo", ["a", "b", "c"]],
  ["-p x --process-isolation-hide-paths a b c run demo", ["a", "b", "c"]],
  ["--process-isolation-hide-paths a b c -p x run demo", ["a", "b", "c"]],
  ["--process-isolation-hide-paths a b c run -p x demo", ["a", "b", "c"]],
  ["--process-isolation-hide-paths run b run demo -p x", ["run", "b"]],
  ["-p x --process-isolation-hide-paths a b c -- run demo", ["a", "b", "c"]],
  ["run -p x --process-isolation-hide-paths=a demo", ["a"]],
  [
    "run -p x demo --process-isolation-hide-paths a --process-isolation-hide-paths b c",
    ["a", "b", "c"],
  ],
];
for (const [line, words] of LISTS) {
  Deno.test(`parseCommandLine ends the list in ${line}`, () => {
    assertEquals(parseCommandLine(line.split(" ")), {
      kind: "command",
      command: "run",
      privateDataDir: "demo",
      flags: { playbook: "x", processIsolationHidePaths: words },
    });
  });
}

Deno.test("parseCommandLine leaves a list its last word and takes the directory from the longer", () => {
  const parsed = parseDir(
    ..."run --process-isolation-hide-paths a demo --process-isolation-ro-paths c -p x".split(" "),
  );
  assertEquals(parsed.privateDataDir, "demo");
  assertEquals(parsed.flags.processIsolationHidePaths, ["a"]);
  assertEquals(parsed.flags.processIsolationRoPaths, ["c"]);
});

Deno.test("parseCommandLine takes an empty list as not given", () => {
  assertEquals(flagsOfRun("--process-isolation-hide-paths", "-q"), { quiet: true });
});

Deno.test("parseCommandLine takes what stands after -- as operands", () => {
  assertEquals(parseDir("-q", "--", "run", "-x").privateDataDir, "-x");
});

Deno.test("parseCommandLine lets the last of several values count", () => {
  assertEquals(flagsOfRun("-p", "a", "--playbook=b"), { playbook: "b" });
});

Deno.test("parseCommandLine adds up repeatable flags", () => {
  const flags = flagsOfRun("--container-volume-mount", "a:b", "--container-volume-mount=c:d");
  assertEquals(flags, { containerVolumeMounts: ["a:b", "c:d"] });
});

Deno.test("parseCommandLine knows bare, help, version, doctor and completions", () => {
  assertEquals(parseCommandLine([]), { kind: "bare" });
  assertEquals(parseCommandLine(["--help"]), { kind: "help" });
  assertEquals(parseCommandLine(["-h"]), { kind: "help" });
  assertEquals(parseCommandLine(["run", "--help"]), { kind: "help", command: "run" });
  assertEquals(parseCommandLine(["--help", "stop"]), { kind: "help", command: "stop" });
  assertEquals(parseCommandLine(["run", "d", "--nonsense", "-h"]), {
    kind: "help",
    command: "run",
  });
  assertEquals(parseCommandLine(["--version"]), { kind: "version" });
  assertEquals(parseCommandLine(["run", "--ver"]), { kind: "version" });
  assertEquals(parseCommandLine(["doctor"]), { kind: "doctor", flags: {} });
  assertEquals(parseCommandLine(["completions", "zsh"]), { kind: "completions", shell: "zsh" });
});

for (const command of ["stop", "is-alive"]) {
  Deno.test(`parseCommandLine accepts the flags of run for ${command}`, () => {
    const { flags } = parseDir(command, "demo", "-p", "x", "--hosts", "h", "-i", "a", "-q");
    assertEquals(flags, { playbook: "x", hosts: "h", ident: "a", quiet: true });
  });
}

Deno.test("parseCommandLine never fails but with a usage error", () => {
  const words = fc.constantFrom(
    ...["run", "stop", "logs", "demo", "-p", "-v", "--", "-", "", "--x=", "-a", "--cmdline", "é"],
    ...["--process-isolation-hide-paths", "--role", "-🎉", "--=", "__proto__", "--__proto__=1"],
  );
  fc.assert(fc.property(fc.array(fc.oneof(words, fc.string())), (args) => {
    try {
      parseCommandLine(args);
    } catch (error) {
      assert(error instanceof CommandLineError, `${error}`);
    }
  }));
});

Deno.test("parseCommandLine gives report every ident, of -i and after the directory", () => {
  const parsed = parseCommandLine(["report", "-i", "a", "demo", "b", "-i", "c"]);
  assertEquals(parsed.kind === "command" && parsed.idents, ["a", "c", "b"]);
  assertEquals(parseCommandLine(["report", "demo"]), {
    kind: "command",
    command: "report",
    privateDataDir: "demo",
    flags: {},
  });
});

for (const flag of FLAGS.filter(({ commands }) => commands.includes("worker"))) {
  if (flag.key === "help" || flag.key === "version") continue;
  const { words, value } = sample(flag);
  Deno.test(`worker reads ${words.join(" ")} before and after`, () => {
    for (
      const args of [["worker", ...words], [...words, "worker"], ["worker", "cleanup", ...words]]
    ) {
      const parsed = parseCommandLine(args);
      assert(parsed.kind === "worker");
      assertEquals(parsed.isCleanup, args.includes("cleanup"));
      assertEquals(parsed.flags[flag.key as keyof typeof parsed.flags], value);
    }
  });
}
