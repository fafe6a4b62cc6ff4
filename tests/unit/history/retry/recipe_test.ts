/**
 * What is kept of a run to run it again.
 */
import { forgetOldest, recipeOf, relativePaths } from "../../../../src/history/retry/recipe.ts";
import type { RunConfig } from "../../../../src/config/run_config.ts";
import { Redactor } from "../../../../src/internal/redact.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { usingDir } from "../../../testing/runs.ts";

const MADE = {
  config: { ident: "a", mode: "playbook", isolation: undefined } as unknown as RunConfig,
  redactor: new Redactor(["hunter2!"]),
  cwd: "/where/it/was/called",
};

Deno.test("options are kept, what may be secret is only named", () => {
  const recipe = recipeOf({
    privateDataDir: "p",
    playbook: "site.yml",
    tags: ["a"],
    check: true,
    quiet: true,
    processIsolation: true,
    moduleArgs: "password=hunter2!",
    extravarsWords: ["token=x"],
    inventory: { all: { vars: { password: "x" } } },
    credentials: { ssh: "x" },
    envvars: {},
  }, MADE);
  assertEquals(recipe.options, { playbook: "site.yml", tags: ["a"], check: true });
  assertEquals([...recipe.omitted].sort(), [
    "credentials",
    "extravarsWords",
    "inventory",
    "moduleArgs",
  ]);
  assertEquals(recipe.cwd, "/where/it/was/called");
});

Deno.test("relative paths are known", () => {
  const options = { inventory: "hosts", projectDir: "/p", binary: "ansible", rolesPath: "r" };
  const recipe = recipeOf({ privateDataDir: "p", ...options }, MADE);
  assertEquals(relativePaths(recipe), ["rolesPath", "inventory"]);
  assertEquals(relativePaths(recipeOf({ privateDataDir: "p", inventory: "a,b," }, MADE)), []);
});

Deno.test("the oldest recipes go a hundred at a time, when that many are too many", async () => {
  await usingDir((dir) => {
    for (let age = 0; age < 1100; age++) {
      const path = `${dir}/recipe-${age}`;
      Deno.writeTextFileSync(path, "");
      Deno.utimeSync(path, 2_000_000_000 - age, 2_000_000_000 - age);
    }
    forgetOldest(dir);
    assertEquals([...Deno.readDirSync(dir)].length, 1100);
    Deno.writeTextFileSync(`${dir}/recipe-new`, "");
    Deno.utimeSync(`${dir}/recipe-new`, 2_000_000_001, 2_000_000_001);
    forgetOldest(dir);
    const left = new Set(Array.from(Deno.readDirSync(dir), ({ name }) => name));
    assertEquals([
      left.size,
      left.has("recipe-new"),
      left.has("recipe-998"),
      left.has("recipe-999"),
    ], [
      1000,
      true,
      true,
      false,
    ]);
    return Promise.resolve();
  });
});
