import { withoutShims } from "../../testing/python3.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("shims go where the system has a python3", () => {
  const dir = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${dir}/bin`);
    const shims = `${dir}/pyenv/shims:${dir}/plugins/shims/`;
    const path = `${shims}:${dir}/pyenv/bin:${dir}/bin`;
    assertEquals(withoutShims(path), path, "only shims have a python3");
    Deno.writeTextFileSync(`${dir}/bin/python3`, "");
    assertEquals(withoutShims(path), `${dir}/pyenv/bin:${dir}/bin`);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
