import { CallbackError } from "../../../src/errors.ts";
import { GuardedLog } from "../../../src/remote/guarded_log.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";

const KINDS: readonly [kind: string, log: () => unknown][] = [
  ["throws", () => {
    throw new Error("no");
  }],
  ["rejects", () => Promise.reject(new Error("no"))],
];

for (const [kind, fail] of KINDS) {
  Deno.test(`GuardedLog goes on after a log that ${kind}, and tells of it at the end`, async () => {
    const lines: string[] = [];
    const log = new GuardedLog((_, message) => {
      lines.push(message);
      return message === "first" ? fail() : undefined;
    });
    log.warn("first");
    log.warn("second");
    // What rejected is known one turn later.
    await Promise.resolve().then(() => {}).then(() => {});
    assertEquals(lines, ["first", "second"]);
    const error = assertThrows(() => log.check());
    assert(error instanceof CallbackError && error.handler === "Log");
  });
}

Deno.test("GuardedLog is content without a log", () => {
  const log = new GuardedLog(undefined);
  log.warn("x");
  log.check();
});
