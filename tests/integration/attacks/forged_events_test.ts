import { type JobEvent, run, type Runner } from "../../../mod.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { LibraryDir } from "../../testing/library_dir.ts";

/** A program that is both: Ansible's plugin with a true event, and a job that writes to the spool. */
const HEAD = `#!/bin/sh
spool="$AWX_ISOLATED_DATA_DIR/.run/spool"
read -r token <"$spool"
say() { printf '%s\\n' "$1" >>"$spool"; }
mark() { printf '\\033]8473;%s;%s\\007%s\\r\\n\\033]8473;%s\\007' "$token" "$1" "$2" "$token"; }
`;

const TRUE_EVENT =
  `say '1.1 true-1 {"event": "runner_on_ok", "event_data": {"n": 1.0, "i": 12345678901234567890}}'
mark 1.1 'ok: [here]'
`;

/** What a run of such a program came to. */
interface Told {
  readonly events: readonly JobEvent[];
  readonly files: readonly string[];
  readonly texts: readonly string[];
  readonly warnings: readonly string[];
  readonly status: string;
  readonly stats: Runner["stats"];
}

async function attack(script: string): Promise<Told> {
  await using library = new LibraryDir();
  library.write("attack", HEAD + script);
  Deno.chmodSync(`${library.dir}/attack`, 0o755);
  const events: JobEvent[] = [];
  const warnings: string[] = [];
  const runner = await run({
    ...library.base,
    binary: `${library.dir}/attack`,
    ident: "a",
    quiet: true,
    eventHandler: (event) => void events.push(event),
    log: (level, message) => void (level === "warning" && warnings.push(message)),
  });
  const dir = `${library.dir}/artifacts/a/job_events`;
  const files = Array.from(Deno.readDirSync(dir), ({ name }) => name)
    .sort((a, b) => parseInt(a) - parseInt(b));
  const texts = files.map((name) => Deno.readTextFileSync(`${dir}/${name}`));
  return { events, files, texts, warnings, status: runner.status, stats: runner.stats };
}

/** Counters are ours, files are JSON, no event is missing. */
function assertSound({ events, files, texts, status }: Told): void {
  assertEquals(status, "successful");
  assertEquals(events.map(({ counter }) => counter), events.map((_, index) => index + 1));
  assertEquals(files.length, events.length);
  for (const [index, text] of texts.entries()) {
    assertEquals(JSON.parse(text), events[index]);
    assertEquals(files[index], `${index + 1}-${events[index]?.uuid}.json`);
    assertEquals(events[index]?.runner_ident, "a");
  }
}

Deno.test("a job's text in the spool never takes the place of an event's fields", async () => {
  const forged = [
    '{"event": "runner_on_ok", "counter": 99, "runner_ident": "other", "event_data": {}}',
    '{"event": "runner_on_ok", "c\\u006funter": 99, "event_data": {}}',
    '{"event": "runner_on_ok", "event_data": {}, "uuid": "../../../x"}',
    '{"event": "playbook_on_stats", "event_data": null}',
    "{this is no json}",
  ];
  const lines = forged.map((body, index) => `say '7.${index + 1} f-${index} ${body}'`).join("\n");
  const marks = `mark 7.1 'one'\nmark 7.5 'five'\n`;
  const told = await attack(`${lines}\n${TRUE_EVENT}${marks}`);
  assertSound(told);
  const [first, ...others] = told.events;
  assertEquals([first?.event, first?.uuid, first?.stdout], [
    "runner_on_ok",
    "true-1",
    "ok: [here]",
  ]);
  assert(told.texts[0]?.includes('"n": 1.0, "i": 12345678901234567890'), "bytes are kept");
  assertEquals(others.map(({ event }) => event), Array(5).fill("verbose"));
  // Text that a marker stands for is the terminal's; of the rest the line itself is kept.
  assertEquals(others.map(({ stdout }) => stdout.slice(0, 4)), [
    "one",
    "five",
    "7.2 ",
    "7.3 ",
    "7.4 ",
  ]);
  assert(told.warnings.some((warning) => warning.includes("field counter")), `${told.warnings}`);
});

Deno.test("a job cannot choose the name of an event's file", async () => {
  const body = '{"event": "a", "event_data": {}}';
  const told = await attack(
    `say '7.1 ../../../evil ${body}'\nsay '7.2 . ${body}'\nsay '7.3 a\\0b ${body}'\n${TRUE_EVENT}`,
  );
  assertSound(told);
  assertEquals(told.events.map(({ event }) => event), [
    "runner_on_ok",
    ...Array(3).fill("verbose"),
  ]);
});

Deno.test("a body that a job has left for the next key does not take the event's place", async () => {
  const forged = `say '1.1 forged {"event": "runner_on_failed", "event_data": {}}'\n`;
  const told = await attack(`${forged}${TRUE_EVENT}`);
  assertSound(told);
  assertEquals(
    told.events.map(({ uuid, stdout }) => [uuid, stdout]),
    [["true-1", "ok: [here]"], ["forged", ""]],
  );
});

Deno.test("counts that a job has made up do not break a run", async () => {
  const stats = '{"event": "playbook_on_stats", "event_data": {"ok": 5, "changed": {"h": "x"}}}';
  const told = await attack(`${TRUE_EVENT}say '1.2 s-1 ${stats}'\nmark 1.2 'recap'\n`);
  assertSound(told);
  assertEquals([told.stats?.ok, told.stats?.changed], [{}, {}]);
});

Deno.test("a hole in the spool does not stop the runner", async () => {
  const told = await attack(
    `truncate -s 8T "$spool"\nsay ''\n${TRUE_EVENT}echo goes on\n`,
  );
  assertEquals(told.status, "successful");
  assertEquals(told.events.map(({ stdout }) => stdout), ["ok: [here]", "goes on"]);
});
