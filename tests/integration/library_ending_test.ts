// How runs of the library end before their time: canceled in each way, and by handlers that throw.
import {
  CallbackError,
  type CallOptions,
  run,
  runAsync,
  type Runner,
  RunnerError,
  type RunOptions,
} from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { collect, LibraryDir, openBelow, pause } from "../testing/library_dir.ts";
import { slack } from "../testing/slack.ts";

/** A data dir with a playbook that would take a minute. */
function sleeper(): LibraryDir {
  const data = new LibraryDir();
  data.playbook("sleep.yml", "    - ansible.builtin.raw: sleep 60\n");
  return data;
}

/** Waits until the task of {@linkcode sleeper} runs. */
async function untilItSleeps(runner: Runner): Promise<void> {
  for await (const event of runner.events) if (event.event === "runner_on_start") return;
}

async function assertCanceled(runner: Runner, data: LibraryDir): Promise<void> {
  assertEquals([runner.status, runner.rc, runner.canceled], ["canceled", 254, true]);
  const { artifactDir } = runner.config;
  assertEquals(Deno.readTextFileSync(`${artifactDir}/status`), "canceled");
  assertEquals(Deno.readTextFileSync(`${artifactDir}/rc`), "254");
  await data.assertNothingRuns();
}

Deno.test("Runner.cancel ends all processes of a run and completes its artifacts", async () => {
  await using data = sleeper();
  const { runner, done } = runAsync({ ...data.base, playbook: "sleep.yml" });
  await untilItSleeps(runner);
  const start = performance.now();
  await runner.cancel("a test");
  assert(performance.now() - start < 4000 * slack());
  assertEquals(runner.endReason, { reason: "canceled", by: "a test" });
  await assertCanceled(await done, data);
});

Deno.test("an abort signal cancels a run, and no listener is left on it", async () => {
  await using data = sleeper();
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  const { runner, done } = runAsync({ ...data.base, playbook: "sleep.yml", signal });
  await untilItSleeps(runner);
  assert(listeners > 0);
  controller.abort();
  await assertCanceled(await done, data);
  assertEquals(listeners, 0);
});

Deno.test("a cancel callback cancels a run, sync or async, never asked twice at once", async () => {
  await using data = sleeper();
  for (const isAsync of [false, true]) {
    let running = false;
    let asking = 0;
    const options: RunOptions = {
      ...data.base,
      playbook: "sleep.yml",
      eventHandler: (event) => {
        running ||= event.event === "runner_on_start";
      },
      cancelCallback: isAsync
        ? async () => {
          assertEquals(++asking, 1);
          await pause(150);
          asking--;
          return running;
        }
        : () => running,
    };
    await assertCanceled(await run(options), data);
  }
});

Deno.test("a run whose signal is aborted before it starts never starts", async () => {
  await using data = new LibraryDir();
  const statuses: string[] = [];
  const runner = await run({
    ...data.fixture("forever"),
    signal: AbortSignal.abort(),
    statusHandler: ({ status }) => statuses.push(status),
  });
  assertEquals(statuses, ["starting", "canceled"]);
  assertEquals(await runner.stdout(), "");
  await assertCanceled(runner, data);
});

Deno.test("leaving the block of an `await using` run cancels it", async () => {
  await using data = new LibraryDir();
  let left: Runner;
  {
    await using runner = runAsync(data.fixture("forever")).runner;
    left = runner;
    for await (const event of runner.events) if (event.stdout === "started") break;
  }
  await assertCanceled(left, data);
});

/** Handlers that throw, each with what its error says. */
const THROWING: Record<string, [options: (error: Error) => Partial<CallOptions>, status: string]> =
  {
    Event: [(error) => ({
      eventHandler: () => {
        throw error;
      },
    }), "failed"],
    "Event ": [(error) => ({ eventHandler: () => Promise.reject(error) }), "failed"],
    Status: [(error) => ({
      statusHandler: ({ status }) => {
        if (status === "running") throw error;
      },
    }), "failed"],
    Cancel: [(error) => ({
      cancelCallback: () => {
        throw error;
      },
    }), "failed"],
  };

for (const [name, [options, status]] of Object.entries(THROWING)) {
  const handler = name.trim();
  const kind = name === handler ? "" : "asynchronous ";
  Deno.test(`a throwing ${kind}${handler} handler ends the run, then rejects it`, async () => {
    await using data = sleeper();
    const cause = new Error("thrown on purpose");
    const { runner, done } = runAsync({ ...data.base, playbook: "sleep.yml", ...options(cause) });
    const error = await assertRejects(
      () => done,
      `Exception in ${handler} Callback: thrown on purpose`,
    );
    assert(error instanceof CallbackError && error.cause === cause);
    assertEquals([runner.status, runner.rc, runner.errored], [status, 254, true]);
    assertEquals(runner.endReason, { reason: "handler_failed", handler });
    const { artifactDir } = runner.config;
    assertEquals(Deno.readTextFileSync(`${artifactDir}/status`), status);
    await collect(runner.events);
    await data.assertNothingRuns();
    assertEquals(openBelow(data.dir), []);
  });
}

