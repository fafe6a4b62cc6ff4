/**
 * What AWX needs of a worker: a program that plays AWX with the original's library, over sockets, on a
 * worker of ours. RUNNER_TEST_LONG=1 holds all that it stores against what it stores of the original's.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { waitForNone } from "../../testing/leaks.ts";
import { testCacheDirectory } from "../../testing/original.ts";
import { cliCommand, slack } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { withDir } from "../../testing/zips.ts";

const VENV = `${testCacheDirectory()}/runner-2.4/bin`;
const PLAY = new URL("../../fixtures/awx/play_awx.py", import.meta.url).pathname;

function whyNot(): string | undefined {
  try {
    Deno.statSync(`${VENV}/ansible-runner`);
    Deno.statSync("/usr/bin/ansible-playbook");
    return undefined;
  } catch {
    return "no ansible-runner 2.4 or no Ansible here";
  }
}

const WHY_NOT = whyNot();

/** Those of whole runs take seconds each. */
const WHY_NOT_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1"
  ? WHY_NOT
  : "RUNNER_TEST_LONG=1 holds it against the original";

interface AwxEvent {
  readonly event: string;
  readonly keys: readonly string[];
  readonly host: string | null;
  readonly task_action: string | null;
  readonly artifact_data: unknown;
  readonly stdout: string;
  readonly counter: number;
}

/** What AWX stores of a job. */
interface Stored {
  readonly statuses: readonly string[];
  readonly errors: readonly (readonly [explanation: string, traceback: string])[];
  readonly events: readonly AwxEvent[];
  readonly artifacts: readonly string[] | null;
  readonly finished: number;
  readonly starting?: Record<string, unknown>;
  readonly status: string;
  readonly exit: number;
  readonly env_on_disk: boolean;
  readonly leaks: boolean;
}

async function play(
  worker: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Stored> {
  await using dir = await withDir();
  const marker = `AWX_TEST=${crypto.randomUUID()}`;
  const place = ["worker", `--private-data-dir=${dir.path}/work`, "--delete"];
  const { code, stdout, stderr } = await new Deno.Command(`${VENV}/python`, {
    args: [PLAY, dir.path, ...worker, ...place],
    env: { ...env, AWX_TEST: marker.slice(marker.indexOf("=") + 1), PATH: "/usr/bin:/bin" },
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const names = Array.from(Deno.readDirSync(dir.path), ({ name }) => name).sort();
  assertEquals(names, ["awx_42_x", "stdin"], "the worker's directory is gone");
  assertEquals(await waitForNone(marker, 10_000 * slack()), [], "processes");
  // Where it lies is in the command.
  return JSON.parse(new TextDecoder().decode(stdout).replaceAll(dir.path, "DIR"));
}

testOrSkip("AWX: a job's status, events, files and end are what it stores", WHY_NOT, async () => {
  const stored = await play(cliCommand());
  const { statuses, errors, status, exit, finished, leaks } = stored;
  assertEquals([statuses, errors, status], [
    ["starting", "running", "successful"],
    [],
    "successful",
  ]);
  assertEquals([exit, finished, leaks, stored.env_on_disk], [0, 1, false, false]);
  assertEquals(stored.starting, {
    command: [
      ...["ansible-playbook", "-u", "admin", "-i", "DIR/work/inventory/hosts"],
      ...["-e", "@DIR/work/env/extravars", "site.yml"],
    ],
    cwd: "DIR/work/project",
    env_keys: ["API_TOKEN", "JOB_ID", "PATH"],
    job_id: "42",
    keys: ["command", "cwd", "env", "runner_ident", "status"],
  });
  const { events } = stored;
  assertEquals(events.map(({ counter }) => counter), events.map((_, at) => at + 1));
  const needed = ["uuid", "counter", "stdout", "start_line", "end_line", "event", "event_data"];
  for (const { keys } of events) assert(needed.every((key) => keys.includes(key)), keys.join());
  const said = events.find(({ stdout }) => stdout.includes("hello 42"));
  assertEquals([said?.event, said?.host, said?.task_action], ["runner_on_ok", "host1", "debug"]);
  const last = events.at(-1);
  assertEquals([last?.event, last?.artifact_data], ["playbook_on_stats", { made: 1 }]);
  assert(stored.artifacts?.includes("fact_cache") && !stored.artifacts.includes("stdout"));
});

testOrSkip("AWX: a cancel by Receptor is canceled, and all is gone", WHY_NOT_LONG, async () => {
  const stored = await play(cliCommand(), { PLAY_AWX_CANCEL: "1" });
  assertEquals([stored.statuses.at(-1), stored.status, stored.exit], ["canceled", "canceled", 254]);
  assert(stored.artifacts?.includes("rc"));
});

testOrSkip(
  "AWX: a parameter of a later release is told in the words it looks for",
  WHY_NOT,
  async () => {
    const stored = await play(cliCommand(), { PLAY_AWX_PARAMS: '{"later": 1}' });
    assertEquals([stored.status, stored.exit, stored.events.length], ["error", 1, 0]);
    const [[explanation, traceback] = []] = stored.errors;
    assertMatch(explanation ?? "", /got an unexpected keyword argument 'later'/);
    assertMatch(traceback ?? "", /got an unexpected keyword argument/);
  },
);

testOrSkip("AWX: it stores the same of ours and of the original's", WHY_NOT_LONG, async () => {
  const [ours, theirs] = [await play(cliCommand()), await play([`${VENV}/ansible-runner`])];
  // The one file that is ours.
  const artifacts = ours.artifacts?.filter((name) => name !== "reason");
  assertEquals({ ...ours, artifacts }, theirs);
});

testOrSkip("AWX: --worker-info is YAML with the keys that it reads", WHY_NOT, async () => {
  const [program = "", ...args] = cliCommand();
  const { code, stdout } = await new Deno.Command(program, {
    args: [...args, "worker", "--worker-info"],
    stdin: "null",
  }).output();
  assertEquals(code, 0);
  const read = "import json,sys,yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))";
  const parsed = await new Deno.Command(`${VENV}/python`, {
    args: ["-c", read, new TextDecoder().decode(stdout)],
  }).output();
  const info = JSON.parse(new TextDecoder().decode(parsed.stdout));
  assertEquals(Object.keys(info), [
    "cpu_count",
    "errors",
    "mem_in_bytes",
    "runner_version",
    "uuid",
  ]);
  assert(Number.isInteger(info.cpu_count) && Number.isInteger(info.mem_in_bytes), info);
  assertMatch(info.runner_version, /^\d+\.\d+/);
  assertEquals(info.errors, []);
});
