// Chapter 5 of the 1.4 manual, property by property, with the real Ansible.
import {
  type JobEvent,
  run,
  runAsync,
  Runner,
  RunnerError,
  type RunOptions,
  type Status,
} from "../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../testing/assert.ts";
import { collect, LibraryDir } from "../testing/library_dir.ts";

const TWO_TASKS = `    - name: first
      ansible.builtin.debug:
        msg: one
    - name: second
      ansible.builtin.raw: echo two
`;
const NAMES = [
  "playbook_on_start",
  "playbook_on_play_start",
  "playbook_on_task_start",
  "runner_on_start",
  "runner_on_ok",
  "playbook_on_task_start",
  "runner_on_start",
  "runner_on_ok",
  "playbook_on_stats",
];

/** A finished run of two tasks, made once for the tests that only look at it. */
async function withTwoTasks(
  use: (runner: Runner, data: LibraryDir) => Promise<void>,
): Promise<void> {
  await using data = new LibraryDir();
  data.playbook("two.yml", TWO_TASKS);
  await use(await run({ ...data.base, playbook: "two.yml", ident: "two" }), data);
}

Deno.test("a finished Runner tells rc, status, reason, events, stats, output of its run", async (t) => {
  await withTwoTasks(async (runner, data) => {
    await t.step("rc, status, endReason, config", () => {
      assertEquals([runner.rc, runner.status], [0, "successful"]);
      assertEquals(runner.endReason, { reason: "exit", code: 0 });
      assertEquals([runner.canceled, runner.timedOut, runner.errored], [false, false, false]);
      assertEquals(runner.ident, "two");
      assertEquals(runner.config.artifactDir, `${data.dir}/artifacts/two`);
    });
    await t.step("events, in counter order, as often as one likes", async () => {
      for (const _ of [1, 2]) {
        const events = await collect(runner.events);
        assertEquals(events.map((event) => event.event), NAMES);
        assertEquals(events.map((event) => event.counter), NAMES.map((_, index) => index + 1));
      }
    });
    await t.step("events are typed by their name", async () => {
      for await (const event of runner.events) {
        if (event.event !== "runner_on_ok") continue;
        const host: string = event.event_data.host;
        assertEquals(host, "here");
        assertEquals(event.event_data.res["changed"], event.event_data.task === "second");
      }
    });
    await t.step("hostEvents", async () => {
      const names = (await collect(runner.hostEvents("here"))).map((event) => event.event);
      assertEquals(names, NAMES.filter((name) => name.startsWith("runner_")));
      assertEquals(await collect(runner.hostEvents("her")), []);
    });
    await t.step("stats", () => {
      assertEquals(runner.stats, {
        skipped: {},
        ok: { here: 2 },
        dark: {},
        failures: {},
        ignored: {},
        rescued: {},
        processed: { here: 1 },
        changed: { here: 1 },
      });
    });
    await t.step("stdout as text and as a stream, stderr", async () => {
      const text = await runner.stdout();
      assertStringIncludes(text, "TASK [first]");
      assertEquals(await new Response(runner.stdoutStream()).text(), text);
      assertEquals(await runner.stderr(), "");
    });
    await t.step("cancel of an ended run changes nothing", async () => {
      await runner.cancel();
      assertEquals(runner.status, "successful");
    });
    await t.step("Runner.fromArtifacts tells the same", async () => {
      const past = await Runner.fromArtifacts(`${data.dir}/artifacts/two`);
      assertEquals([past.rc, past.status], [runner.rc, runner.status]);
      assertEquals(past.endReason, runner.endReason);
      assertEquals(past.stats, runner.stats);
      assertEquals(await collect(past.events), await collect(runner.events));
      assertEquals(await new Response(past.stdoutStream()).text(), await runner.stdout());
      assertEquals(past.config.argv, runner.config.argv);
      assertEquals(past.config.privateDataDir, data.dir);
    });
  });
});

Deno.test("runAsync gives a Runner that can be looked at while the run goes on", async () => {
  await using data = new LibraryDir();
  data.playbook("two.yml", TWO_TASKS);
  const { runner, done } = runAsync({ ...data.base, playbook: "two.yml" });
  assertEquals(runner.status, "unstarted");
  assertEquals(runner.rc, undefined);
  const seen: Status[] = [];
  const names: string[] = [];
  const output = new Response(runner.stdoutStream()).text();
  const second = collect(runner.events);
  for await (const event of runner.events) {
    if (seen.at(-1) !== runner.status) seen.push(runner.status);
    names.push(event.event);
  }
  assertEquals(names, NAMES);
  assertEquals((await second).map((event) => event.event), NAMES);
  assertEquals(seen[0], "running");
  assertEquals(await done, runner);
  assertEquals(runner.status, "successful");
  assertEquals(await output, await runner.stdout());
});

