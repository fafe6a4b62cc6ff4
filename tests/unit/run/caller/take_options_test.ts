import { ConfigError } from "../../../../src/errors.ts";
import { takeOptions } from "../../../../src/run/caller/take_options.ts";
import type { RunOptions } from "../../../../src/run/run_options.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

/** What is said of options as a program without types may give them. */
function refusalOf(options: unknown): string {
  try {
    takeOptions(options as RunOptions);
    return "taken";
  } catch (error) {
    assert(error instanceof ConfigError && error.code === "config.option");
    return error.message;
  }
}

const circular: Record<string, unknown> = { list: [] };
(circular["list"] as unknown[]).push({ circular });

const REFUSED: readonly [options: unknown, message: RegExp][] = [
  [undefined, /^Cannot use options: expected an object, got undefined$/],
  [{}, /option "privateDataDir": expected a path.*, got undefined$/],
  [{ private_data_dir: "x" }, /option "private_data_dir": .*did you mean "privateDataDir"\?/],
  [{ privatDataDir: "x" }, /did you mean "privateDataDir"\?/],
  [{ extraVars: {} }, /did you mean "extravars"\?/],
  [{ zzz: 1 }, /^Cannot use option "zzz": there is no such option$/],
  [{ timeout: NaN }, /option "timeout": expected a number of seconds, got NaN$/],
  [{ timeout: "5" }, /option "timeout": expected a number of seconds, got a string$/],
  [{ terminalSize: { rows: 24, columns: 0 } }, /option "terminalSize": expected rows and columns/],
  [{ terminalSize: { rows: 24 } }, /option "terminalSize": expected rows and columns/],
  [{ terminalSize: { rows: 24, columns: 80, depth: 1 } }, /expected rows and columns/],
  [{ timeout: -1 }, /option "timeout": expected a number of seconds, got -1$/],
  [{ quiet: "yes" }, /option "quiet": expected true or false, got a string$/],
  [{ rotateArtifacts: 1.5 }, /option "rotateArtifacts": expected a whole number/],
  [{ module: null }, /option "module": expected a string, got null$/],
  [{ signal: new AbortController() }, /"signal": expected an AbortSignal, got a AbortController$/],
  [{ eventHandler: "x" }, /option "eventHandler": expected a function, got a string$/],
  [{ extravars: circular }, /option "extravars.list\[0\].circular": it contains itself$/],
  [{ extravars: { a: 1n } }, /option "extravars.a": expected data .*, got a bigint$/],
  [{ extravars: { a: [NaN] } }, /option "extravars.a\[0\]": expected data .*, got NaN$/],
  [{ extravars: { a: new Map() } }, /option "extravars.a": expected data .*, got a Map$/],
  [{ extravars: [1] }, /option "extravars": expected an object or a path, got a list$/],
  [{ inventory: 5 }, /option "inventory": expected .*, got 5$/],
  [{ credentials: { ssh: 1 } }, /option "credentials": expected an object of strings/],
  [{ rolesPath: [new URL("https://h/x")] }, /option "rolesPath": expected a file: URL/],
  [{ artifactDir: new URL("https://h/x") }, /option "artifactDir": expected a file: URL/],
  [{ startLimit: 0 }, /option "startLimit": expected a whole number, 1 or more, got 0$/],
];

for (const [options, message] of REFUSED) {
  Deno.test(`options are refused: ${message.source}`, () => {
    const said = refusalOf(
      options === undefined || JSON.stringify(Object.keys(options as object)) === "[]"
        ? options
        : { privateDataDir: "/p", ...options as object },
    );
    assert(message.test(said), said);
  });
}

Deno.test("data that nests without end is refused by name", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 5000; level++) deep = { deep };
  assertEquals(
    refusalOf({ privateDataDir: "/p", extravars: deep }),
    'Cannot use option "extravars": its data is too deep',
  );
});

Deno.test("all data is copied, code is not", () => {
  const extravars = { list: [{ a: 1 }], gone: undefined, at: new Date(0) };
  const shared = { x: 1 };
  const log = (): void => {};
  const { signal } = new AbortController();
  const taken = takeOptions({
    privateDataDir: new URL("file:///a%20b/c"),
    playbook: new URL("file:///p.yml"),
    rolesPath: [new URL("file:///r"), "relative"],
    processIsolationRoPaths: new URL("file:///ro"),
    onEnd: new URL("file:///a%20b/tell"),
    extravars,
    roleVars: { one: shared, two: shared },
    tags: undefined,
    envvars: JSON.parse('{"__proto__": "x"}'),
    log,
    signal,
  });
  extravars.list[0] = { a: 2 };
  assertEquals(taken.privateDataDir, "/a b/c");
  assertEquals(taken.playbook, "/p.yml");
  assertEquals(taken.rolesPath, ["/r", "relative"]);
  assertEquals(taken.processIsolationRoPaths, "/ro");
  assertEquals(taken.onEnd, "'/a b/tell'");
  assertEquals(taken.extravars, { list: [{ a: 1 }], at: "1970-01-01T00:00:00.000Z" });
  assertEquals(taken.roleVars, { one: { x: 1 }, two: { x: 1 } });
  assertEquals(Object.keys(taken.envvars ?? {}), ["__proto__"]);
  assert(!("tags" in taken) && taken.log === log && taken.signal === signal);
});
