import { unpackCallback } from "../../../src/command/callback.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("unpackCallback writes the plugin that Ansible loads into a new private directory", async () => {
  await usingDir((dir) => {
    unpackCallback(`${dir}/callback`);
    assertEquals((Deno.statSync(`${dir}/callback`).mode ?? 0) & 0o777, 0o700);
    const text = Deno.readTextFileSync(`${dir}/callback/awx_display.py`);
    assert(/CALLBACK_NAME = ['"]awx_display['"]/.test(text));
    // One that is there already may be another's.
    assertThrows(() => unpackCallback(`${dir}/callback`));
    return Promise.resolve();
  });
});