Deno.test("events come one by one, not at the end of the run", async () => {
  await using data = new LibraryDir();
  data.playbook("slow.yml", "    - ansible.builtin.raw: sleep 1.5\n");
  const { runner, done } = runAsync({ ...data.base, playbook: "slow.yml" });
  for await (const event of runner.events) {
    if (event.event !== "runner_on_start") continue;
    assertEquals(runner.status, "running");
    assertEquals(runner.rc, undefined);
    break;
  }
  assertEquals((await done).rc, 0);
});

Deno.test("an ad-hoc module runs as in the manual's second example", async () => {
  await using data = new LibraryDir();
  const runner = await run({
    ...data.base,
    hostPattern: "here",
    module: "shell",
    moduleArgs: "whoami",
  });
  assertEquals([runner.status, runner.rc], ["successful", 0]);
  assertStringIncludes(await runner.stdout(), "here | CHANGED | rc=0 >>");
  assertEquals(runner.stats?.ok, { here: 1 });
  const names = (await collect(runner.events)).map((event) => event.event);
  assertEquals(names.at(-1), "playbook_on_stats");
});

Deno.test("inputs given as data reach Ansible and are not left in env/", async () => {
  await using data = new LibraryDir();
  const runner = await run({
    privateDataDir: data.dir,
    envvars: { ...data.base.envvars, FROM_ENVVARS: "e1" },
    extravars: { from_extravars: { list: [1, "two", null] } },
    passwords: { "Never asked:": "secret-answer" },
    settings: { suppress_output_file: false, job_timeout: 60 },
    inventory: { all: { hosts: { one: { ansible_connection: "local" } } } },
    playbook: [{
      hosts: "one",
      gather_facts: false,
      tasks: [{
        debug: { msg: "{{ lookup('env', 'FROM_ENVVARS') }} {{ from_extravars.list[1] }}" },
      }],
    }],
    verbosity: 1,
  });
  assertEquals(runner.rc, 0);
  assertStringIncludes(await runner.stdout(), '"msg": "e1 two"');
  assertEquals(runner.config.settings.jobTimeoutMs, 60_000);
  const left = Array.from(Deno.readDirSync(data.dir), (entry) => entry.name).sort();
  assertEquals(left, ["artifacts", "inventory"]);
});

Deno.test("a role runs through a generated play", async () => {
  await using data = new LibraryDir();
  data.write("roles/greet/tasks/main.yml", "- debug: msg='hello {{ whom }}'\n");
  const runner = await run({
    ...data.base,
    role: "greet",
    roleVars: { whom: "world" },
    roleSkipFacts: true,
    hosts: "here",
  });
  assertEquals(runner.rc, 0);
  assertStringIncludes(await runner.stdout(), "hello world");
});

Deno.test("getFactCache gives what Ansible cached, setFactCache what it finds", async () => {
  await using data = new LibraryDir();
  data.playbook(
    "facts.yml",
    `    - ansible.builtin.set_fact:
        colour: "{{ ansible_facts['seeded'] | default('none') }}"
        cacheable: true
`,
  );
  const options = { ...data.base, playbook: "facts.yml", ident: "facts" };
  const first = await run(options);
  assertEquals((await first.getFactCache("here"))["colour"], "none");
  assertEquals(await first.getFactCache("nobody"), {});
  await first.setFactCache("here", { seeded: "blue" });
  const info = Deno.statSync(`${data.dir}/artifacts/facts/fact_cache/here`);
  assertEquals((info.mode ?? 0) & 0o777, 0o600);
  const second = await run(options);
  assertEquals((await second.getFactCache("here"))["colour"], "blue");
  await assertRejects(() => first.getFactCache("../rc"), "not a file name");
});

Deno.test("a fact cache of another type is refused", async () => {
  await using data = new LibraryDir();
  const runner = await run({ ...data.fixture("exit_137"), factCacheType: "yaml" });
  await assertRejects(() => runner.getFactCache("here"), "expected jsonfile");
  await assertRejects(() => runner.setFactCache("here", {}), "expected jsonfile");
});

