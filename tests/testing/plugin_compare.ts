/**
 * Turns runs of the fixture playbooks with the original ansible-runner and with our callback plugin into a list of
 * differences. A development tool: `deno task compare:plugin [--bin DIR] [case…]`.
 *
 * Uuids and pids are replaced by the order of their first appearance; times, durations and temporary names are hidden.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a tool for the terminal
import { runPlugin } from "./plugin_run.ts";

interface Case {
  readonly playbook?: string;
  readonly module?: readonly string[];
  readonly hosts?: string;
  readonly cmdline?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly passwords?: string;
  readonly answers?: readonly string[];
  /** Workers write at the same time as the main process: only the set of events is compared. */
  readonly unordered?: boolean;
}

type Event = Record<string, unknown>;

const FIXTURES = new URL("../fixtures/plugin", import.meta.url).pathname;

const CASES: Readonly<Record<string, Case>> = {
  basics: { playbook: "basics.yml" },
  basics_v: { playbook: "basics.yml", cmdline: ["-v"] },
  basics_vv: { playbook: "basics.yml", cmdline: ["-vv"], unordered: true },
  basics_vvv: { playbook: "basics.yml", cmdline: ["-vvv"], unordered: true },
  basics_check: { playbook: "basics.yml", cmdline: ["--check", "--diff"] },
  basics_omit: { playbook: "basics.yml", flags: ["--omit-event-data"] },
  basics_failed: { playbook: "basics.yml", flags: ["--only-failed-event-data"] },
  basics_args: { playbook: "basics.yml", env: { ANSIBLE_DISPLAY_ARGS_TO_STDOUT: "1" } },
  basics_ids: {
    playbook: "basics.yml",
    env: { JOB_ID: "42", PROJECT_UPDATE_ID: "7", MAX_EVENT_RES: "600" },
  },
  basics_options: {
    playbook: "basics.yml",
    env: {
      ANSIBLE_DISPLAY_SKIPPED_HOSTS: "no",
      ANSIBLE_DISPLAY_OK_HOSTS: "no",
      ANSIBLE_DISPLAY_FAILED_STDERR: "yes",
      ANSIBLE_SHOW_PER_HOST_START: "yes",
    },
  },
  facts: { playbook: "facts.yml", cmdline: ["-v"] },
  nolog: { playbook: "nolog.yml" },
  nolog_args: { playbook: "nolog.yml", env: { ANSIBLE_DISPLAY_ARGS_TO_STDOUT: "1" } },
  async: { playbook: "async.yml" },
  async_failed: { playbook: "async.yml", flags: ["--only-failed-event-data"] },
  includes: { playbook: "includes.yml" },
  serial: { playbook: "serial.yml" },
  free: { playbook: "free.yml" },
  free2: { playbook: "free2.yml", unordered: true },
  free3: { playbook: "free3.yml", env: { ANSIBLE_FORKS: "5" } },
  failing: { playbook: "failing.yml" },
  failing2: { playbook: "failing2.yml" },
  unreachable: { playbook: "unreachable.yml" },
  nohosts: { playbook: "nohosts.yml" },
  diff: { playbook: "diff.yml" },
  diff_v: { playbook: "diff.yml", cmdline: ["--diff", "-v"] },
  warnings: { playbook: "warnings.yml" },
  prompt: {
    playbook: "prompt.yml",
    passwords: '{"Enter shown.*": "one", "confirm Enter hidden.*": "two", "Enter hidden.*": "two"}',
    answers: ["one", "two", "two"],
  },
  syntax: { playbook: "syntax.yml" },
  missing: { playbook: "nowhere.yml" },
  two: { playbook: "free.yml", cmdline: ["sub/other.yml"] },
  hooks: { playbook: "hooks.yml", cmdline: ["-vvv"], unordered: true },
  odd: { playbook: "odd.yml" },
  vault: { playbook: "vault.yml", cmdline: ["--vault-password-file", "vault_password"] },
  oneline: { playbook: "failing2.yml", env: { ANSIBLE_STDOUT_CALLBACK: "oneline" } },
  adhoc: { module: ["-m", "command", "-a", "echo hi"], hosts: "web" },
  adhoc_setup: {
    module: ["-m", "setup", "-a", "filter=ansible_env,ansible_hostname"],
    hosts: "host1",
  },
  adhoc_failed: { module: ["-m", "command", "-a", "/bin/false"], hosts: "all" },
  adhoc_v: { module: ["-m", "ping"], hosts: "host1", cmdline: ["-v"] },
  adhoc_async: {
    module: ["-m", "command", "-a", "sleep 1"],
    hosts: "host1",
    cmdline: ["-B10", "-P1"],
  },
  adhoc_vvv: { module: ["-m", "ping"], hosts: "web", cmdline: ["-vvv"], unordered: true },
  adhoc_nohosts: { module: ["-m", "ping"], hosts: "nosuch" },
};

