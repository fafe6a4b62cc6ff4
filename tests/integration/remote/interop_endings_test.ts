/**
 * Jobs that end before their time, each end the original's or ours: canceled at the worker or where its
 * stream is read, and jobs that cannot be run.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import {
  type Chain,
  makeProject,
  NONE,
  outcome,
  put,
  ran,
  started,
  TESTED,
  WHY_NOT_LONG,
} from "../../testing/interop.ts";
import { processesWith, waitForNone } from "../../testing/leaks.ts";
import { cliCommand, waitFor } from "../../testing/scene.ts";
import { slack } from "../../testing/slack.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { type TestDir, withDir } from "../../testing/zips.ts";

const PLAY = "- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: {msg: begun}\n" +
  "    - name: long\n      command: sleep 600\n";

/** Says something all the time: an original notices at its next write that nobody reads. */
const TALKATIVE = "- hosts: all\n  gather_facts: false\n  tasks:\n    - command: sleep 0.2\n" +
  '      loop: "{{ range(3000) }}"\n';

/** A private data dir with both plays, and a marker in the environment of all that runs. */
class Scene implements AsyncDisposable {
  readonly dir: TestDir;
  readonly value = crypto.randomUUID();
  readonly env = { INTEROP_TEST: this.value };

  private constructor(dir: TestDir) {
    this.dir = dir;
  }

  static async make(): Promise<Scene> {
    const dir = await withDir();
    makeProject(`${dir.path}/sent`);
    await put(`${dir.path}/sent`, { "project/long.yml": PLAY, "project/talks.yml": TALKATIVE });
    return new Scene(dir);
  }

  async sent(transmit: readonly string[], playbook: string): Promise<Uint8Array<ArrayBuffer>> {
    const args = ["transmit", `${this.dir.path}/sent`, "-i", "x", "-p", playbook];
    const { code, stdout } = await ran(transmit, { args });
    assertEquals(code, 0);
    return stdout;
  }

  worker(worker: readonly string[], input: Uint8Array): Deno.ChildProcess {
    const args = ["worker", "--private-data-dir", `${this.dir.path}/work`, "--delete"];
    const child = started(worker, { args, env: this.env });
    feed(child, input);
    return child;
  }

  /** What `process` made of a worker's stream. */
  async processed(process: readonly string[], input: Uint8Array): Promise<Processed> {
    const back = `${this.dir.path}/back`;
    const { code } = await ran(process, { args: ["process", back, "-i", "x"], input });
    return { code, artifacts: `${back}/artifacts/x` };
  }

  /** Whether Ansible has come to its long task. */
  get isAsleep(): boolean {
    return processesWith(this.value).some(({ command }) => command === "sleep 600");
  }

  async assertGone(withinMs: number): Promise<void> {
    assertEquals(await waitForNone(this.value, withinMs * slack()), []);
  }

  killAll(): void {
    for (const { pid } of processesWith(this.value)) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It has just ended.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.killAll();
    await this.dir[Symbol.asyncDispose]();
  }
}

interface Processed {
  readonly code: number;
  readonly artifacts: string;
}

async function feed(child: Deno.ChildProcess, input: Uint8Array): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(input);
    await writer.close();
  } catch {
    // It ended before it had read all.
  }
}

/** What is the same however Ansible says that it was ended: all up to its long task. */
function upToLongTask(artifacts: string): Record<string, unknown> {
  const { events, stdout, ...rest } = outcome(artifacts) as {
    readonly events: readonly Record<string, unknown>[];
    readonly stdout: string;
  };
  const long = events.findIndex(({ task }) => task === "long");
  assert(long > 0);
  const begun = stdout.slice(0, stdout.indexOf("TASK [long]"));
  return { ...rest, begun, events: events.slice(0, long + 1) };
}

async function canceled(chain: Chain, signal: Deno.Signal): Promise<Record<string, unknown>> {
  await using scene = await Scene.make();
  const worker = scene.worker(chain.worker, await scene.sent(chain.transmit, "long.yml"));
  const output = worker.output();
  await waitFor(() => scene.isAsleep, "the long task");
  const begun = performance.now();
  worker.kill(signal);
  const { code, stdout } = await output;
  if (chain.worker[0] === cliCommand()[0]) {
    // What Receptor waits for.
    assert(performance.now() - begun < 8000 * slack());
    await scene.assertGone(1000);
  }
  const back = await scene.processed(chain.process, stdout);
  assertEquals(back.code, 0);
  return { code, ...upToLongTask(back.artifacts) };
}

