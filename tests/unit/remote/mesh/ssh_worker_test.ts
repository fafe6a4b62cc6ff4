/**
 * How a worker is started over ssh.
 */
import { sshArguments } from "../../../../src/remote/mesh/ssh_worker.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("ssh asks nobody, waits for no silent host, and takes no name as an option", () => {
  const node = { target: "root@web1", port: "2222", program: "ansible-runner" };
  assertEquals(sshArguments(node).slice(0, -1), [
    "-T",
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=30"],
    ...["-p", "2222", "--", "root@web1"],
  ]);
  const { length } = sshArguments({ ...node, port: undefined });
  assertEquals(length, sshArguments(node).length - 2);
});
