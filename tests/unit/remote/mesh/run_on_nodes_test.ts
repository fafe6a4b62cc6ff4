import { runOnNodes } from "../../../../src/remote/mesh/run_on_nodes.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

Deno.test("a node that cannot be reached is a result that says what helps", async () => {
  await using dir = await withDir();
  const results = await runOnNodes({
    privateDataDir: dir.path,
    playbook: "none.yml",
    nodes: ["exec1"],
    receptorSocket: `${dir.path}/none`,
  });
  assertEquals(results.map(({ status, hint }) => [status, hint]), [
    ["error", "Name its control socket with --receptor-socket or RECEPTORCTL_SOCKET"],
  ]);
});
