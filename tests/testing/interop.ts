/**
 * Jobs that go from one runner to another and come back: each end may be the original's or ours. Every
 * program is the real one; Ansible too.
 *
 * @module
 */
import { assert, assertEquals } from "./assert.ts";
import { testCacheDirectory } from "./original.ts";
import { cliCommand } from "./scene.ts";
import type { TestDir } from "./zips.ts";

/** Programs of the original, the newest first. */
const ORIGINALS = [
  `${testCacheDirectory()}/runner-2.4/bin/ansible-runner`,
  "/usr/bin/ansible-runner",
  `${testCacheDirectory()}/runner-2.3/bin/ansible-runner`,
].filter((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Whether there is time for all rows. */
export const IS_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1";

/** Programs of the original: the newest alone where not all are asked for. */
export const TESTED = IS_LONG ? ORIGINALS : ORIGINALS.slice(0, 1);

/** What is said where there is no original. */
export const NONE = "no ansible-runner in Python here";

/** Why rows of minutes are not done, if so. */
export const WHY_NOT_LONG = IS_LONG ? undefined : "RUNNER_TEST_LONG=1 waits for it";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
}

/** What a program is started with. */
interface Start {
  readonly args: readonly string[];
  /** Directories before all others, each with a colon. */
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program of either. */
export function started(
  command: readonly string[],
  { args, path = "", env = {} }: Start,
): Deno.ChildProcess {
  const [program = "", ...first] = command;
  const bin = program.slice(0, program.lastIndexOf("/"));
  return new Deno.Command(program, {
    args: [...first, ...args],
    env: { PATH: `${path}${bin}:/usr/bin:/bin`, ANSIBLE_NOCOLOR: "1", ANSIBLE_FORKS: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** Runs a program of either. */
export async function ran(
  command: readonly string[],
  { input, ...start }: Start & { readonly input?: Uint8Array },
): Promise<Ended> {
  const child = started(command, start);
  const writer = child.stdin.getWriter();
  const written = (async () => {
    if (input !== undefined) await writer.write(input);
    await writer.close();
  })().catch(() => {});
  const { code, stdout } = await child.output();
  await written;
  return { code, stdout };
}

/** Makes the private data dir that all jobs begin with. */
export function makeProject(dir: string): void {
  for (const name of ["project", "inventory", "env", "project/roles/greet/tasks"]) {
    Deno.mkdirSync(`${dir}/${name}`, { recursive: true });
  }
  const write = (name: string, text: string): void =>
    Deno.writeTextFileSync(`${dir}/${name}`, text);
  write(
    "inventory/hosts",
    "localhost ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n",
  );
  write(
    "project/play.yml",
    "- hosts: all\n  gather_facts: false\n  tasks:\n" +
      "    - debug: {msg: \"{{ word | default('none') }}\"}\n" +
      "    - set_fact: {a: 1, cacheable: true}\n" +
      "    - fail: {msg: no}\n      when: fails | default(false) | bool\n",
  );
  write("env/extravars", "word: from env\n");
  write("project/roles/greet/tasks/main.yml", "- debug: {msg: hello from a role}\n");
}

/**
 * What is the same whoever did it. Accepted: the file `reason`; the original's plugin and env.list in
 * artifacts; its `Identity added` in front, which makes an event and a line more; an empty line more
 * after a question; inside a container it takes the directory of the inventory, we the file in it.
 */
export function outcome(artifacts: string): Record<string, unknown> {
  const events = Array.from(Deno.readDirSync(`${artifacts}/job_events`), ({ name }) => name)
    .sort((a, b) => parseInt(a) - parseInt(b))
    .map((name) => JSON.parse(Deno.readTextFileSync(`${artifacts}/job_events/${name}`)));
  const files = Array.from(Deno.readDirSync(artifacts), ({ name }) => name)
    .filter((name) => !["reason", "callback", "env.list"].includes(name));
  const stdout = Deno.readTextFileSync(`${artifacts}/stdout`).replaceAll("\r", "");
  const told = events.filter((each) => !each.stdout.startsWith("Identity added"));
  return {
    files: files.sort(),
    rc: Deno.readTextFileSync(`${artifacts}/rc`),
    status: Deno.readTextFileSync(`${artifacts}/status`),
    stdout: accepted(stdout),
    events: told.map((each) => ({
      event: each.event,
      stdout: accepted(each.stdout),
      runner_ident: each.runner_ident,
      host: each.event_data?.host,
      task: each.event_data?.task,
      // Where something of the original's stands before it, all that follows is shifted.
      ...(HAS_KEY_OR_QUESTION.test(stdout) ? {} : {
        counter: each.counter,
        start_line: each.start_line,
        end_line: each.end_line,
      }),
    })),
  };
}

const HAS_KEY_OR_QUESTION = /^Identity added|^Your name|SHA256:/m;

function accepted(text: string): string {
  const same = text.replace(/^Identity added.*\n?/m, "")
    .replaceAll("/runner/inventory/hosts", "/runner/inventory");
  return HAS_KEY_OR_QUESTION.test(text) ? same.replace(/\n+/g, "\n") : same;
}

/** A job, and what it needs besides the project. */
export interface Job {
  readonly args: readonly string[];
  /** Makes files of the private data dir. */
  readonly prepare?: (dir: string) => Promise<void>;
  /** Flags of the worker, but for 2.3.1, which has none. */
  readonly worker?: readonly string[];
  /** Whether an original refuses it, or does something else: it does not send it then. */
  readonly isOurs?: boolean;
}

/** A play of one task. */
export function play(task: string, more = ""): string {
  return `- hosts: all\n  gather_facts: false\n${more}  tasks:\n    - ${task}\n`;
}

/** Writes files of a private data dir. */
export async function put(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${dir}/${name}`, text, { mode: 0o600 });
  }
}

/** An engine that says what it would run inside, behind the image's name. */
export const ENGINE = '#!/bin/sh\nwhile [ $# -gt 0 ] && [ "$1" != img:1 ]; do shift; done\n' +
  // The original may miss what a program says that ends at once.
  'shift; echo "inside: $*"; sleep 1\n';

function argsOf({ args }: Job, dir: TestDir): string[] {
  return args.map((word) => word.replace("DIR", `${dir.path}/sent`));
}

/** The programs that a job goes through. */
export interface Chain {
  readonly transmit: readonly string[];
  readonly worker: readonly string[];
  readonly process: readonly string[];
}

/** Sends a job through the three programs; returns what came of it. */
export async function passed(
  dir: TestDir,
  { chain, job }: { readonly chain: Chain; readonly job: Job },
): Promise<unknown> {
  // 2.3.1 looks for the engine before it sends.
  const path = `${dir.path}/bin:`;
  const sent = await ran(chain.transmit, {
    args: ["transmit", `${dir.path}/sent`, "-i", "x", ...argsOf(job, dir)],
    path,
  });
  assertEquals(sent.code, 0);
  // 2.3.1 knows neither the flag nor the lines.
  const hasFlags = ![chain.worker[0], chain.process[0]].includes("/usr/bin/ansible-runner");
  const flags = hasFlags ? job.worker ?? [] : [];
  const place = ["worker", "--private-data-dir", `${dir.path}/work`, "--delete", ...flags];
  const worked = await ran(chain.worker, { args: place, input: sent.stdout, path });
  if (flags.length > 0) assert(new TextDecoder().decode(worked.stdout).includes("keepalive"));
  const back = await ran(chain.process, {
    args: ["process", `${dir.path}/back`, "-i", "x"],
    input: worked.stdout,
  });
  assertEquals(back.code, 0);
  const result = { code: worked.code, ...outcome(`${dir.path}/back/artifacts/x`) };
  Deno.removeSync(`${dir.path}/back`, { recursive: true });
  return result;
}

/** The same job without streams. */
export async function plain(dir: TestDir, job: Job): Promise<unknown> {
  const path = `${dir.path}/bin:`;
  const args = ["run", `${dir.path}/sent`, "-i", "x", ...argsOf(job, dir)];
  const { code } = await ran(cliCommand(), { args, path });
  const result = { code, ...outcome(`${dir.path}/sent/artifacts/x`) };
  // They would travel with the next job.
  Deno.removeSync(`${dir.path}/sent/artifacts`, { recursive: true });
  return result;
}
