import { assertEquals } from "../../testing/assert.ts";
import { Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { makeKey, missingSshd } from "../../testing/sshd.ts";

testOrSkip(
  "the agent and the launcher leave no core, the job has the limit it was given",
  missingSshd() ?? whyNoCores(),
  async () => {
    await using scene = new Scene();
    scene.write("env/ssh_key", makeKey(`${scene.root}/key`));
    const job = `${scene.root}/job`;
    const show = (name: string, pid: string): string =>
      `awk '/^Max core file size/ { print "${name}", $5 }' /proc/${pid}/limits\n`;
    // The launcher lowers its own limit once the program is started.
    const text = "#!/bin/sh\nsleep 0.3\n" + show("job", "self") + show("launcher", "$PPID") +
      show("agent", "$SSH_AGENT_PID");
    Deno.writeTextFileSync(job, text, { mode: 0o755 });
    const before = ["sh", "-c", 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', "sh"];
    const { stdout } = await scene.ok(["run", ".", "-i", "a", "-b", job], { before });
    const [own = "", ...others] = stdout.trim().split("\r\n");
    assertEquals([/^job (unlimited|[1-9]\d*)$/.test(own), ...others], [
      true,
      "launcher 0",
      "agent 0",
    ]);
    await scene.assertNothingLeft();
  },
);

/** Where the hard limit is 0 nobody leaves one. */
function whyNoCores(): string | undefined {
  const [, hard] = /^Max core file size +\S+ +(\S+)/m
    .exec(Deno.readTextFileSync("/proc/self/limits")) ?? [];
  return hard === "0" ? "no process may leave a core here" : undefined;
}
