/**
 * The recorded command lines of the original with real Ansible, row by row: exit code, status, events
 * and last words are the same, or differ as an accepted difference says.
 */
import recordedRows from "../fixtures/recorded/cli.json" with { type: "json" };
import { assert, assertEquals } from "../testing/assert.ts";
import { type CliResult, type FileSpec, inParallel, TestPlace } from "../testing/data_dir.ts";
import { findSystemStack } from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";
import { ACCEPTED, type DifferenceId } from "./accepted_differences.ts";

/** A row as recorded with 2.3.1. */
interface Recorded {
  readonly title: string;
  readonly "2.3.1": number;
  readonly "1.4.0": number;
  /** Runs that left artifacts. */
  readonly runs?: readonly {
    readonly ident: string;
    readonly status: string;
    readonly rc: string;
    readonly events: number;
  }[];
  readonly stdout?: { readonly lines: number; readonly last: readonly string[] };
  readonly stderr?: { readonly lines: number; readonly last: readonly string[] };
}

/** How a row is tried. */
interface Plan {
  /** Words; `@/` is the test's own directory, `private` its private data dir. */
  readonly args: readonly string[];
  /** Files besides the usual ones. */
  readonly files?: Readonly<Record<string, FileSpec>>;
  /** Accepted differences, if it is not the same. */
  readonly differs?: readonly DifferenceId[];
  /** Our exit code where it is another one. */
  readonly exit?: number;
  /** First line of our standard error. @default {"": nothing at all} */
  readonly says?: string;
  /** Command lines before it. */
  readonly before?: readonly (readonly string[])[];
  /** More to look at. */
  readonly check?: (place: TestPlace, result: CliResult) => void;
}

const USUAL: Readonly<Record<string, FileSpec>> = {
  "private/project/simple.yml":
    "- hosts: host1\n  gather_facts: false\n  tasks:\n    - name: say\n      debug: {msg: hi}\n",
  "private/project/fail.yml":
    "- hosts: host1\n  gather_facts: false\n  tasks:\n    - name: fail\n      raw: 'false'\n",
  "private/project/unreach.yml":
    "- hosts: dead1\n  gather_facts: false\n  tasks:\n    - raw: pwd\n",
  "private/project/syntax.yml": "- hosts: host1\n  tasks:\n    - nosuchmodule_xyz: a=b\n",
  "private/project/sleep.yml":
    "- hosts: host1\n  gather_facts: false\n  tasks:\n    - name: Sleep\n      raw: sleep 40\n",
  "private/project/roles/testrole/tasks/main.yml": "- debug: {msg: in role}\n",
  "private/inventory/hosts":
    "[all:vars]\nansible_connection=local\nansible_python_interpreter=/usr/bin/python3\n" +
    "[up]\nhost1\nhost2\n[down]\ndead1 ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1\n",
  "afile": "x",
};

const RUN = ["run", "private"];
const SIMPLE = [...RUN, "-p", "simple.yml", "-i", "x"];
const MALFORMED: readonly DifferenceId[] = ["malformed-files-stop"];

function refusedFile(name: string, text: string, says: string): Plan {
  return {
    args: SIMPLE,
    files: { [`private/env/${name}`]: text },
    differs: MALFORMED,
    exit: 1,
    says,
  };
}

function refusedIdent(ident: string): Plan {
  return {
    args: [...RUN, "-p", "simple.yml", "-i", ident],
    differs: ["ident-checked"],
    exit: 1,
    says: `error: Cannot use ident ${
      JSON.stringify(ident)
    }: expected a name without "/", "..", or control characters`,
  };
}

