import { ConfigError } from "../../../src/errors.ts";
import { openLogFile } from "../../../src/sinks/log_file.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("openLogFile adds lines with their time, readable by us alone", async () => {
  await usingDir((dir) => {
    for (const message of ["one", "two"]) openLogFile(`${dir}/log`)(message);
    const text = Deno.readTextFileSync(`${dir}/log`);
    assertMatch(text, /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: (one|two)\n){2}$/);
    assertEquals((Deno.statSync(`${dir}/log`).mode ?? 0) & 0o777, 0o600);
    return Promise.resolve();
  });
});

Deno.test("openLogFile says at once that it cannot write", async () => {
  await usingDir((dir) => {
    const error = assertThrows(() => openLogFile(`${dir}/none/log`), "Cannot write log file");
    assert(error instanceof ConfigError);
    return Promise.resolve();
  });
});
