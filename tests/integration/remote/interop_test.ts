/**
 * Each end may be the original's or ours. Every program is the real one; Ansible too.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import { testCacheDirectory } from "../../testing/original.ts";
import { cliCommand } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { type TestDir, withDir } from "../../testing/zips.ts";

/** Programs of the original; the newest alone where not all are asked for. */
const ORIGINALS = [
  `${testCacheDirectory()}/runner-2.4/bin/ansible-runner`,
  "/usr/bin/ansible-runner",
  `${testCacheDirectory()}/ansible-core-2.19/bin/ansible-runner`,
].filter((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

const IS_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1";

const TESTED = IS_LONG ? ORIGINALS : ORIGINALS.slice(0, 1);

const WHY_NOT = ORIGINALS.length === 0 ? "no ansible-runner in Python here" : undefined;

interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
}

async function run(
  command: readonly string[],
  { args, input }: { readonly args: readonly string[]; readonly input?: Uint8Array },
): Promise<Ended> {
  const [program = "", ...first] = command;
  const bin = program.slice(0, program.lastIndexOf("/"));
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    env: { PATH: `${bin}:/usr/bin:/bin`, ANSIBLE_NOCOLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = (async () => {
    if (input !== undefined) await writer.write(input);
    await writer.close();
  })().catch(() => {});
  const { code, stdout } = await child.output();
  await written;
  return { code, stdout };
}

function makeProject(dir: string): void {
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

/** What is the same whoever did it. */
function outcome(artifacts: string): Record<string, unknown> {
  const events = Array.from(Deno.readDirSync(`${artifacts}/job_events`), ({ name }) => name)
    .sort((a, b) => parseInt(a) - parseInt(b))
    .map((name) => JSON.parse(Deno.readTextFileSync(`${artifacts}/job_events/${name}`)));
  const files = Array.from(Deno.readDirSync(artifacts), ({ name }) => name)
    .filter((name) => !["reason", "callback", "env.list"].includes(name));
  return {
    files: files.sort(),
    rc: Deno.readTextFileSync(`${artifacts}/rc`),
    status: Deno.readTextFileSync(`${artifacts}/status`),
    stdout: Deno.readTextFileSync(`${artifacts}/stdout`).replaceAll("\r", ""),
    events: events.map((
      { event, counter, stdout, start_line, end_line, runner_ident, event_data },
    ) => ({
      event,
      counter,
      stdout,
      start_line,
      end_line,
      runner_ident,
      host: event_data?.host,
      task: event_data?.task,
    })),
  };
}

const JOBS = {
  "a play": ["-p", "play.yml"],
  "a play that fails": ["-p", "play.yml", "--cmdline", "-e fails=1"],
  "a role": ["-r", "greet", "--role-skip-facts"],
} as const;

interface Chain {
  readonly transmit: readonly string[];
  readonly worker: readonly string[];
  readonly process: readonly string[];
}

async function passed(
  dir: TestDir,
  { chain, args }: { readonly chain: Chain; readonly args: readonly string[] },
): Promise<unknown> {
  const sent = await run(chain.transmit, {
    args: ["transmit", `${dir.path}/sent`, "-i", "x", ...args],
  });
  assertEquals(sent.code, 0);
  const place = ["worker", "--private-data-dir", `${dir.path}/work`, "--delete"];
  const worked = await run(chain.worker, { args: place, input: sent.stdout });
  const back = await run(chain.process, {
    args: ["process", `${dir.path}/back`, "-i", "x"],
    input: worked.stdout,
  });
  assertEquals(back.code, 0);
  const result = { code: worked.code, ...outcome(`${dir.path}/back/artifacts/x`) };
  Deno.removeSync(`${dir.path}/back`, { recursive: true });
  return result;
}

/** The gate does one job: it starts a dozen programs. */
const DONE = Object.entries(JOBS).slice(0, IS_LONG ? undefined : 1);

for (const original of TESTED) {
  for (const [what, args] of DONE) {
    testOrSkip(`${what}: ${original} and ours at either end`, WHY_NOT, async () => {
      await using dir = await withDir();
      makeProject(`${dir.path}/sent`);
      const [ours, theirs] = [cliCommand(), [original]];
      const all = { transmit: theirs, worker: theirs, process: theirs };
      const expected = await passed(dir, { chain: all, args });
      assert((expected as { events: unknown[] }).events.length > 3);
      for (
        const chain of [
          { transmit: theirs, worker: ours, process: theirs },
          { transmit: ours, worker: theirs, process: ours },
          ...(IS_LONG ? [{ transmit: ours, worker: ours, process: ours }] : []),
        ]
      ) {
        assertEquals(await passed(dir, { chain, args }), expected, JSON.stringify(chain));
      }
    });
  }
}