Deno.test("handlers are called in order, each awaited before the next", async () => {
  await using data = new LibraryDir();
  data.playbook("two.yml", TWO_TASKS);
  const calls: string[] = [];
  let busy = false;
  const note = async (what: string): Promise<void> => {
    assert(!busy, `${what} was called while another handler was busy`);
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, 5));
    calls.push(what);
    busy = false;
  };
  const events: JobEvent[] = [];
  await run({
    ...data.base,
    playbook: "two.yml",
    statusHandler: (status, config) => {
      assertEquals(status.runner_ident, config.ident);
      if (status.status === "starting") assert(status.command?.[0] === "ansible-playbook");
      return note(status.status);
    },
    eventHandler: async (event) => {
      events.push(event);
      await note(String(event.counter));
    },
    artifactsHandler: (dir) => {
      assertEquals(Deno.readTextFileSync(`${dir}/status`), "successful");
      return note("artifacts");
    },
    finishedCallback: (runner) => {
      assertEquals(runner.rc, 0);
      return note("finished");
    },
  });
  const counters = NAMES.map((_, index) => String(index + 1));
  // The program runs while "running" is told: no event may come before it.
  assertEquals(calls, ["starting", "running", ...counters, "successful", "artifacts", "finished"]);
  assertEquals(events.map((event) => event.event), NAMES);
});

Deno.test("an event handler that returns exactly false keeps an event out of the artifacts", async () => {
  await using data = new LibraryDir();
  data.playbook("two.yml", TWO_TASKS);
  const runner = await run({
    ...data.base,
    playbook: "two.yml",
    eventHandler: async (event) => {
      await undefined;
      if (event.event === "runner_on_start") return false;
      return event.event === "runner_on_ok" ? undefined : null;
    },
  });
  const kept = NAMES.filter((name) => name !== "runner_on_start");
  assertEquals((await collect(runner.events)).map((event) => event.event), kept);
  assertEquals(runner.stats?.ok, { here: 2 });
});

Deno.test("wrong inputs reject the end of the run and its readers, and nothing was started", async () => {
  await using data = new LibraryDir();
  const { runner, done } = runAsync(
    // As a program without types may do.
    { ...data.base, module: "ping", playbook: "x.yml" } as unknown as RunOptions,
  );
  const error = await assertRejects(() => done, "Only one of playbook and module");
  assertEquals(error.name, "ConfigError");
  assertEquals(runner.status, "failed");
  await assertRejects(() => collect(runner.events), "Only one of playbook and module");
  let thrown: unknown;
  try {
    void runner.config;
  } catch (caught) {
    thrown = caught;
  }
  assert(thrown instanceof RunnerError);
  await runner.cancel();
});

Deno.test("debug and logfile count only where logging is not ignored", async () => {
  await using data = new LibraryDir();
  const logfile = `${data.dir}/run.log`;
  const options = { ...data.fixture("exit_137"), logfile, debug: true };
  await run(options);
  assert(!Array.from(Deno.readDirSync(data.dir), (entry) => entry.name).includes("run.log"));
  const written: string[] = [];
  const original = Deno.stderr.writeSync;
  Deno.stderr.writeSync = (bytes) => {
    written.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  try {
    await run({ ...options, ignoreLogging: false });
  } finally {
    Deno.stderr.writeSync = original;
  }
  assertMatch(
    Deno.readTextFileSync(logfile),
    /^\d{4}-\d\d-\d\d [\d:]{8},\d{3}: command: .*exit_137/m,
  );
  assertMatch(written.join(""), /^debug: command: .*exit_137/m);
  const wrong = { ...options, ignoreLogging: false, logfile: "/nosuch/dir/log" };
  await assertRejects(() => run(wrong), 'Cannot write log file "/nosuch/dir/log"');
});

Deno.test("only what is given as output is shown, and not when it is suppressed", async () => {
  await using data = new LibraryDir();
  for (const suppressAnsibleOutput of [false, true]) {
    const shown: Uint8Array[] = [];
    const runner = await run({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: "2" }),
      suppressAnsibleOutput,
      output: { open: () => (bytes) => void shown.push(bytes) },
    });
    const text = await new Blob(shown as BlobPart[]).text();
    assertEquals(text, suppressAnsibleOutput ? "" : await runner.stdout());
  }
});
