import { withoutShims } from "../../testing/python3.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("shims go where what tests look for is elsewhere too", () => {
  const dir = Deno.makeTempDirSync();
  try {
    for (const name of ["bin", "pyenv/shims"]) {
      Deno.mkdirSync(`${dir}/${name}`, { recursive: true });
    }
    const shims = `${dir}/pyenv/shims:${dir}/plugins/shims/`;
    const path = `${shims}:${dir}/pyenv/bin:${dir}/bin`;
    for (const name of ["python3", "ansible-playbook"]) {
      Deno.writeTextFileSync(`${dir}/pyenv/shims/${name}`, "");
      assertEquals(withoutShims(path), path, `only shims have ${name}`);
      Deno.writeTextFileSync(`${dir}/bin/${name}`, "");
      assertEquals(withoutShims(path), `${dir}/pyenv/bin:${dir}/bin`);
    }
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
