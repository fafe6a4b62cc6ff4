import { makeTemporaryDir } from "../../../src/command/temporary_dir.ts";
import { IsolationError } from "../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("makeTemporaryDir makes another one each time, for us alone", async () => {
  await usingDir((base) => {
    const options = { prefix: "runner_", setting: "process_isolation_path" };
    const [a, b] = [makeTemporaryDir(base, options), makeTemporaryDir(base, options)];
    assert(a !== b && a.startsWith(`${base}/runner_`));
    assertEquals((Deno.statSync(a).mode ?? 0) & 0o777, 0o700);
    const error = assertThrows(() => makeTemporaryDir(`${base}/none`, options), options.setting);
    assert(error instanceof IsolationError && error.message.includes(`"${base}/none"`));
    return Promise.resolve();
  });
});