async function theirs(bin: string, dir: string, name: string, test: Case): Promise<Event[]> {
  const args = ["run", dir, "-q", "-i", name, "--omit-env-files", ...(test.flags ?? [])];
  if (test.cmdline) args.push(`--cmdline=${test.cmdline.join(" ")}`);
  if (test.playbook) args.push("-p", test.playbook);
  else args.push(...(test.module ?? []), "--hosts", test.hosts ?? "all");
  await new Deno.Command(`${bin}/ansible-runner`, {
    args,
    env: { ...environment(bin), ...test.env },
    stdout: "null",
    stderr: "inherit",
  }).output();
  const events: Event[] = [];
  for (const entry of Deno.readDirSync(`${dir}/artifacts/${name}/job_events`)) {
    if (!/^\d+-/.test(entry.name)) continue;
    events.push(
      JSON.parse(Deno.readTextFileSync(`${dir}/artifacts/${name}/job_events/${entry.name}`)),
    );
  }
  return events.sort((a, b) => Number(a.counter) - Number(b.counter));
}

async function ours(bin: string, dir: string, test: Case): Promise<Event[]> {
  const argv = [
    `${bin}/${test.playbook ? "ansible-playbook" : "ansible"}`,
    ...(test.cmdline ?? []),
    "-i",
    `${dir}/inventory`,
  ];
  if (test.playbook) argv.push(test.playbook);
  else argv.push(...(test.module ?? []), test.hosts ?? "all");
  const { ANSIBLE_STDOUT_CALLBACK: chosen, ...env } = test.env ?? {};
  const run = await runPlugin(argv, {
    cwd: test.playbook ? `${dir}/project` : dir,
    answers: test.answers ?? [],
    env: {
      ...environment(bin),
      RUNNER_OMIT_EVENTS: test.flags?.includes("--omit-event-data") ? "True" : "False",
      RUNNER_ONLY_FAILED_EVENTS: test.flags?.includes("--only-failed-event-data")
        ? "True"
        : "False",
      ...(test.playbook ? {} : { AD_HOC_COMMAND_ID: "1", ANSIBLE_LOAD_CALLBACK_PLUGINS: "1" }),
      ...(chosen ? { ORIGINAL_STDOUT_CALLBACK: chosen } : {}),
      ...env,
    },
  });
  return [...run.events];
}

function environment(bin: string): Record<string, string> {
  return {
    PYTHONHASHSEED: "0",
    // Empty is unset: text on stderr comes before the begin marker, as on most machines.
    PYTHONUNBUFFERED: "",
    ANSIBLE_FORKS: "1",
    PATH: `${bin}:${Deno.env.get("PATH")}`,
    LANG: "C.UTF-8",
  };
}

