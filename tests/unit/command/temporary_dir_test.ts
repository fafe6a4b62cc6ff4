import { makePrivateDir, removeTree } from "../../../src/command/temporary_dir.ts";
import { IsolationError } from "../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("makePrivateDir makes another one each time, for us alone", async () => {
  await usingDir((base) => {
    const options = { prefix: "runner_", setting: "process_isolation_path" };
    const [a, b] = [makePrivateDir(base, options), makePrivateDir(base, options)];
    assert(a !== b && a.startsWith(`${base}/runner_`));
    assertEquals((Deno.statSync(a).mode ?? 0) & 0o777, 0o700);
    const error = assertThrows(() => makePrivateDir(`${base}/none`, options), options.setting);
    assert(error instanceof IsolationError && error.message.includes(`"${base}/none"`));
    return Promise.resolve();
  });
});

Deno.test("removeTree removes what a job closed to itself, and follows no link", async () => {
  await usingDir((base) => {
    Deno.mkdirSync(`${base}/tree/closed`, { recursive: true });
    Deno.writeTextFileSync(`${base}/tree/closed/file`, "");
    Deno.writeTextFileSync(`${base}/kept`, "");
    Deno.symlinkSync(base, `${base}/tree/up`);
    Deno.chmodSync(`${base}/tree/closed`, 0o000);
    assertEquals([removeTree(`${base}/tree`), removeTree(`${base}/none`)], [true, true]);
    assertEquals([...Deno.readDirSync(base)].map(({ name }) => name), ["kept"]);
    return Promise.resolve();
  });
});
