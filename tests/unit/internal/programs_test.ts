import {
  findProgram,
  findPython,
  runProgram,
  searchPathOf,
} from "../../../src/internal/programs.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("findProgram looks at each directory of PATH, for files that can be run", async () => {
  await usingDir((dir) => {
    for (const name of ["a", "b", "b/tool"]) Deno.mkdirSync(`${dir}/${name}`, { recursive: true });
    for (const path of ["a/tool", "c"]) {
      Deno.writeTextFileSync(`${dir}/${path}`, "", { mode: 0o755 });
    }
    Deno.writeTextFileSync(`${dir}/plain`, "", { mode: 0o644 });
    assertEquals(findProgram("tool", `/none:${dir}/b:${dir}/a`), `${dir}/a/tool`);
    assertEquals(findProgram("tool", "b:a", { cwd: dir }), `${dir}/a/tool`);
    assertEquals(findProgram("./c", "", { cwd: dir }), `${dir}/./c`);
    const relative = "../".repeat(Deno.cwd().split("/").length) + dir.slice(1);
    assertEquals(findProgram("tool", `${relative}/a`), `${Deno.cwd()}/./${relative}/a/tool`);
    assertEquals([findProgram("plain", dir), findProgram("none", dir)], [undefined, undefined]);
    return Promise.resolve();
  });
});

Deno.test("searchPathOf takes the systems' path for none, an empty one, and Deno's own directory", () => {
  const systems = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const own = "/root/.cache/deno/node_compat_bin";
  const rows = [[undefined, systems], ["", systems], [own, systems], [`/a:${own}`, `/a:${own}`]];
  for (const [PATH, path] of rows) assertEquals(searchPathOf({ PATH }), path);
});

Deno.test("findPython finds one that runs", async () => {
  const python = findPython();
  assert(python !== undefined);
  const { stdout } = await runProgram([python, "-I", "-S", "-c", "print(6 * 7)"]);
  assertEquals(stdout, "42\n");
});

Deno.test("runProgram gives code and both streams, and takes input and a whole environment", async () => {
  const script = 'cat; echo "${A}${HOME-}" >&2; pwd; exit 3';
  const options = { env: { A: "a" }, cwd: "/usr", stdin: "in\n" };
  assertEquals(await runProgram(["/bin/sh", "-c", script], options), {
    code: 3,
    stdout: "in\n/usr\n",
    stderr: "a\n",
  });
});

Deno.test("runProgram says 127 of a program that is not there, and is ended by a signal", async () => {
  assertEquals((await runProgram(["/nonexistent"])).code, 127);
  const signal = AbortSignal.timeout(100);
  assert((await runProgram(["/bin/sleep", "300"], { signal })).code > 128);
});
