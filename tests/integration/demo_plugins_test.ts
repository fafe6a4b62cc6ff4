/**
 * demo/plugins: one of each kind, run as their first lines say.
 */
import { run, type SettingsMapping } from "../../mod.ts";
import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { libzmqPython, missingLibzmq } from "../testing/libzmq_peer.ts";
import { waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const DEMO = new URL("../../demo/plugins", import.meta.url).pathname;

function read(place: LibraryDir, name: string): string {
  return Deno.readTextFileSync(`${place.dir}/${name}`);
}

/** A run of one task that goes well and one that fails, and what was warned of. */
async function runDemo(
  place: LibraryDir,
  options: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const warnings: string[] = [];
  place.playbook("p.yml", "    - {name: ping, raw: pwd}\n    - {name: broken, fail: {msg: no}}\n");
  await run({
    ...place.base,
    playbook: "p.yml",
    ident: "a",
    log: (level, message) => void (level === "warning" && warnings.push(message)),
    ...options,
  });
  return warnings;
}

/** A receiver of demo/plugins in a program of its own. */
class DemoReceiver implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [program = "", ...args] = words;
    this.#child = new Deno.Command(program, { args, env, stdin: "null", stdout: "piped" }).spawn();
    this.#reading = this.#read();
  }

  /** Where it listens: the first line that it prints. */
  async where(): Promise<string> {
    await waitFor(() => this.lines.length > 0, "the receiver", 60_000);
    return this.lines.shift() ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#reading;
    await this.#child.status;
  }

  async #read(): Promise<void> {
    let text = "";
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split("\n");
      text = lines.pop() ?? "";
      this.lines.push(...lines);
    }
  }
}

testOrSkip("demo/plugins: each program and module is told of a run", missingAnsible(), async () => {
  await using place = new LibraryDir();
  const warnings = await runDemo(place, {
    plugins: ["notify.sh", "failures.py", "slowest_task.ts", "hosts.ts"].map((n) => `${DEMO}/${n}`),
    onFailure: `${DEMO}/on_failure.sh`,
    settings: { slowest_task_file: `${place.dir}/slowest` } as SettingsMapping,
  });
  assertEquals(warnings, []);
  assertEquals(
    read(place, "artifacts/a/notified").match(/"status": ?"\w+"/g)?.length,
    3,
    "starting, running, failed",
  );
  assertEquals(read(place, "artifacts/a/failures"), "here: broken\n");
  // Start and end of both tasks.
  assertEquals(JSON.parse(read(place, "artifacts/a/hosts.json")), { here: 4 });
  assertMatch(read(place, "slowest"), /^\{"task":"(ping|broken)","seconds":[\d.]+\}\n$/);
  assertEquals(read(place, "artifacts/a/mail"), "a: failed (2)\n");
  assertEquals(JSON.parse(read(place, "artifacts/a/summary.json")).failed_hosts, ["here"]);
});

const EVENTS = ["playbook_on_start", "runner_on_ok", "runner_on_failed", "playbook_on_stats"];

testOrSkip("demo/plugins: http_receiver.py takes what is signed", missingAnsible(), async () => {
  await using place = new LibraryDir();
  await using receiver = new DemoReceiver([`${DEMO}/http_receiver.py`, "0"], { SECRET: "horse" });
  const settings = { runner_http_url: `http://127.0.0.1:${await receiver.where()}/` };
  const refused = await runDemo(place, { settings: { ...settings, runner_http_secret: "cow" } });
  assertEquals([refused[0], receiver.lines], [
    "Cannot deliver to emitter http: HTTP 403 Forbidden",
    [],
  ]);
  const taken = { ident: "b", settings: { ...settings, runner_http_secret: "horse" } };
  assertEquals(await runDemo(place, taken), []);
  await waitFor(() => receiver.lines.at(-1) === "b/failed failed", "the last status");
  assertEquals(receiver.lines.slice(0, 2), ["b/starting starting", "b/running running"]);
  const told = receiver.lines.map((line) => line.split(" ")[1] ?? "");
  for (const event of EVENTS) assert(told.includes(event), event);
});

testOrSkip(
  "demo/plugins: zmq_receiver.py prints a run",
  missingAnsible() ?? missingLibzmq(),
  async () => {
    await using place = new LibraryDir();
    await using receiver = new DemoReceiver([
      libzmqPython(),
      `${DEMO}/zmq_receiver.py`,
      "tcp://127.0.0.1:*",
    ]);
    const settings = { runner_zmq_url: await receiver.where() };
    assertEquals(await runDemo(place, { settings }), []);
    await waitFor(() => receiver.lines.at(-1) === "failed", "the last status");
    assertEquals(receiver.lines.slice(0, 2), ["starting", "running"]);
    for (const event of EVENTS) assert(receiver.lines.includes(event), event);
  },
);

testOrSkip("demo/plugins: otel_receiver.py prints spans", missingAnsible(), async () => {
  await using place = new LibraryDir();
  await using receiver = new DemoReceiver([`${DEMO}/otel_receiver.py`, "0"]);
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.where()}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    assertEquals(await runDemo(place, {}), []);
  } finally {
    for (const name of Object.keys(env)) Deno.env.delete(name);
  }
  await waitFor(() => receiver.lines.some((line) => line.includes("ansible-playbook")), "the run");
  const spans = receiver.lines.map((line) => line.replace(/^ *\d+\.\d{3} s {2}/, ""));
  const failed = ["here FAILED", "broken FAILED", "all FAILED", "ansible-playbook p.yml FAILED"];
  assertEquals(spans, ["here", "ping", ...failed]);
});