Deno.test("throwing artifacts and finished handlers fail a run that ended well", async () => {
  await using data = new LibraryDir();
  for (const name of ["Artifact", "Finished"]) {
    const fail = (): never => {
      throw new Error("no");
    };
    const { runner, done } = runAsync({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: "3" }),
      ...(name === "Artifact" ? { artifactsHandler: fail } : { finishedCallback: fail }),
    });
    await assertRejects(() => done, `Exception in ${name} Callback: no`);
    assertEquals([runner.status, runner.rc], ["failed", 254]);
    assertEquals((await collect(runner.events)).length, 3);
  }
});

Deno.test("a status handler that throws at the start keeps the program from starting", async () => {
  await using data = new LibraryDir();
  const { runner, done } = runAsync({
    ...data.fixture("forever"),
    statusHandler: () => Promise.reject("plain text"),
  });
  await assertRejects(() => done, "Exception in Status Callback: plain text");
  assertEquals(await runner.stdout(), "");
});

Deno.test("checkJobEventData makes an event without data an error", async () => {
  await using data = new LibraryDir();
  const fixture = data.fixture("marker_without_body");
  const runner = await run(fixture);
  assertEquals([runner.status, (await collect(runner.events)).length], ["successful", 1]);
  const { runner: checked, done } = runAsync({ ...fixture, checkJobEventData: true });
  const error = await assertRejects(() => done, "Cannot find the data of event 1.1");
  assert(error instanceof RunnerError && error.code === "event_data_missing");
  assertEquals(checked.status, "failed");
});

Deno.test("timeouts end a run of the library", async () => {
  await using data = new LibraryDir();
  const runner = await run({ ...data.fixture("forever"), timeout: 0.5 });
  assertEquals([runner.status, runner.rc, runner.timedOut], ["timeout", 254, true]);
  assertEquals(runner.endReason, { reason: "job_timeout", seconds: 0.5 });
  const idle = await run({ ...data.fixture("forever"), settings: { idle_timeout: 0.3 } });
  assertEquals(idle.endReason, { reason: "idle_timeout", seconds: 0.3 });
});

const CANCELING: ((cancel: () => Promise<void>) => Partial<CallOptions>)[] = [
  (eventHandler) => ({ eventHandler }),
  (statusHandler) => ({ statusHandler }),
  (cancelCallback) => ({ cancelCallback }),
  (artifactsHandler) => ({ artifactsHandler }),
  (finishedCallback) => ({ finishedCallback }),
  (send) => ({ emitters: [{ name: "own", send }] }),
];

for (const optionsOf of CANCELING) {
  const [handler = ""] = Object.keys(optionsOf(() => Promise.resolve()));
  Deno.test(`await runner.cancel() in ${handler} does not wait for itself`, async () => {
    await using scene = new LibraryDir();
    let isThrough = false;
    const cancel = async (): Promise<void> => {
      await Promise.resolve();
      await runner.cancel("handler");
      isThrough = true;
    };
    const { runner, done } = runAsync({ ...scene.fixture("slow_lines"), ...optionsOf(cancel) });
    await done;
    assertEquals(isThrough, true);
    await runner.cancel();
  });
}

const fail = (): never => {
  throw new Error("no");
};

/** Code of the caller's besides handlers, and the options by which it throws. */
const GUARDED: [handler: string, title: string, options: Partial<CallOptions>][] = [
  ["Output", "output.open that throws", { output: { open: fail } }],
  ["Output", "output that throws", { output: { open: () => fail } }],
  ["Log", "log that throws", { log: fail }],
  ["Log", "log that rejects", { log: () => Promise.reject(new Error("no")) }],
];

for (const [handler, title, options] of GUARDED) {
  Deno.test(`${title} ends the run as a handler that throws does`, async () => {
    await using scene = new LibraryDir();
    const { runner, done } = runAsync({ ...scene.fixture("forever"), ...options });
    const error = await assertRejects(() => done, `Exception in ${handler} Callback: no`);
    assert(error instanceof CallbackError);
    assertEquals(error.handler, handler);
    assertEquals([runner.status, runner.rc, runner.errored], ["failed", 254, true]);
    assertEquals(runner.endReason, { reason: "handler_failed", handler });
    assertEquals(Deno.readTextFileSync(`${runner.config.artifactDir}/status`), "failed");
    await scene.assertNothingRuns();
  });
}
