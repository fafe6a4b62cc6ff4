import { isModulePath, loadModulePlugin } from "../../../../src/emitters/plugins/module_plugin.ts";
import { assertEquals, assertRejects } from "../../../testing/assert.ts";

const DEMO = new URL("../../../../demo/plugins", import.meta.url).pathname;

Deno.test("isModulePath takes .ts and .js files that cannot be executed", () => {
  const paths = ["slowest_task.ts", "notify.sh", "none.mjs", "none.json"];
  assertEquals(paths.map((name) => isModulePath(`${DEMO}/${name}`)), [true, false, true, false]);
});

Deno.test("loadModulePlugin refuses in the compiled program", async () => {
  await assertRejects(
    () => loadModulePlugin(`${DEMO}/slowest_task.ts`, { settings: {}, isCompiled: true }),
    `Cannot use the plugin "${DEMO}/slowest_task.ts": the compiled program loads no modules`,
  );
});

Deno.test("loadModulePlugin says what is wrong with a module", async () => {
  const path = Deno.makeTempFileSync({ suffix: ".ts" });
  for (
    const [text, problem] of [
      [
        "export const createEmitter = () => ({});",
        "expected an object with a function send from createEmitter",
      ],
      ["export function createEmitter() { throw new Error('no'); }", "no"],
    ] as const
  ) {
    const each = path.replace(".ts", `${problem.length}.ts`);
    Deno.writeTextFileSync(each, text);
    await assertRejects(
      () => loadModulePlugin(each, { settings: {}, isCompiled: false }),
      `Cannot use the plugin "${each}": ${problem}`,
    );
    Deno.removeSync(each);
  }
  Deno.removeSync(path);
});
