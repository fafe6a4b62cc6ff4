/**
 * `run --node` and `runOnNodes`: over real `ssh` to a real sshd, and over a stand-in of Receptor. The
 * jobs are programs of ours in place of Ansible, the workers are real.
 */
import { type NodeResult, runOnNodes } from "../../../mod.ts";
import { exists } from "../../../src/internal/file_system.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../testing/assert.ts";
import { filesBelow, processesWith, waitForNone } from "../../testing/leaks.ts";
import { TestReceptor } from "../../testing/receptor.ts";
import { cliCommand, Scene, slack, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { makeKey, missingSshd, startSshd, type TestSshd } from "../../testing/sshd.ts";

/** A job, its worker's temporary directory, and programs that stand first in PATH. */
class Mesh implements AsyncDisposable {
  readonly scene = new Scene();
  readonly bin = `${this.scene.root}/bin`;
  readonly marker = `NODES_TEST=${crypto.randomUUID()}`;

  constructor(script: string) {
    Deno.mkdirSync(this.bin);
    this.scene.write("project/job", `#!/bin/sh\n${script}\n`);
    const [name = "", value = ""] = this.marker.split("=");
    this.program(
      "worker",
      `export TMPDIR='${this.scene.tmp}' ${name}=${value}\n` +
        `exec ${cliCommand().join(" ")} "$@"`,
    );
  }

  program(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.bin}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  receptor(): TestReceptor {
    const dir = `${this.scene.root}/receptor`;
    Deno.mkdirSync(dir);
    return new TestReceptor({ dir, command: [`${this.bin}/worker`, "worker"] });
  }

  async sshd(): Promise<TestSshd> {
    const dir = `${this.scene.root}/ssh`;
    Deno.mkdirSync(dir);
    makeKey(`${dir}/key`);
    const sshd = await startSshd(dir, [Deno.readTextFileSync(`${dir}/key.pub`)]);
    const hostKey = Deno.readTextFileSync(`${dir}/host_key.pub`);
    Deno.writeTextFileSync(`${dir}/known_hosts`, `[127.0.0.1]:${sshd.port} ${hostKey}`);
    const config = `Host box box2\n HostName 127.0.0.1\n Port ${sshd.port}\n` +
      ` IdentityFile ${dir}/key\n IdentitiesOnly yes\n UserKnownHostsFile ${dir}/known_hosts\n` +
      " GlobalKnownHostsFile /dev/null\n StrictHostKeyChecking yes\n" +
      // Nobody listens there.
      "Host closed\n HostName 127.0.0.1\n Port 1\n";
    Deno.writeTextFileSync(`${dir}/config`, config);
    this.program("ssh", `exec /usr/bin/ssh -F '${dir}/config' "$@"`);
    return sshd;
  }

  /** Name of a host that sshd answers for. */
  host(name: string): string {
    return `ssh://${name}${this.bin}/worker`;
  }

  /** A run of the command line; the job's exit code is the script's. */
  async run(nodes: readonly string[], more: readonly string[] = []): Promise<Ran> {
    const child = this.spawn(nodes, more);
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  spawn(nodes: readonly string[], more: readonly string[] = []): Deno.ChildProcess {
    const job = ["-b", "/bin/sh", "--cmdline", "job", "--node", nodes.join(","), ...more];
    return this.scene.spawn(["run", ".", "-i", "x", ...job], {
      env: { PATH: `${this.bin}:${Deno.env.get("PATH")}` },
    });
  }

  /** Nothing runs any more, no file of a worker or of ours is left. */
  async assertNothingLeft(): Promise<void> {
    assertEquals(await waitForNone(this.marker, 10_000 * slack()), []);
    await this.scene.assertNothingLeft();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of processesWith(this.marker)) Deno.kill(pid, "SIGKILL");
    await this.scene[Symbol.asyncDispose]();
  }
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

Deno.test("nodes of Receptor each run the job; its table, exit code and artifacts are here", async () => {
  await using mesh = new Mesh(
    'echo "on $RECEPTOR_NODE"; [ "$RECEPTOR_NODE" != control ] || exit 3',
  );
  await using receptor = mesh.receptor();
  const socket = ["--receptor-socket", receptor.socket];
  const { code, stdout, stderr } = await mesh.run(["exec1", "control"], socket);
  assertEquals(stderr, "");
  assertEquals(code, 3);
  const lines = stdout.replaceAll("\r", "").split("\n");
  assert(lines.includes("exec1: on exec1") && lines.includes("control: on control"), stdout);
  assertEquals(lines.slice(-4).map((line) => line.split(/ +/).join(" ")), [
    "NODE IDENT STATUS RC",
    "exec1 x-exec1 successful 0",
    "control x-control failed 3",
    "",
  ]);
  assertEquals(mesh.scene.artifact("x-exec1", "stdout"), "on exec1\r\n");
  assertEquals(mesh.scene.ending("x-control"), { rc: "3", status: "failed", reason: "exit" });
  assertEquals(receptor.units, [], "every unit is released");
  await mesh.assertNothingLeft();
});

Deno.test("results that are cut are read on where they were cut", async () => {
  await using mesh = new Mesh("echo one; echo two");
  await using receptor = mesh.receptor();
  receptor.cutResultsOnce = true;
  const { code, stdout } = await mesh.run(["exec1"], ["--receptor-socket", receptor.socket]);
  assertEquals(code, 0);
  assertMatch(stdout.replaceAll("\r", ""), /^one\ntwo\n\nNODE +IDENT +STATUS +RC\nexec1 +x +succ/);
  assertEquals(receptor.commands.filter((name) => name === "work results").length, 2);
});

Deno.test("a canceled run on a node of Receptor: the job ends there, its artifacts come, 254", async () => {
  await using mesh = new Mesh("echo begun; sleep 600");
  await using receptor = mesh.receptor();
  const child = mesh.spawn(["exec1"], ["--receptor-socket", receptor.socket]);
  const shown = child.stdout.getReader();
  assertMatch(new TextDecoder().decode((await shown.read()).value), /begun/);
  shown.releaseLock();
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  assertEquals(code, 254);
  assertMatch(new TextDecoder().decode(stdout), /exec1 +x +canceled +254/);
  assertEquals(mesh.scene.ending("x"), { rc: "254", status: "canceled", reason: "canceled" });
  assertEquals(receptor.units, []);
  assert(receptor.commands.includes("work cancel"));
  await mesh.assertNothingLeft();
});

Deno.test("a node that is canceled and says no more is not told as running", async () => {
  await using mesh = new Mesh("");
  const running = '{"status": "running", "runner_ident": "x"}';
  const event = '{"uuid": "u", "counter": 1, "stdout": "begun", "event": "verbose"}';
  const lines = `printf '%s\\n' '${running}' '${event}'`;
  mesh.program("ssh", `trap '' INT TERM; read -r _; ${lines}; exec sleep 30`);
  mesh.program("ended", "exec sleep 60");
  const child = mesh.spawn(["ssh://deaf"], ["--on-end", `${mesh.bin}/ended`]);
  const shown = child.stdout.getReader();
  assertMatch(new TextDecoder().decode((await shown.read()).value), /begun/);
  shown.releaseLock();
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill("SIGINT");
  const { code, stdout, stderr } = await child.output();
  assertEquals(code, 254);
  assertMatch(new TextDecoder().decode(stdout), /deaf +x +canceled +-/);
  assertEquals(mesh.scene.ending("x"), { rc: "254", status: "canceled", reason: "canceled" });
  assertMatch(new TextDecoder().decode(stderr), /Ended ended: still running at the second signal/);
});

Deno.test("without a socket, with an odd node, twice the same: one line each, nothing is run", async () => {
  await using mesh = new Mesh("echo hello");
  const gone = await mesh.run(["exec1"], ["--receptor-socket", "/nonexistent/sock"]);
  assertEquals(gone.code, 1);
  assertMatch(gone.stderr, /^error: Run on node "exec1" ended: Cannot reach Receptor at "\/nonex/);
  for (const nodes of [["a", "a"], ["ssh://-oProxyCommand=x"], ["a b"], [","]]) {
    const { code, stderr } = await mesh.run(nodes);
    assertEquals(code, 1);
    assertMatch(stderr, /^error: Cannot (use node "|run on nodes: none is named)/);
  }
});

Deno.test("programs of the end are told of each node, the metrics of one node are kept", async () => {
  await using mesh = new Mesh('[ "$RECEPTOR_NODE" != control ] || exit 3');
  await using receptor = mesh.receptor();
  const told = `${mesh.scene.root}/told`;
  // One write for each: the programs of two nodes run side by side.
  const note = (word: string): string =>
    `json=$(cat); printf '%s %s %s %s %s %s\\n' ${word} "$RUNNER_IDENT" "$RUNNER_STATUS" ` +
    `"$RUNNER_RC" "$RUNNER_REASON" "$json" >>${told}`;
  mesh.program("ended", note("end"));
  mesh.program("failed", note("failure"));
  const socket = ["--receptor-socket", receptor.socket];
  const ends = ["--on-end", `${mesh.bin}/ended`, "--on-failure", `${mesh.bin}/failed`];
  const linesOf = (): [words: string, summary: Record<string, unknown>][] => {
    const lines = Deno.readTextFileSync(told).trim().split("\n").sort();
    Deno.removeSync(told);
    return lines.map((line) => {
      const [words = "", json = ""] = line.split(/ (?=\{)/);
      return [words, JSON.parse(json)];
    });
  };
  assertEquals((await mesh.run(["exec1", "control"], [...socket, ...ends])).code, 3);
  const lines = linesOf();
  assertEquals(lines.map(([words]) => words), [
    "end x-control failed 3 exit",
    "end x-exec1 successful 0 exit",
    "failure x-control failed 3 exit",
  ]);
  assertEquals(lines.map(([, { reason, artifact_dir }]) => [reason, artifact_dir])[0], [
    { reason: "exit", code: 3 },
    `${mesh.scene.dir}/artifacts/x-control`,
  ]);
  const gone = await mesh.run(["exec1"], ["--receptor-socket", "/nonexistent/sock", ...ends]);
  assertEquals(gone.code, 1);
  assertEquals(linesOf().map(([words]) => words), [
    'end x error  Cannot reach Receptor at "/nonexistent/sock": No such file or directory',
    'failure x error  Cannot reach Receptor at "/nonexistent/sock": No such file or directory',
  ]);
  mesh.program("ssh", "read -r _; echo no route >&2; exit 255");
  await mesh.run(["ssh://gone"], ends.slice(0, 2));
  assertMatch(linesOf()[0]?.[0] ?? "", /^end x error {2}The worker sent no end: .*no route/);
  const hostile = '{"status": "error", "job_explanation": "a\\u0000b\\n"}';
  mesh.program("ssh", `read -r _; printf '%s\\n' '${hostile}' '{"eof": true}'`);
  await mesh.run(["ssh://odd"], ends.slice(0, 2));
  assertEquals(linesOf()[0]?.[0], "end x error  a\\u0000b\\n");
  const metrics = ["--metrics-file", `${mesh.scene.root}/m.prom`];
  assertEquals((await mesh.run(["exec1"], [...socket, ...metrics])).code, 0);
  const text = Deno.readTextFileSync(`${mesh.scene.root}/m.prom`);
  assertMatch(text, /^ansible_runner_run_status\{status="successful"\} 1$/m);
  const refused = await mesh.run(["exec1", "control"], [...socket, ...metrics]);
  assertEquals([refused.code, refused.stderr], [
    1,
    'error: Cannot use --metrics-file (option "metricsFile") for several nodes: a file has the metrics ' +
    "of one run\n",
  ]);
  const none = await mesh.run(["exec1"], [...socket, "--on-end", "/no/such"]);
  assertMatch(none.stderr, /^error: Cannot use --on-end: expected an executable program/);
  await mesh.assertNothingLeft();
});

const WHY_NOT = missingSshd();

const WHY_NOT_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1"
  ? WHY_NOT
  : "RUNNER_TEST_LONG=1 waits for it";

testOrSkip(
  "hosts over ssh; one without the program says so, and does not stop the others",
  WHY_NOT,
  async () => {
    await using mesh = new Mesh("echo hello");
    await using _sshd = await mesh.sshd();
    const { code, stdout, stderr } = await mesh.run([
      mesh.host("box"),
      "ssh://box2/no/such",
      "ssh://closed",
    ]);
    assertEquals(code, 1);
    const text = stdout.replaceAll("\r", "");
    assertMatch(text, /^box: hello$/m);
    assertMatch(text, /^ssh:\/\/box\S+ +x-box\S+ +successful +0$/m);
    assertMatch(text, /^ssh:\/\/box2\/no\/such +x-box2-no-such +error +-$/m);
    assertMatch(
      stderr,
      /^error: Run on node "ssh:\/\/box2\/no\/such" ended: The worker sent no end: .*not found$/m,
    );
    assertMatch(
      stderr,
      /^error: Run on node "ssh:\/\/closed" ended: The worker sent no end: .*refused/m,
    );
    await mesh.assertNothingLeft();
  },
);

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  testOrSkip(`${signal} to us ends the job that ssh started elsewhere`, WHY_NOT, async () => {
    await using mesh = new Mesh("echo begun; sleep 600");
    await using _sshd = await mesh.sshd();
    const child = mesh.spawn([mesh.host("box")]);
    const shown = child.stdout.getReader();
    assertMatch(new TextDecoder().decode((await shown.read()).value), /begun/);
    shown.releaseLock();
    assert(processesWith(mesh.marker).length > 0);
    child.kill(signal);
    const { code } = await child.output();
    assertEquals(code, signal === "SIGTERM" ? 254 : 137);
    if (signal === "SIGTERM") {
      assertEquals(mesh.scene.ending("x"), { rc: "254", status: "canceled", reason: "canceled" });
    }
    assertEquals(await waitForNone(mesh.marker, 20_000 * slack()), []);
    assertEquals(filesBelow(mesh.scene.tmp), [], "the worker's directory");
  });
}

const ORIGINAL = "/usr/bin/ansible-runner";

testOrSkip(
  "a canceled run on a host with the original: its artifacts come",
  WHY_NOT_LONG ?? (exists(ORIGINAL) ? undefined : "no original here"),
  async () => {
    await using mesh = new Mesh("echo begun; sleep 600");
    await using _sshd = await mesh.sshd();
    mesh.program(
      "worker",
      `export ${mesh.marker} TMPDIR='${mesh.scene.tmp}'; exec ${ORIGINAL} "$@"`,
    );
    const child = mesh.spawn([mesh.host("box")]);
    const shown = child.stdout.getReader();
    assertMatch(new TextDecoder().decode((await shown.read()).value), /begun/);
    shown.releaseLock();
    child.kill("SIGINT");
    const { code } = await child.output();
    assertEquals(code, 254);
    assertEquals([mesh.scene.artifact("x", "rc"), mesh.scene.artifact("x", "status")], [
      "254",
      "canceled",
    ]);
    await mesh.assertNothingLeft();
  },
);

testOrSkip("an ssh that never ends is ended", WHY_NOT_LONG, async () => {
  await using mesh = new Mesh("echo hello");
  mesh.program("ssh", `echo '{"eof": true}'; exec sleep 600`);
  const { stdout } = await mesh.run(["ssh://box"]);
  assertMatch(stdout, /ssh:\/\/box +x +unstarted/);
  await mesh.assertNothingLeft();
});

Deno.test("the library: handlers are told which node; one that throws ends the runs on all", async () => {
  await using mesh = new Mesh("echo begun; [ $RECEPTOR_NODE = exec1 ] || sleep 600");
  await using receptor = mesh.receptor();
  const options = {
    privateDataDir: mesh.scene.dir,
    ident: "lib",
    binary: "/bin/sh",
    cmdline: "job",
    nodes: ["exec1", "control"],
    receptorSocket: receptor.socket,
  };
  const seen: string[] = [];
  const stop = new AbortController();
  const note = (text: string): void => {
    seen.push(text);
    if (seen.includes("exec1 successful") && seen.includes("control begun")) stop.abort();
  };
  const results: NodeResult[] = await runOnNodes({
    ...options,
    signal: stop.signal,
    eventHandler: ({ stdout }, node) => note(`${node} ${stdout}`),
    statusHandler: ({ status }, node) => status === "successful" && note(`${node} ${status}`),
  });
  assertEquals(results.map(({ node, status, rc }) => [node, status, rc]), [
    ["exec1", "successful", 0],
    ["control", "canceled", 254],
  ]);
  assertEquals(seen.sort(), ["control begun", "exec1 begun", "exec1 successful"]);
  await assertRejects(
    () =>
      runOnNodes({
        ...options,
        eventHandler: (_, node) => {
          if (node === "control") throw new Error("mine");
        },
      }),
    "Exception in Event Callback: mine",
  );
  assertEquals(receptor.units, []);
  await waitFor(() => processesWith(mesh.marker).length === 0, "all workers ended");
});
