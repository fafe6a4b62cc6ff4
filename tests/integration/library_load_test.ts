// Many runs at once, many events, slow handlers: nothing shared, nothing mixed, memory flat.
import { type JobEvent, run, runAsync, type Runner } from "../../mod.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { collect, LibraryDir, openDescriptors } from "../testing/library_dir.ts";
import { waitForNone } from "../testing/leaks.ts";

const EVENTS = "8";

/** Runs many fakes at once and checks that each has its own events and nobody else's. */
async function runMany(data: LibraryDir, count: number): Promise<void> {
  const handled = new Map<string, JobEvent[]>();
  const runs = Array.from({ length: count }, (_, index) => {
    const ident = `run-${index}`;
    const events: JobEvent[] = [];
    handled.set(ident, events);
    return runAsync({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: EVENTS }),
      ident,
      eventHandler: (event) => void events.push(event),
    });
  });
  const live = runs.map(({ runner }) => collect(runner.events));
  const runners = await Promise.all(runs.map(({ done }) => done));
  for (const [index, runner] of runners.entries()) {
    assertEquals([runner.ident, runner.status, runner.rc], [`run-${index}`, "successful", 0]);
    const events = handled.get(runner.ident) ?? [];
    assertEquals(events.length, Number(EVENTS));
    assert(events.every((event) => event.runner_ident === runner.ident));
    assertEquals(new Set(events.map((event) => event.pid)).size, 1);
    assertEquals(await live[index], events);
  }
  const pids = runners.map((runner) => handled.get(runner.ident)?.[0]?.pid);
  assertEquals(new Set(pids).size, count);
}

Deno.test("100 runs at once share nothing and leave no descriptor and no signal handler", async () => {
  await using data = new LibraryDir();
  const add = Deno.addSignalListener;
  let listeners = 0;
  Deno.addSignalListener = () => void listeners++;
  try {
    await run(data.fixture("fake_ansible_events"));
    const before = openDescriptors();
    await runMany(data, 100);
    assertEquals(openDescriptors(), before);
    assertEquals(listeners, 0);
  } finally {
    Deno.addSignalListener = add;
  }
});

Deno.test("runs that begin together are in the working directories of their calls", async () => {
  await using data = new LibraryDir();
  const before = Deno.cwd();
  const dirs = ["a", "b", "c"].map((name) => `${data.dir}/${name}`);
  try {
    const runs = dirs.map((dir) => {
      Deno.mkdirSync(dir);
      Deno.chdir(dir);
      return run({
        privateDataDir: "private",
        binary: "/bin/true",
        metricsFile: "metrics",
        quiet: true,
      });
    });
    Deno.chdir(data.dir);
    const places = (await Promise.all(runs)).map(({ config }) => config.privateDataDir);
    assertEquals(places, dirs.map((dir) => `${dir}/private`));
    for (const dir of dirs) assert(Deno.statSync(`${dir}/metrics`).size > 0);
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("runs that find no free descriptor wait until there is one", async () => {
  await using data = new LibraryDir();
  const program = `
    import { run } from "${new URL("../../mod.ts", import.meta.url)}";
    const options = JSON.parse(Deno.args[0]);
    const runs = Array.from({ length: 60 }, () => run(options));
    const done = await Promise.all(runs);
    console.log(done.filter((runner) => runner.rc === 0).length);
  `;
  data.write("many.ts", program);
  const options = data.fixture("fake_ansible_events", { FAKE_EVENTS: EVENTS });
  const command = 'ulimit -n 128; exec "$0" run -A --no-lock --no-check "$@"';
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", command, Deno.execPath(), `${data.dir}/many.ts`, JSON.stringify(options)],
  }).output();
  const text = new TextDecoder();
  assertEquals([text.decode(stderr), code], ["", 0]);
  assertEquals(text.decode(stdout), "60\n");
});

/** Runs the real Ansible many times at once. */
async function runManyReal(count: number): Promise<void> {
  await using data = new LibraryDir();
  Deno.mkdirSync(`${data.dir}/project`);
  const before = openDescriptors();
  const runs = Array.from({ length: count }, (_, index) =>
    run({
      ...data.base,
      ident: `real-${index}`,
      extravars: { number: index },
      playbook: { hosts: "all", gather_facts: false, tasks: [{ debug: { var: "number" } }] },
    }));
  const check = async (runner: Runner, index: number): Promise<void> => {
    assertEquals([runner.ident, runner.rc], [`real-${index}`, 0]);
    const [ok] = (await collect(runner.hostEvents("here")))
      .filter((event) => event.event === "runner_on_ok");
    assert(ok?.event === "runner_on_ok");
    assertEquals(ok.event_data.res["number"], index);
  };
  await Promise.all((await Promise.all(runs)).map(check));
  assertEquals(openDescriptors(), before);
  assertEquals(Array.from(Deno.readDirSync(`${data.dir}/project`)), []);
}

Deno.test("4 runs of the real Ansible at once keep apart", () => runManyReal(4));

Deno.test({
  name: "100 runs of the real Ansible at once keep apart",
  ignore: Deno.env.get("RUNNER_TEST_LONG") !== "1",
  fn: () => runManyReal(100),
});

/** Bytes in the files without a name that we hold open, whose name began like this. */
function sizeOfNameless(start: string): number {
  return Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => `/proc/self/fd/${name}`)
    .filter((fd) => {
      try {
        const target = Deno.readLinkSync(fd);
        return target.startsWith(start) && target.endsWith("(deleted)");
      } catch {
        return false;
      }
    }).reduce((sum, fd) => sum + Deno.statSync(fd).size, 0);
}

Deno.test("a slow handler holds up the handling, not the program, and memory stays bounded", async () => {
  await using data = new LibraryDir();
  const count = 60_000;
  // About 16 MB on the terminal and 90 MB of bodies, all while the first event is handled.
  const options = data.fixture("fake_ansible_events", { FAKE_EVENTS: String(count) });
  const rss = () => Deno.memoryUsage().rss;
  const before = rss();
  let waiting = 0;
  let counter = 0;
  const { done } = runAsync({
    ...options,
    ident: "slow",
    eventHandler: async (event) => {
      assertEquals(event.counter, ++counter);
      if (counter === 1) {
        assertEquals(await waitForNone(`${options.binary}`, 30_000), []);
        const scratch = `${data.dir}/artifacts/slow/.run`;
        assert(Deno.statSync(`${scratch}/spool`).size > 50 << 20);
        assert(sizeOfNameless(`${scratch}/backlog`) > 0);
        waiting = rss() - before;
      }
      await undefined;
      return false;
    },
  });
  const runner = await done;
  assertEquals([counter, runner.rc], [count, 0]);
  assert(waiting < 70 << 20, `memory grew by ${waiting >> 20} MB`);
});

Deno.test("a reader of many events keeps memory flat, with a file each and with a journal", async () => {
  await using data = new LibraryDir();
  for (const [event_store, count] of [["files", 1000], ["jsonl", 30_000]] as const) {
    const { runner } = runAsync({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: String(count) }),
      settings: { event_store },
    });
    let peak = 0;
    let counter = 0;
    const before = Deno.memoryUsage().rss;
    for await (const event of runner.events) {
      assertEquals(event.counter, ++counter);
      if (counter % 1000 === 0) peak = Math.max(peak, Deno.memoryUsage().rss - before);
    }
    assertEquals(counter, count);
    assert(peak < 60 << 20, `memory grew by ${peak >> 20} MB`);
  }
});