const PLANS: Readonly<Record<string, Plan>> = {
  "no args": { args: [], differs: ["bare-call"], exit: 0 },
  "command only (missing private data dir)": {
    args: ["run"],
    says: "usage: ansible-runner run",
  },
  "bad command": { args: ["bogus", "private"], says: "usage: ansible-runner" },
  "private data dir does not exist": {
    args: ["run", "@/nodir", "-p", "simple.yml", "-i", "x"],
    says: "hint: A playbook is looked for in @/nodir",
    check: (place) => {
      assertEquals((Deno.statSync(`${place.root}/nodir`).mode ?? 0) & 0o777, 0o700);
      assertEquals(place.read("nodir/artifacts/x/status"), "failed");
    },
  },
  "private data dir is a file": {
    args: ["run", "@/afile", "-p", "simple.yml", "-i", "x"],
    says: 'error: Cannot use private data dir "@/afile": it is not a directory',
  },
  "missing playbook (no -p -m -r)": {
    args: [...RUN, "-i", "x"],
    says: "The -p option must be specified when not using -m or -r",
  },
  "nonexistent playbook": {
    args: [...RUN, "-p", "nosuch.yml", "-i", "x"],
    says: "hint: A playbook is looked for in @/private/project",
  },
  "-p and -m": {
    args: [...RUN, "-p", "simple.yml", "-m", "ping", "-i", "x"],
    says: "usage: ansible-runner run",
  },
  "-p and -r": {
    args: [...RUN, "-p", "simple.yml", "-r", "testrole", "-i", "x"],
    says: "usage: ansible-runner run",
  },
  "-m without --hosts": { args: [...RUN, "-m", "ping", "-i", "x"] },
  "-m nonexistent module": { args: [...RUN, "-m", "nosuchmod", "--hosts", "host1", "-i", "x"] },
  "--hosts with -p": {
    args: [...RUN, "-p", "simple.yml", "--hosts", "host1", "-i", "x"],
    says: "The --hosts option can only be used with -m or -r",
  },
  "-r without --hosts": {
    args: [...RUN, "-r", "testrole", "-i", "x", "--role-skip-facts"],
    // The inventory of the recording had two hosts, both local.
    check: (place) => assertEquals(place.list("private/project").includes("simple.yml"), true),
    files: { "private/inventory/hosts": USUAL_HOSTS() },
  },
  "-r nonexistent role": {
    args: [...RUN, "-r", "nosuchrole", "--hosts", "host1", "-i", "x", "--role-skip-facts"],
    differs: ["roles-path"],
  },
  "--role-vars malformed": {
    args: [...RUN, "-r", "testrole", "--role-vars", "a", "--hosts", "host1", "-i", "x"],
    says: 'error: Cannot read --role-vars: expected key=value, got "a"',
  },
  "--inventory that does not exist, -p": {
    args: [...RUN, "-p", "simple.yml", "--inventory", "nosuchinv", "-i", "x"],
    differs: ["inventory-missing"],
    exit: 1,
    says: "Inventory not found: nosuchinv",
    check: (place) =>
      assertEquals(place.read("private/inventory/hosts"), USUAL["private/inventory/hosts"]),
  },
  "--inventory that does not exist, -r": {
    args: [...RUN, "-r", "testrole", "--inventory", "nosuchinv", "--hosts", "host1", "-i", "x"],
    says: "Inventory not found: nosuchinv",
  },
  "ident with slash": refusedIdent("a/b"),
  "ident ..": refusedIdent(".."),
  "ident ../../x": refusedIdent("../../xident"),
  "ident empty": {
    args: [...RUN, "-p", "simple.yml", "-i", ""],
    differs: ["ident-empty"],
    check: (place) => {
      const idents = place.list("private/artifacts").filter((path) => !path.includes("/"));
      assertEquals(idents.map((ident) => /^[\da-f-]{36}$/.test(ident)), [true]);
    },
  },
  "ident with space and unicode": { args: [...RUN, "-p", "simple.yml", "-i", "a b é"] },
  "ident already existing dir": {
    // What it left need not be Ansible's.
    before: [[...RUN, "-p", "x", "-b", "/bin/echo", "-i", "dup"]],
    args: [...RUN, "-p", "simple.yml", "-i", "dup"],
    differs: ["ident-reused"],
    check: (place) => assertEquals(countEvents(place, "dup"), 6),
  },
  "unparsable env/settings": refusedFile(
    "settings",
    "{ not: [valid\n",
    'error: Cannot read "env/settings": ',
  ),
  "env/settings is a list": refusedFile(
    "settings",
    "- a\n",
    'error: Cannot read "env/settings": expected a mapping, got a list (line 1)',
  ),
  "env/settings empty": { args: SIMPLE, files: { "private/env/settings": "" } },
  "unparsable env/extravars": refusedFile(
    "extravars",
    "{ not: [valid\n",
    'error: Cannot read "env/extravars": ',
  ),
  "unparsable env/envvars": refusedFile(
    "envvars",
    "{ not: [valid\n",
    'error: Cannot read "env/envvars": ',
  ),
  "env/envvars non-string values": {
    args: [...RUN, "-p", "env.yml", "-i", "x"],
    files: {
      "private/env/envvars": "A: 1\nB: true\nC: null\nE: 1.5\nF: 2020-01-01\n",
      "private/project/env.yml": "- hosts: host1\n  gather_facts: false\n  tasks:\n" +
        "    - name: say\n      debug:\n        msg: \"{{ lookup('env', 'A') }} {{ lookup('env', 'B') }} " +
        "{{ lookup('env', 'C') }} {{ lookup('env', 'E') }} {{ lookup('env', 'F') }}\"\n",
    },
    // A list among them, as in the recording, is refused: the test of `resolve` has that.
    differs: MALFORMED,
    check: (_, { stdout }) => assert(stdout.includes('"1 True None 1.5 2020-01-01"'), stdout),
  },
  "unparsable env/passwords": refusedFile(
    "passwords",
    "{ not: [valid\n",
    'error: Cannot read "env/passwords": ',
  ),
  "env/passwords bad regex": refusedFile(
    "passwords",
    '{"(unclosed": "x"}',
    "error: Cannot use a pattern of passwords: ",
  ),
  "env/cmdline unbalanced quote": {
    args: SIMPLE,
    files: { "private/env/cmdline": "--tags 'a\n" },
    says: 'error: Cannot read "env/cmdline": No closing quotation',
  },
  "args file": {
    args: [...RUN, "-p", "fail.yml", "-i", "x"],
    files: { "private/args": "ansible-playbook -v -i inventory/hosts project/simple.yml" },
  },
  "is-alive not running": { args: ["is-alive", "private"] },
  "is-alive with garbage pid file": {
    args: ["is-alive", "private"],
    files: { "private/pid": "garbage\n" },
  },
  "is-alive stale pid": { args: ["is-alive", "private"], files: { "private/pid": "4194303\n" } },
  "is-alive missing private dir": { args: ["is-alive", "@/nodir2"] },
  "stop nothing running": {
    args: ["stop", "private"],
    says: 'error: Cannot stop: nothing runs in the background of "@/private"',
  },
  "stop stale pid": {
    args: ["stop", "private"],
    files: { "private/pid": "4194303\n" },
    says: "Runner 4194303 was dead already: what it left is cleared",
  },
  "failing playbook": { args: [...RUN, "-p", "fail.yml", "-i", "x"] },
  "unreachable": { args: [...RUN, "-p", "unreach.yml", "-i", "x"] },
  "syntax error playbook": { args: [...RUN, "-p", "syntax.yml", "-i", "x"] },
  "-b nonexistent binary": {
    args: [...SIMPLE, "-b", "/nonexistent/ansible-playbook"],
    check: (place) => {
      const text =
        "The command was not found or was not executable: /nonexistent/ansible-playbook.\n";
      assertEquals(place.read("private/artifacts/x/stdout"), text);
    },
  },
  "-b given a directory": { args: [...SIMPLE, "-b", "/usr/bin"] },
  "-b real binary, with -p": { args: [...SIMPLE, "-b", "/usr/bin/ansible-playbook"] },
  "job_timeout 2": timeout("job_timeout", "job_timeout: not finished after 2 s"),
  "job_timeout 2, pexpect_timeout 1": timeout("job_timeout", "job_timeout: not finished after 2 s"),
  "idle_timeout 2": timeout("idle_timeout", "idle_timeout: no output for 2 s"),
  "job_timeout not a number": {
    args: SIMPLE,
    files: { "private/env/settings": "job_timeout: abc\n" },
    differs: MALFORMED,
    says: 'error: Cannot use the setting "job_timeout" of env/settings: ' +
      'expected a number of seconds (0 or null for none), got "abc"',
  },
  "--forks notanumber": { args: [...SIMPLE, "--forks", "abc"] },
  "--rotate-artifacts abc": {
    args: [...SIMPLE, "--rotate-artifacts", "abc"],
    says: "usage: ansible-runner run",
  },
  "--rotate-artifacts 2 with r1..r3 there": {
    before: [
      // What is removed need not be Ansible's.
      [...RUN, "-p", "x", "-b", "/bin/true", "-i", "r1"],
      [...RUN, "-p", "x", "-b", "/bin/true", "-i", "r2"],
      [...RUN, "-p", "simple.yml", "-i", "r3"],
    ],
    args: [...RUN, "-p", "simple.yml", "-i", "r4", "--rotate-artifacts", "2"],
    check: (place) =>
      assertEquals(
        place.list("private/artifacts").filter((path) => !path.includes("/")),
        ["r3", "r4"],
      ),
  },
};