/** The same job without streams. */
async function canceledRun(signal: Deno.Signal): Promise<Record<string, unknown>> {
  await using scene = await Scene.make();
  const args = ["run", `${scene.dir.path}/sent`, "-i", "x", "-p", "long.yml"];
  const child = started(cliCommand(), { args, env: scene.env });
  const output = child.output();
  await child.stdin.close();
  await waitFor(() => scene.isAsleep, "the long task");
  child.kill(signal);
  const { code } = await output;
  await scene.assertGone(1000);
  return { code, ...upToLongTask(`${scene.dir.path}/sent/artifacts/x`) };
}

const OURS = cliCommand();

/** All that are of interest, the original alone first. */
function chainsOf(original: string): Chain[] {
  const theirs = [original];
  return [
    { transmit: theirs, worker: theirs, process: theirs },
    { transmit: theirs, worker: OURS, process: theirs },
    { transmit: OURS, worker: theirs, process: OURS },
    { transmit: OURS, worker: OURS, process: OURS },
  ];
}

for (const original of TESTED) {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    testOrSkip(`${signal} to the worker: ${original} and ours`, WHY_NOT_LONG, async () => {
      const [alone, ...chains] = chainsOf(original);
      assert(alone !== undefined);
      const expected = await canceled(alone, signal);
      const { code, rc, status } = expected;
      assertEquals([code, rc, status], [254, "254", "canceled"]);
      for (const chain of chains) {
        assertEquals(await canceled(chain, signal), expected, JSON.stringify(chain));
      }
      assertEquals(await canceledRun(signal), expected, "a plain run");
    });
  }

  for (const [whose, worker] of [["the original", [original]], ["ours", OURS]] as const) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      testOrSkip(
        `${signal} to our process, the worker is ${whose}: ${original}`,
        WHY_NOT_LONG,
        () => endedByReader({ transmit: [original], worker, process: OURS }, signal),
      );
    }
  }

  testOrSkip(`a job that is cut: ${original} and ours`, WHY_NOT_LONG, async () => {
    for (const chain of chainsOf(original)) {
      await using scene = await Scene.make();
      const job = await scene.sent(chain.transmit, "long.yml");
      const worker = scene.worker(chain.worker, job.subarray(0, job.length - 100));
      const { code, stdout } = await worker.output();
      assertEquals(code, 0);
      const [line = "", end] = new TextDecoder().decode(stdout).split("\n");
      const { status, job_explanation } = JSON.parse(line);
      assertEquals([status, job_explanation, end], [
        "error",
        "Failed to extract private data directory on worker.",
        '{"eof": true}',
      ], JSON.stringify(chain));
      const back = await scene.processed(chain.process, stdout);
      // The original says by nothing that there was an error.
      assertEquals(back.code, chain.process === OURS ? 1 : 0);
      if (chain.process === OURS) {
        assertEquals(Deno.readTextFileSync(`${back.artifacts}/status`), "error");
      }
    }
  });
}

/**
 * A reader that is canceled keeps what came, and the job does not go on for nobody. An original worker
 * does not end: it waits for its terminal for ever.
 */
async function endedByReader(chain: Chain, signal: Deno.Signal): Promise<void> {
  await using scene = await Scene.make();
  const worker = scene.worker(chain.worker, await scene.sent(chain.transmit, "talks.yml"));
  const back = `${scene.dir.path}/back`;
  const reader = started(chain.process, { args: ["process", back, "-i", "x"] });
  const piped = worker.stdout.pipeTo(reader.stdin).catch(() => {});
  const shown = reader.stdout.getReader();
  for (let text = ""; !text.includes("(item=3)");) {
    const { value } = await shown.read();
    assert(value !== undefined, text);
    text += new TextDecoder().decode(value);
  }
  shown.releaseLock();
  reader.kill(signal);
  const { code } = await reader.output();
  assertEquals(code, 254);
  if (chain.worker !== OURS) scene.killAll();
  await piped;
  const ended = await worker.status;
  if (chain.worker === OURS) assertEquals(ended.code, 1);
  await scene.assertGone(1000);
  const events = Array.from(Deno.readDirSync(`${back}/artifacts/x/job_events`), ({ name }) => name);
  assert(events.length > 4);
  for (const name of events) {
    JSON.parse(Deno.readTextFileSync(`${back}/artifacts/x/job_events/${name}`));
  }
}

if (TESTED.length === 0) testOrSkip("jobs that end before their time", NONE, () => {});
