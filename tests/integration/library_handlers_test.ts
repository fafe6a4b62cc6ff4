// Handlers that hang, that throw when Ansible has ended already, and signals with reasons.
import {
  CallbackError,
  type CallOptions,
  ConfigError,
  type EndReason,
  getAnsibleConfigAsync,
  getInventoryAsync,
  getPluginDocsAsync,
  run,
  runAsync,
  runCommandAsync,
  type Runner,
  type RunOptions,
} from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { slack } from "../testing/slack.ts";

/** The reason that lies in a run's files. */
function writtenReason(runner: Runner): EndReason & { rc: number; status: string } {
  return JSON.parse(Deno.readTextFileSync(`${runner.config.artifactDir}/reason`));
}

const hang = (): Promise<never> => new Promise(() => {});

/** Handlers that hang, and the moment at which each begins. */
const HANGING: Record<string, (began: () => void) => Partial<CallOptions> & { binary?: string }> = {
  Event: (began) => ({ eventHandler: () => (began(), hang()) }),
  Status: (began) => ({
    statusHandler: ({ status }) => status === "running" ? (began(), hang()) : undefined,
  }),
  Artifact: (began) => ({ binary: "/bin/true", artifactsHandler: () => (began(), hang()) }),
  Finished: (began) => ({ binary: "/bin/true", finishedCallback: () => (began(), hang()) }),
};

for (const [name, hanging] of Object.entries(HANGING)) {
  Deno.test(`a hanging ${name} handler holds up a canceled run for a limited time`, async () => {
    await using data = new LibraryDir();
    const { promise: began, resolve } = Promise.withResolvers<void>();
    const { runner, done } = runAsync({
      ...data.fixture("forever"),
      ...hanging(resolve),
      handlerTimeout: 0.3,
    });
    await began;
    const start = performance.now();
    await runner.cancel("a test");
    assert(performance.now() - start < 2000 * slack());
    const error = await assertRejects(() => done, `Cannot wait for the ${name} handler`);
    assert(error instanceof CallbackError);
    assertEquals(error.code, "callback.stalled");
    const isAfterEnd = hanging(resolve).binary !== undefined;
    const status = isAfterEnd ? "failed" : "canceled";
    assertEquals([runner.status, runner.rc], [status, 254]);
    const { artifactDir } = runner.config;
    assertEquals(Deno.readTextFileSync(`${artifactDir}/status`), status);
    assertEquals(writtenReason(runner).reason, isAfterEnd ? "handler_failed" : "canceled");
  });
}

Deno.test("a job timeout and a kill signal end the waiting for a handler that hangs", async () => {
  await using data = new LibraryDir();
  const options = { ...data.fixture("forever"), eventHandler: hang };
  await assertRejects(
    () => run({ ...options, timeout: 0.3, handlerTimeout: 0.2 }),
    "Cannot wait for the Event handler",
  );
  const cancel = new AbortController();
  const { promise: began, resolve } = Promise.withResolvers<void>();
  const { runner, done } = runAsync({
    ...options,
    eventHandler: () => (resolve(), hang()),
    handlerTimeout: 600,
    signal: cancel.signal,
    killSignal: cancel.signal,
  });
  await began;
  cancel.abort();
  await assertRejects(() => done, "Cannot wait for the Event handler");
  assertEquals(runner.status, "canceled");
});

Deno.test("handlers are told by their signal that the run ends, and may throw its reason", async () => {
  await using data = new LibraryDir();
  const { promise: began, resolve } = Promise.withResolvers<void>();
  const { runner, done } = runAsync({
    ...data.fixture("forever"),
    handlerTimeout: 600,
    eventHandler: (_event, { signal }) => {
      resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        if (signal.aborted) reject(signal.reason);
      });
    },
  });
  await began;
  await runner.cancel();
  assertEquals((await done).status, "canceled");
});

/** Handlers that throw when the program has ended by itself. */
const LATE: Record<string, (error: Error) => Partial<CallOptions>> = {
  Event: (error) => ({
    eventHandler: async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      throw error;
    },
  }),
  Status: (error) => ({
    statusHandler: ({ status }) => status === "successful" ? Promise.reject(error) : undefined,
  }),
  Artifact: (error) => ({ artifactsHandler: () => Promise.reject(error) }),
  Finished: (error) => ({ finishedCallback: () => Promise.reject(error) }),
};

