/**
 * A file of metrics, and lines for syslog, of real runs.
 */
import { createSocket } from "node:dgram";
import { run } from "../../mod.ts";
import { MetricsFile } from "../../src/emitters/monitoring/metrics_file.ts";
import { SyslogEmitter } from "../../src/emitters/monitoring/syslog_emitter.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { LibraryDir, pause } from "../testing/library_dir.ts";
import { waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const NEVER = new AbortController().signal;

testOrSkip("metrics of a run are whole at its end", missingAnsible(), async () => {
  await using place = new LibraryDir();
  place.playbook("p.yml", "    - {name: ping, raw: pwd}\n    - {name: broken, fail: {msg: no}}\n");
  const metricsFile = `${place.dir}/runner.prom`;
  await run({ ...place.base, playbook: "p.yml", ident: 'a"b', metricsFile });
  const lines = Deno.readTextFileSync(metricsFile).split("\n");
  for (
    const line of [
      'ansible_runner_run_info{ident="a\\"b"} 1',
      'ansible_runner_run_status{status="failed"} 1',
      'ansible_runner_run_status{status="running"} 0',
      'ansible_runner_run_events{event="runner_on_failed"} 1',
      'ansible_runner_run_hosts{state="failed"} 1',
      'ansible_runner_run_hosts{state="unreachable"} 0',
    ]
  ) assert(lines.includes(line), line);
  assertMatch(lines.join("\n"), /^ansible_runner_run_duration_seconds [\d.]+$/m);
  for (const line of lines) {
    assertMatch(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="(?:[^"\\]|\\.)*"\})? [\d.e+-]+|)$/);
  }
  assertEquals((Deno.statSync(metricsFile).mode ?? 0) & 0o777, 0o644);
  assertEquals([...Deno.readDirSync(place.dir)].filter(({ name }) => name.endsWith(".new")), []);
});

Deno.test("MetricsFile writes again and again while a run goes on, and says once that it cannot", async () => {
  const dir = Deno.makeTempDirSync();
  const warnings: string[] = [];
  const options = {
    path: `${dir}/m`,
    ident: "a",
    everyMs: 20,
    warn: (text: string) => void warnings.push(text),
  };
  let waiting = 3;
  const file = new MetricsFile({ ...options, waiting: () => [["http", waiting]] });
  await file.send({ kind: "status", json: '{"status":"running"}', id: "a/running" });
  const read = () => Deno.readTextFileSync(`${dir}/m`);
  assertMatch(read(), /emitter_waiting_messages\{emitter="http"\} 3/);
  waiting = 5;
  await file.send({
    kind: "event",
    json: '{"stdout": "\\"event\\": \\"x\\"", "event": "verbose"}',
    id: "a/1",
  });
  const said = /run_events\{event="verbose"\} 1\n[^]*\{emitter="http"\} 5/;
  await waitFor(() => said.test(read()), "what is new");
  Deno.removeSync(dir, { recursive: true });
  await waitFor(() => warnings.length > 0, "a warning");
  await pause(80);
  file.close();
  assertEquals(warnings.length, 1);
});

const NO_LOGGER = findProgram("logger", Deno.env.get("PATH") ?? "") === undefined
  ? "no logger (util-linux)"
  : undefined;

testOrSkip("syslog hears of start, failures and end by UDP", NO_LOGGER, async () => {
  const received: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (bytes) => void received.push(String(bytes)));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  await using place = new LibraryDir();
  const syslogServer = `127.0.0.1:${socket.address().port}`;
  await run({ ...place.base, binary: "/bin/false", ident: "a", syslogServer });
  for (let turn = 0; turn < 1000 && received.length < 2; turn++) await pause(20);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  assertEquals(received.length, 2);
  // RFC 5424: <PRI>1 TIME HOST APP PROCID MSGID SD MSG
  const form = /^<(\d+)>1 \d{4}-\d\d-\d\dT\S+ \S+ ansible-runner \d+ - (?:-|\[.*\]) (.*)$/;
  assertEquals(received.map((text) => form.exec(text.trimEnd())?.slice(1)), [
    ["30", "run a: starting"],
    ["27", "run a: failed"],
  ]);
});

/** Prints what comes at a socket as /dev/log is one. */
const DEV_LOG = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
while True: print(s.recv(4096).decode(), flush=True)
`;

testOrSkip(
  "syslog hears of start, failures and end by a socket as /dev/log is",
  NO_LOGGER,
  async () => {
    const dir = Deno.makeTempDirSync();
    const child = new Deno.Command("python3", {
      args: ["-c", DEV_LOG, `${dir}/log`],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    let text = "";
    const reading = (async () => {
      for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) text += part;
    })();
    await waitFor(() => text.includes("ready"), "the socket", 60_000);
    const warnings: string[] = [];
    const warn = (line: string): void => void warnings.push(line);
    const emitter = new SyslogEmitter({ socket: `${dir}/log`, warn });
    const failed = '{"event": "runner_on_failed", "event_data": {"host": "h", "task": "t"}}';
    for (const json of ['{"status": "starting"}', failed, '{"status": "failed"}']) {
      const kind = json.startsWith('{"status') ? "status" : "event";
      await emitter.send({ kind, json, id: "a/1" }, NEVER);
    }
    await emitter.close();
    await waitFor(() => text.includes("run ?: failed"), "the end", 60_000);
    child.kill("SIGKILL");
    await reading;
    await child.status;
    Deno.removeSync(dir, { recursive: true });
    const said = text.trimEnd().split("\n").slice(1).map((line) =>
      line.replace(/^.* ansible-runner /, "")
    );
    assertEquals(said.map((line) => line.replace(/^\d+ - (-|\[.*\]) /, "")), [
      "run ?: starting",
      "run ?: h failed: t",
      "run ?: failed",
    ]);
    assertEquals(warnings, []);
  },
);

testOrSkip(
  "syslog says when nobody listens, and escapes what a job prints",
  NO_LOGGER,
  async () => {
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const emitter = new SyslogEmitter({ socket: "/nowhere/log", warn });
    await emitter.send({
      kind: "status",
      json: '{"status": "failed", "runner_ident": "a"}',
      id: "a/failed",
    }, NEVER)
      .catch(() => {});
    await emitter.close();
    assert(warnings.length > 0);
    await using place = new LibraryDir();
    await assertRejects(
      () => run({ ...place.base, binary: "/bin/true", syslogServer: "a b" }),
      'Cannot use --syslog-server: expected HOST or HOST:PORT, got "a b"',
    );
  },
);