/** One line per event, in which only what must be equal is left. */
function normalize(events: readonly Event[], unordered: boolean): string[] {
  const names = new Map<string, string>();
  const nameOf = (kind: string, found: string) => {
    const known = names.get(found) ?? `<${kind}${unordered ? "" : [...names.keys()].length}>`;
    names.set(found, known);
    return known;
  };
  return events.map(({ counter: _, runner_ident: __, ...event }) => {
    if (unordered) event.start_line = event.end_line = 0;
    if (event.pid === undefined) delete event.created;
    const ordered = event.pid === undefined
      ? Object.fromEntries(Object.entries(event).sort())
      : event;
    return JSON.stringify(ordered)
      .replace(/"pid":(\d+)/g, (_all, pid) => `"pid":${nameOf("pid", pid)}`)
      .replace(
        /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
        (id) => nameOf("uuid", id),
      )
      .replace(/\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d\.\d{6}/g, "<time$1>")
      .replace(/"duration":[\d.e-]+/g, '"duration":<n>')
      .replace(/\d+:\d\d:\d\d\.\d{6}/g, "<delta>")
      .replace(/j?\d{5,}\.\d+/g, "<jid>")
      .replace(/ansible-tmp-[\d.<>jid-]+/g, "<tmp>")
      .replace(/ansible-local-\w+\/tmp\w+/g, "<local>")
      .replace(/\.source-\w+/g, "<source>")
      .replace(/"_original_basename":"[.]?\w+"/g, '"_original_basename":"<tmp>"')
      .replace(/(CONTROL|Path=)[^"]*|\\"?(ansible-ssh|cp\/)\w+/g, "<control>")
      .replace(/ {1,3}\d{4,6} <jid>/g, "<debug>");
  });
}

interface Comparison {
  readonly count: number;
  readonly text: string;
}

async function compare(bin: string, name: string, test: Case): Promise<Comparison> {
  const dir = `/tmp/plugin_compare_${Deno.pid}`;
  await Deno.remove(dir, { recursive: true }).catch(() => {});
  await new Deno.Command("cp", { args: ["-r", FIXTURES, dir] }).output();
  Deno.mkdirSync(`${dir}/env`);
  if (test.passwords) Deno.writeTextFileSync(`${dir}/env/passwords`, test.passwords);
  const unordered = test.unordered ?? false;
  const expected = normalize(await theirs(bin, dir, name, test), unordered);
  const actual = normalize(await ours(bin, dir, test), unordered);
  if (unordered) {
    expected.sort();
    actual.sort();
  }
  const shown: string[] = [];
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    if (expected[i] !== actual[i]) shown.push(differing(i, expected[i] ?? "", actual[i] ?? ""));
  }
  return {
    count: shown.length,
    text:
      `${name}: ${expected.length} events theirs, ${actual.length} ours, ${shown.length} differ\n` +
      shown.slice(0, Number(Deno.env.get("LIMIT") ?? 3)).join(""),
  };
}

/** The event's name and, of both lines, the part that differs. */
function differing(at: number, theirs: string, ours: string): string {
  let start = 0;
  while (start < theirs.length && theirs[start] === ours[start]) start++;
  const cut = (line: string) => line.slice(Math.max(0, start - 60), start + 400);
  const event = /"event":"(\w+)"/.exec(theirs || ours)?.[1];
  return `  ${at} ${event}\n    theirs …${cut(theirs)}\n    ours   …${cut(ours)}\n`;
}

if (import.meta.main) {
  const args = [...Deno.args];
  let bin = "/usr/bin";
  if (args[0] === "--bin") [, bin = bin] = args.splice(0, 2);
  let total = 0;
  for (const [name, test] of Object.entries(CASES)) {
    if (args.length > 0 && !args.includes(name)) continue;
    // The results thread and the main thread of Ansible race now and then: the best of three counts.
    let best = await compare(bin, name, test);
    for (let again = 0; best.count > 0 && again < 2; again++) {
      const other = await compare(bin, name, test);
      if (other.count < best.count) best = other;
    }
    console.log(best.text.trimEnd());
    total += best.count;
  }
  console.log(`${total} differences`);
  Deno.exit(total > 0 ? 1 : 0);
}
