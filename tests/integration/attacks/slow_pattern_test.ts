import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { Scene, slack } from "../../testing/scene.ts";

const PATTERN = "^(a+)+[$]";

/** Shows what such a pattern nearly matches, and goes on. */
const PROGRAM = `#!/bin/sh
echo before; printf '%060d!' 0 | tr 0 a; sleep 0.3; echo; echo after; exec sleep 60
`;

async function attack(
  use: (scene: Scene, args: string[]) => Promise<void>,
): Promise<void> {
  await using scene = new Scene();
  scene.write("env/passwords", JSON.stringify({ [PATTERN]: "answer" }));
  Deno.writeTextFileSync(`${scene.root}/program`, PROGRAM, { mode: 0o755 });
  await use(scene, ["run", ".", "-b", `${scene.root}/program`, "-i", "a"]);
  await scene.assertNothingLeft();
}

Deno.test("a pattern of passwords that never comes to an end ends the run, and is named", async () => {
  await attack(async (scene, args) => {
    const { code, ms } = await scene.cli(args);
    assertEquals(code, 254);
    assert(ms < 20_000 * slack(), `${ms} ms`);
    const reason = JSON.parse(scene.artifact("a", "reason") ?? "");
    assertEquals(reason, {
      reason: "pattern_too_slow",
      pattern: PATTERN,
      rc: 254,
      status: "failed",
    });
    assertStringIncludes(scene.artifact("a", "stdout") ?? "", `before\r\n${"a".repeat(60)}!`);
    const { stdout } = await scene.cli(["status", "."]);
    assertStringIncludes(stdout, PATTERN);
  });
});

Deno.test("TERM reaches a run whose pattern takes long", async () => {
  await attack(async (scene, args) => {
    const child = scene.spawn(args);
    await scene.waitForOutput("a", "before");
    child.kill("SIGTERM");
    const start = performance.now();
    const { success } = await child.output();
    assertEquals(success, false);
    assert(performance.now() - start < 10_000 * slack());
  });
});
