/**
 * What a run costs on any machine, loaded or not: modules, calls and wake-ups, not seconds.
 */
import { runModules } from "../../scripts/run_modules.ts";
import { stageSources } from "../../scripts/release/stage.ts";
import { PARTS } from "../../src/cli/parts.ts";
import { exists } from "../../src/internal/file_system.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { FailingCalls, whyNoFailingCalls } from "../testing/failing_call.ts";
import { BIN } from "../testing/scene.ts";
import { findCompileTools } from "../testing/compiled.ts";
import { TestPlace } from "../testing/data_dir.ts";
import { loadedScripts } from "../testing/loaded_scripts.ts";
import { moduleGraph } from "../testing/module_graph.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Most modules of ours that a plain run may load; each costs 0.1 to 0.2 ms. */
const MOST_MODULES = 160;

/** Most files of the bundle that it may load: what is compiled. */
const MOST_FILES = 65;

/** Most files that Deno reads before a run from source: those of literal dynamic imports too. */
const MOST_IN_GRAPH = 275;

/** As many for a job that runs elsewhere. */
const MOST_FOR_TRANSMIT = 95;

async function modulesOfPlainRun(entry: string): Promise<string[]> {
  using place = new TestPlace();
  return await loadedScripts([entry, "run", place.dir, "-q", "-p", "x", "-b", "/bin/true"]);
}

/** A run as Ansible's, on the console. */
async function modulesOfPlaybookRun(entry: string): Promise<string[]> {
  using place = new TestPlace({
    "bin/ansible-playbook": { text: "#!/bin/sh\nseq 100\nsleep 0.2\nseq 100\n", mode: 0o755 },
  });
  const env = { PATH: `${place.bin}:${Deno.env.get("PATH")}` };
  return await loadedScripts([entry, "run", place.dir, "-p", "x"], { env });
}

function holds(scripts: readonly string[], most: number): void {
  const ours = scripts.filter((url) => url.startsWith("file:"));
  assert(ours.some((url) => /pty|chunk/.test(url)), "the run was made");
  assert(ours.length <= most, `${ours.length} modules:\n${ours.join("\n")}`);
  assertEquals(scripts.filter((url) => url.startsWith("node:")), []);
}

Deno.test("a plain run loads no module of Node's, and few of ours", async () => {
  holds(await modulesOfPlainRun(`${ROOT}/cli.ts`), MOST_MODULES);
});

Deno.test("a run of a playbook loads no module of Node's: timers alone take 7 ms", async () => {
  holds(await modulesOfPlaybookRun(`${ROOT}/cli.ts`), MOST_MODULES);
});

Deno.test("the list of a plain run's modules is as deno task modules writes it", async () => {
  const list = Deno.readTextFileSync(`${ROOT}/src/cli/run_modules.ts`);
  assertEquals(list, await runModules(new URL("../..", import.meta.url)));
});

Deno.test("a plain run from a checkout reads no file that it does not load", async () => {
  using place = new TestPlace();
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--log-level=debug", `${ROOT}/cli.ts`, "run", place.dir]
      .concat(["-q", "-p", "x", "-b", "/bin/true"]),
  }).output();
  const text = new TextDecoder().decode(stderr);
  const read = new Set(Array.from(text.matchAll(/ specifier: (file:\S+)/g), ([, url]) => url));
  assert(read.size > 1 && read.size <= MOST_MODULES, `${read.size} files`);
});

/** The files that Deno reads for a command, where it does not read late what is loaded late. */
async function readFor(command: string): Promise<string[]> {
  const graphs = [`${ROOT}/cli.ts`, `${ROOT}/src/cli/commands/${command}.ts`].map(moduleGraph);
  return [...new Set((await Promise.all(graphs)).flat())];
}

Deno.test("Deno reads the files of other commands for them alone, or to pack them", async () => {
  const inCheckout = await readFor("run");
  const transmitted = await readFor("transmit");
  assert(transmitted.length <= MOST_FOR_TRANSMIT, transmitted.join("\n"));
  assert(
    inCheckout.length <= MOST_IN_GRAPH,
    `${inCheckout.length} modules:\n${inCheckout.join("\n")}`,
  );
  const packed = new Set(await moduleGraph(`${ROOT}/src/cli/whole.ts`));
  const first = await moduleGraph(`${ROOT}/cli.ts`);
  for (const name of Object.keys(PARTS)) {
    const url = new URL(`../../src/cli/${name}.ts`, import.meta.url).href;
    assert(packed.has(url), `${name} is packed`);
    assert(!first.includes(url), `${name} is read for each command`);
  }
});

const search = findCompileTools();
const missing = "missing" in search ? search.missing : undefined;

testOrSkip(
  "the bundle that is compiled loads no module of Node's, in few files",
  missing,
  async () => {
    using stage = stageSources(ROOT, "");
    holds(await modulesOfPlainRun(stage.entry), MOST_FILES);
  },
);

/** Lines that come together; `cat` writes them in pieces of the terminal's size. */
const LINES = 5000;

const missingCounts = exists("/proc/self/io") ? undefined : "the kernel counts no writes";

testOrSkip(
  "events that come together are one write to events.jsonl, and one wake-up",
  missingCounts,
  async () => {
    using place = new TestPlace({
      "bin/lines": { text: `#!/bin/sh\nseq ${LINES} | cat\n`, mode: 0o755 },
      "private/project/none": "",
    });
    const words = [place.dir, "1", "jsonl", `binary=${place.bin}/lines`];
    const decoder = new TextDecoder();
    let [writes, wakeUps] = [Infinity, Infinity];
    // A loaded machine gives us the lines one by one, at times.
    for (let tries = 0; tries < 4 && Math.max(writes, wakeUps) >= LINES / 2; tries++) {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", `${ROOT}/tests/bench/replay.ts`, ...words],
      }).output();
      ({ writes, wakeUps } = JSON.parse(decoder.decode(stdout) || decoder.decode(stderr)));
      const artifacts = "private/artifacts/bench-0";
      assertEquals(place.read(`${artifacts}/events.jsonl`)?.trimEnd().split("\n").length, LINES);
      Deno.removeSync(`${place.root}/${artifacts}`, { recursive: true });
    }
    assert(writes > 0 && writes < LINES / 2, `${writes} writes for ${LINES} events`);
    assert(wakeUps > 0 && wakeUps < LINES / 2, `${wakeUps} wake-ups for ${LINES} events`);
  },
);

/** Most calls on the private data dir and our records in a run of three events. */
const MOST_CALLS = 137;

testOrSkip(
  "an event of its own file costs four calls, a run few",
  whyNoFailingCalls(),
  async () => {
    using shim = new FailingCalls();
    const calls = async (events: number): Promise<readonly string[]> =>
      (await shim.run(0, ["run", ".", "-i", "a", "-q", "-b", `${BIN}/fake_ansible_events`], {
        events,
      }))
        .calls;
    const [few, many] = [await calls(3), await calls(103)];
    assert(few.length <= MOST_CALLS, `${few.length} calls:\n${few.join("\n")}`);
    const count = (name: string, of: readonly string[]): number =>
      of.filter((call) => call.startsWith(`${name} `)).length;
    for (const name of ["open", "fchmod", "rename"]) {
      assertEquals(count(name, many) - count(name, few), 100, name);
    }
    for (const name of ["statx", "chmod", "mkdir", "unlinkat", "opendir", "realpath", "readlink"]) {
      assertEquals(count(name, many) - count(name, few), 0, name);
    }
    // One for each event, besides what came together for the spool and the file of all output.
    assert(count("write", many) - count("write", few) <= 250, "writes");
  },
);