function timeout(setting: string, ending: string): Plan {
  return {
    args: [...RUN, "-p", "sleep.yml", "-i", "x"],
    files: { "private/env/settings": `${setting}: 2\npexpect_timeout: 1\n` },
    says: `error: Run "x" ended: ${ending}`,
    differs: ["why-it-ended"],
  };
}

function USUAL_HOSTS(): string {
  return "host1 ansible_connection=local\nhost2 ansible_connection=local\n";
}

const stack = await findSystemStack();
const missing = "missing" in stack ? stack.missing : undefined;
const ROWS = recordedRows as readonly Recorded[];

for (let from = 0; from < ROWS.length; from += 13) {
  const rows = ROWS.slice(from, from + 13);
  testOrSkip(
    `recorded cli rows ${from + 1} to ${from + rows.length} end as recorded`,
    missing,
    async () => {
      const failures: string[] = [];
      await inParallel(rows.map((row) => async () => {
        try {
          await checkRow(row);
        } catch (error) {
          failures.push(`## ${row.title}: ${(error as Error).message}`);
        }
      }));
      assertEquals(failures.join("\n\n"), "");
    },
  );
}

Deno.test("every recorded cli row has a plan, and every plan a row", () => {
  assertEquals(Object.keys(PLANS).sort(), ROWS.map(({ title }) => title).sort());
  for (const { differs = [] } of Object.values(PLANS)) {
    for (const id of differs) assert(id in ACCEPTED, id);
  }
});

