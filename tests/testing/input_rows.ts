/**
 * Turns rows of a table into runs of the command line, and looks at what each did: a program that
 * records how it is called stands in for Ansible where that shows it, else real Ansible runs.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "./assert.ts";
import {
  type CliResult,
  type FileSpec,
  inParallel,
  type RecordedCall,
  TestPlace,
} from "./data_dir.ts";
import { findSystemStack } from "./original.ts";
import { testOrSkip } from "./skip.ts";

/** What is looked at. */
export interface Seen {
  readonly place: TestPlace;
  readonly result: CliResult;
}

/** One thing that is tried. */
export interface Row {
  /** What it shows, after the name of the flag or setting. */
  readonly title: string;
  /** Words after `run private`; a playbook run unless {@linkcode Row.bare}. */
  readonly args?: readonly string[];
  /** Words before `run private`. */
  readonly before?: readonly string[];
  /** Nothing is added to the words. */
  readonly bare?: true;
  readonly files?: Readonly<Record<string, FileSpec>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Run with real Ansible. */
  readonly real?: true;
  /** More to make before the run. */
  readonly prepare?: (place: TestPlace) => void;
  /** Exit code. @default {0} */
  readonly code?: number;
  readonly check: (seen: Seen) => void;
}

/** The usual inventory: two local hosts. */
export const INVENTORY =
  "host1 ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n" +
  "host2 ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n";

const USUAL: Readonly<Record<string, FileSpec>> = {
  "private/project/x.yml":
    "- hosts: host1\n  gather_facts: false\n  tasks:\n    - {name: say, debug: {msg: hi}}\n",
  "private/project/bad.yml": "- hosts: host1\n  gather_facts: false\n  tasks:\n" +
    "    - {name: say, debug: {msg: hi}}\n    - {name: fail, fail: {msg: no}}\n",
  "private/inventory/hosts": INVENTORY,
};

const stack = await findSystemStack();

/** Says what the recording program got in its argv. */
export function argvHas(...words: readonly string[]): Row["check"] {
  return ({ place }) =>
    assertStringIncludes(` ${place.call().argv.join(" ")} `, ` ${words.join(" ")} `);
}

/** Says what a variable of the recording program is; `@` is the private data dir. */
export function envHas(name: string, value: string): Row["check"] {
  return ({ place }) => assertEquals(place.call().env[name], value.replaceAll("@", place.dir));
}

/** Says what is in a file. */
export function fileHas(path: string, text: string): Row["check"] {
  return ({ place }) => assertStringIncludes(place.read(path) ?? "(missing)", text);
}

/** Says that the command line ends with one line of its own and leaves nothing. */
export function refuses(text: string, made: readonly string[] = []): Pick<Row, "code" | "check"> {
  return {
    code: 1,
    check: ({ place, result }) => {
      assertStringIncludes(result.stderr, text);
      assertEquals(result.stderr.split("\n\n")[0]?.trimEnd().split("\n").length, 1, result.stderr);
      assertEquals(place.list("private").filter((path) => path.startsWith("artifacts")), made);
      assertEquals(place.calls(), []);
    },
  };
}

/** A program that dies of a signal. */
export const DIE: FileSpec = { text: "#!/bin/sh\nkill -9 $$\n", mode: 0o755 };

/** A program that says something and then nothing for long. */
export const SILENT: FileSpec = {
  text: "#!/bin/sh\necho begun\nexec sleep 60\n",
  mode: 0o755,
};

/** The call of what isolates; bwrap is tried out with `true` before. */
export function isolatedCall(place: TestPlace): RecordedCall {
  const [call] = place.calls().filter(({ argv }) => argv.at(-1) !== "true");
  if (call === undefined) throw new Error("nothing was called");
  return call;
}

/** The generated play that Ansible was given. */
export function playOf(place: TestPlace): Record<string, unknown> {
  const { argv, files } = place.call();
  return JSON.parse(files[argv.at(-1) ?? ""]?.text ?? "")[0];
}

/** Name and event_data of the events of the run `x`, in order. */
export function dataOfEvents(place: TestPlace): [string, Record<string, unknown>][] {
  return place.list("private/artifacts/x/job_events")
    .sort((a, b) => parseInt(a) - parseInt(b))
    .map((name) => JSON.parse(place.read(`private/artifacts/x/job_events/${name}`) ?? ""))
    .map(({ event, event_data }) => [event, event_data ?? {}]);
}

/**
 * Registers tests, a few rows each; rows of one test run side by side.
 *
 * @param subject what the rows are of, such as `flags`
 * @param rows rows by name
 */
export function testRows(
  subject: string,
  rows: Readonly<Partial<Record<string, readonly Row[]>>>,
): void {
  const listed = Object.entries(rows).flatMap(([name, list = []]) =>
    list.map((row) => ({ row, title: `${name} ${row.title}` }))
  );
  const missing = "missing" in stack ? stack.missing : undefined;
  const all = listed.filter(({ row }) => !row.real || missing === undefined);
  for (const { row, title } of listed) {
    if (!all.some((each) => each.row === row)) {
      testOrSkip(`${subject}: ${title}`, missing, () => checkRow(row));
    }
  }
  const size = 20;
  for (let from = 0; from < all.length; from += size) {
    const part = all.slice(from, from + size);
    Deno.test(`${subject} ${from + 1} to ${from + part.length} do what they say`, async () => {
      const failures: string[] = [];
      await inParallel(part.map(({ row, title }) => async () => {
        try {
          await checkRow(row);
        } catch (error) {
          failures.push(`${title}: ${(error as Error).message}`);
        }
      }));
      assertEquals(failures.join("\n\n"), "");
    });
  }
}

const ENGINES = ["ansible-playbook", "ansible", "bwrap", "podman", "docker"];

async function checkRow(row: Row): Promise<void> {
  using place = new TestPlace({ ...USUAL, ...row.files }, row.real ? [] : ENGINES);
  row.prepare?.(place);
  const before = place.list("private").filter((path) => !path.startsWith("artifacts"));
  const here = (word: string): string => word.replace("@/", `${place.root}/`);
  const words = (row.args ?? []).map(here);
  const form = row.bare ? [] : ["-p", "x.yml"];
  const ident = words.includes("-i") || words.includes("--help") ? [] : ["-i", "x"];
  const result = await place.run([
    ...row.before ?? [],
    "run",
    "private",
    ...form,
    ...ident,
    ...words,
  ], {
    env: { ...row.env },
  });
  const said = `${result.stdout}${result.stderr}`;
  assertEquals(result.code, row.code ?? 0, `exit code ${result.code}\n${said}`);
  assert(!/^\s+at .*:\d+:\d+\)?$/m.test(result.stderr), `a stack trace: ${result.stderr}`);
  row.check({ place, result });
  // Nothing that was given is left anywhere but in the artifacts.
  const after = place.list("private").filter((path) => !path.startsWith("artifacts"));
  assertEquals(after, before);
  assertEquals(place.list("private/artifacts").filter((path) => path.includes("/.run")), []);
}
