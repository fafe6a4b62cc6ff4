/**
 * demo/mesh with a real Receptor, which RECEPTOR names; without one it is only looked at.
 */
import { assertEquals, assertMatch } from "../../testing/assert.ts";
import { cliCommand } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { withDir } from "../../testing/zips.ts";

const MESH = new URL("../../../demo/mesh/mesh.sh", import.meta.url).pathname;

const RECEPTOR = Deno.env.get("RECEPTOR");

async function sh(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [...args],
    env,
    stdin: "null",
  })
    .output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  return decoder.decode(stdout);
}

Deno.test("demo/mesh: the script is one that sh can read", async () => {
  assertEquals(await sh(["-n", MESH]), "");
});

testOrSkip(
  "demo/mesh: one job and ten through two nodes",
  RECEPTOR === undefined ? "RECEPTOR names no receptor" : undefined,
  async () => {
    await using dir = await withDir();
    const runner = `${dir.path}/ansible-runner`;
    const text = `#!/bin/sh\nexec ${cliCommand().join(" ")} "$@"\n`;
    Deno.writeTextFileSync(runner, text, { mode: 0o755 });
    const env = { RECEPTOR: RECEPTOR ?? "", RUNNER: runner };
    assertMatch(await sh([MESH], env), /^exec1 +one +successful +0$/m);
    assertEquals((await sh([MESH, "10"], env)).match(/^job\d+ +successful/gm)?.length, 10);
  },
);