async function checkRow(row: Recorded): Promise<void> {
  const plan = PLANS[row.title] as Plan;
  using place = new TestPlace({ ...USUAL, ...plan.files }, []);
  const env = { ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3" };
  for (const args of plan.before ?? []) await place.run(args, { env });
  const args = plan.args.map((word) => word.replace("@/", `${place.root}/`));
  const result = await place.run(args, { env });
  const exit = plan.exit ?? row["2.3.1"];
  assertEquals(
    result.code,
    exit,
    `exit code ${result.code}, expected ${exit}\n${result.stdout}${result.stderr}`,
  );
  checkStderr(result.stderr.replaceAll(`${place.root}/`, "@/"), plan.says);
  const stops = plan.says?.startsWith("error: Cannot") === true;
  if (exit === row["2.3.1"] && plan.differs?.includes("ident-reused") !== true && !stops) {
    for (const run of row.runs ?? []) checkRun(place, run, plan);
    const lines = stdoutLines(result.stdout);
    const isCut = plan.differs?.some((id) => ["roles-path", "why-it-ended"].includes(id));
    if (row.stdout !== undefined && isCut !== true && args.length > 0) {
      checkLines(lines, row.stdout);
    }
  }
  if (stops) {
    const made = place.list("private").filter((path) => path.startsWith("artifacts"));
    assertEquals(made, []);
  }
  plan.check?.(place, result);
}

function checkStderr(stderr: string, says: string | undefined): void {
  if (says === undefined) assertEquals(stderr, "");
  else assert(stderr.startsWith(says), `expected ${says}\n got ${stderr}`);
  assert(!/^\s+at /m.test(stderr), `a stack trace: ${stderr}`);
}

function checkRun(
  place: TestPlace,
  run: NonNullable<Recorded["runs"]>[number],
  plan: Plan,
): void {
  const dir = `private/artifacts/${run.ident}`;
  assertEquals(
    {
      ident: run.ident,
      status: place.read(`${dir}/status`) ?? "none",
      rc: place.read(`${dir}/rc`) ?? "none",
      // How far Ansible comes before a timeout depends on the machine.
      events: plan.differs?.includes("why-it-ended") ? run.events : countEvents(place, run.ident),
    },
    { ...run },
  );
}

function checkLines(lines: readonly string[], recorded: NonNullable<Recorded["stdout"]>): void {
  const last = recorded.last.slice(-2);
  assertEquals(lines.slice(-last.length), last.map((line) => line));
}

function stdoutLines(text: string): string[] {
  // deno-lint-ignore no-control-regex -- colours
  const plain = text.replace(/\x1b\[[\d;]*m|\r/g, "");
  return plain.replace(/\n$/, "").split("\n");
}

function countEvents(place: TestPlace, ident: string): number {
  return place.list(`private/artifacts/${ident}/job_events`).length;
}