for (const [handler, options] of Object.entries(LATE)) {
  Deno.test(`a ${handler} handler that throws after the end of Ansible fails the run`, async () => {
    await using data = new LibraryDir();
    data.write("args", "/bin/sh -c 'echo done'");
    const { runner, done } = runAsync({
      ...data.base,
      ...options(new Error("late")),
    });
    await assertRejects(() => done, `Exception in ${handler} Callback: late`);
    assertEquals([runner.status, runner.rc, runner.errored], ["failed", 254, true]);
    assertEquals(runner.endReason, { reason: "handler_failed", handler });
    const { artifactDir } = runner.config;
    assertEquals(Deno.readTextFileSync(`${artifactDir}/rc`), "254");
    assertEquals(Deno.readTextFileSync(`${artifactDir}/status`), "failed");
    assertEquals(writtenReason(runner).reason, "handler_failed");
  });
}

Deno.test("the reason of a signal is text in endReason and the reason file, itself the cause", async () => {
  await using data = new LibraryDir();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  for (
    const [reason, by] of [
      [new Error("the user left"), "the user left"],
      [new DOMException("Signal timed out.", "TimeoutError"), "Signal timed out."],
      [circular, "[object Object]"],
      ["a name", "a name"],
    ] as const
  ) {
    const runner = await run({ ...data.fixture("forever"), signal: AbortSignal.abort(reason) });
    const { endReason } = runner;
    assert(endReason?.reason === "canceled");
    assertEquals(JSON.parse(JSON.stringify(endReason)), { reason: "canceled", by });
    assert(typeof reason === "string" || endReason.cause === reason);
    const written = writtenReason(runner);
    assertEquals(written.reason === "canceled" && written.by, by);
  }
});

Deno.test("cancel ends a run that waits for others to start", async () => {
  await using data = new LibraryDir();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  // Its status handler keeps it in the middle of its start.
  const first = runAsync({ ...data.fixture("forever"), statusHandler: () => held });
  while (first.runner.status !== "starting") await new Promise((next) => setTimeout(next, 5));
  const second = runAsync({ ...data.fixture("forever"), startLimit: 1 });
  await new Promise((next) => setTimeout(next, 100));
  assertEquals(second.runner.status, "unstarted");
  await second.runner.cancel();
  assertEquals((await second.done).status, "canceled");
  release();
  await first.runner.cancel();
});

Deno.test("a throwing showEarly ends the run as output does", async () => {
  await using data = new LibraryDir();
  data.write("args", "/bin/sh -c 'printf sec; sleep 60'");
  const { done } = runAsync({
    ...data.base,
    passwords: { "^never$": "secret-of-mine" },
    output: {
      open: () => () => {},
      showEarly: () => {
        throw new Error("early");
      },
    },
  });
  const error = await assertRejects(() => done, "Exception in Output Callback: early");
  assert(error instanceof CallbackError);
});

Deno.test("options are copied at the call; wrong ones come by done, also when nobody awaits it", async () => {
  await using data = new LibraryDir();
  data.write("args", "/bin/sh -c 'cat .run/extravars.json'");
  const extravars = { n: 0 };
  const jobs = [1, 2, 3].map((n) => {
    extravars.n = n;
    return runAsync({
      ...data.base,
      ident: `copy${n}`,
      module: "ping",
      extravars,
      statusHandler: ({ status }, config) => {
        if (status !== "starting") return;
        const [material] = config.materials;
        assertEquals(material?.text, JSON.stringify({ n }));
      },
    });
  });
  extravars.n = 4;
  for (const { done } of jobs) await done;
  const wrong = [
    runAsync({ ...data.base, timeout: NaN }),
    runAsync(undefined as unknown as RunOptions),
    runCommandAsync("", []),
    runCommandAsync("true", [], { ident: 5 as unknown as string }),
    getInventoryAsync("host", []),
    getPluginDocsAsync(["x"], { responseFormat: "yaml" as "json" }),
    getAnsibleConfigAsync("all" as "list"),
  ];
  // Nobody listens for a while.
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { done } of wrong) {
    const error = await done.then(() => undefined, (error: unknown) => error);
    assert(error instanceof ConfigError, String(error));
  }
});

Deno.test("leaving the block of an `await using` job cancels it", async () => {
  await using data = new LibraryDir();
  let left: Runner;
  {
    await using job = runAsync(data.fixture("forever"));
    left = job.runner;
    for await (const event of left.events) if (event.stdout === "started") break;
  }
  assertEquals([left.status, left.rc], ["canceled", 254]);
});
