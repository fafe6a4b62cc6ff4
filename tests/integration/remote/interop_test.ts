/**
 * Each end may be the original's or ours. Every program is the real one; Ansible too.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import { testCacheDirectory } from "../../testing/original.ts";
import { cliCommand } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { makeKey } from "../../testing/sshd.ts";
import { type TestDir, withDir } from "../../testing/zips.ts";

/** Programs of the original; the newest alone where not all are asked for. */
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

const IS_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1";

const TESTED = IS_LONG ? ORIGINALS : ORIGINALS.slice(0, 1);

const WHY_NOT = ORIGINALS.length === 0 ? "no ansible-runner in Python here" : undefined;

interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
}

async function run(
  command: readonly string[],
  { args, input, path = "" }: {
    readonly args: readonly string[];
    readonly input?: Uint8Array;
    /** Directories before all others, each with a colon. */
    readonly path?: string;
  },
): Promise<Ended> {
  const [program = "", ...first] = command;
  const bin = program.slice(0, program.lastIndexOf("/"));
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    env: { PATH: `${path}${bin}:/usr/bin:/bin`, ANSIBLE_NOCOLOR: "1" },
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

/**
 * What is the same whoever did it. Accepted: the file `reason`; the original's plugin and env.list in
 * artifacts; its `Identity added` in front, which makes an event and a line more; an empty line more
 * after a question; inside a container it takes the directory of the inventory, we the file in it.
 */
function outcome(artifacts: string): Record<string, unknown> {
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
interface Job {
  readonly args: readonly string[];
  /** Makes files of the private data dir. */
  readonly prepare?: (dir: string) => Promise<void>;
  /** Flags of the worker, but for 2.3.1, which has none. */
  readonly worker?: readonly string[];
}

const JOBS: Readonly<Record<string, Job>> = {
  "a play": { args: ["-p", "play.yml"] },
  "a play that fails": { args: ["-p", "play.yml", "--cmdline", "-e fails=1"] },
  "a role": { args: ["-r", "greet", "--role-skip-facts"] },
  "a module": { args: ["-m", "debug", "-a", "msg=hello", "--hosts", "all"] },
  "a playbook that is not there": { args: ["-p", "none.yml"] },
  "a host list": {
    args: ["-p", "play.yml", "--inventory", "DIR/inventory/hosts", "--limit", "local*"],
  },
  "a play with keepalive lines": {
    args: ["-p", "slow.yml"],
    worker: ["--keepalive-seconds", "1"],
    prepare: (dir) => put(dir, { "project/slow.yml": play("command: sleep 3") }),
  },
  "a vault and its password": {
    args: ["-p", "vault.yml", "--cmdline=--ask-vault-pass"],
    prepare: async (dir) => {
      await put(dir, {
        "project/vault.yml": play('debug: {msg: "{{ hidden }}"}', "  vars_files: [secret.yml]\n"),
        "project/secret.yml": "hidden: found it\n",
        "key": "vaultvaultvault",
        "env/passwords": '{"Vault password:\\\\s*?$": "vaultvaultvault"}\n',
      });
      const args = ["encrypt", "--vault-password-file", `${dir}/key`, `${dir}/project/secret.yml`];
      await new Deno.Command("/usr/bin/ansible-vault", { args, stdin: "null", stdout: "null" })
        .output();
      await Deno.remove(`${dir}/key`);
    },
  },
  "a question and its answer": {
    args: ["-p", "ask.yml"],
    prepare: (dir) =>
      put(dir, {
        "project/ask.yml": play(
          'debug: {msg: "{{ who }}"}',
          "  vars_prompt: [{name: who, prompt: Your name, private: false}]\n",
        ),
        "env/passwords": '{"Your name.*:\\\\s*?$": "someone"}\n',
      }),
  },
  "a private key": {
    args: ["-p", "key.yml"],
    prepare: async (dir) => {
      await put(dir, {
        "project/key.yml": play(
          'shell: ssh-add -l\n      register: keys\n    - debug: {msg: "{{ keys.stdout }}"}',
        ),
      });
      makeKey(`${dir}/env/ssh_key`);
      await Deno.remove(`${dir}/env/ssh_key.pub`);
    },
  },
  "a container": {
    args: ["-p", "play.yml"],
    prepare: (dir) =>
      put(dir, {
        "env/settings": '{"process_isolation": true, "process_isolation_executable": "podman", ' +
          '"container_image": "img:1"}\n',
      }),
  },
};

/** A play of one task. */
function play(task: string, more = ""): string {
  return `- hosts: all\n  gather_facts: false\n${more}  tasks:\n    - ${task}\n`;
}

async function put(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${dir}/${name}`, text, { mode: 0o600 });
  }
}

/** An engine that says what it would run inside, behind the image's name. */
const ENGINE = '#!/bin/sh\nwhile [ $# -gt 0 ] && [ "$1" != img:1 ]; do shift; done\n' +
  // The original may miss what a program says that ends at once.
  'shift; echo "inside: $*"; sleep 1\n';

function argsOf({ args }: Job, dir: TestDir): string[] {
  return args.map((word) => word.replace("DIR", `${dir.path}/sent`));
}

interface Chain {
  readonly transmit: readonly string[];
  readonly worker: readonly string[];
  readonly process: readonly string[];
}

async function passed(
  dir: TestDir,
  { chain, job }: { readonly chain: Chain; readonly job: Job },
): Promise<unknown> {
  // 2.3.1 looks for the engine before it sends.
  const path = `${dir.path}/bin:`;
  const sent = await run(chain.transmit, {
    args: ["transmit", `${dir.path}/sent`, "-i", "x", ...argsOf(job, dir)],
    path,
  });
  assertEquals(sent.code, 0);
  // 2.3.1 knows neither the flag nor the lines.
  const hasFlags = ![chain.worker[0], chain.process[0]].includes("/usr/bin/ansible-runner");
  const flags = hasFlags ? job.worker ?? [] : [];
  const place = ["worker", "--private-data-dir", `${dir.path}/work`, "--delete", ...flags];
  const worked = await run(chain.worker, { args: place, input: sent.stdout, path });
  if (flags.length > 0) assert(new TextDecoder().decode(worked.stdout).includes("keepalive"));
  const back = await run(chain.process, {
    args: ["process", `${dir.path}/back`, "-i", "x"],
    input: worked.stdout,
  });
  assertEquals(back.code, 0);
  const result = { code: worked.code, ...outcome(`${dir.path}/back/artifacts/x`) };
  Deno.removeSync(`${dir.path}/back`, { recursive: true });
  return result;
}

/** The same job without streams. */
async function plain(dir: TestDir, job: Job): Promise<unknown> {
  const path = `${dir.path}/bin:`;
  const args = ["run", `${dir.path}/sent`, "-i", "x", ...argsOf(job, dir)];
  const { code } = await run(cliCommand(), { args, path });
  return { code, ...outcome(`${dir.path}/sent/artifacts/x`) };
}

/** The gate does one job: it starts a dozen programs. */
const DONE = Object.entries(JOBS).slice(0, IS_LONG ? undefined : 1);

for (const original of TESTED) {
  for (const [what, job] of DONE) {
    testOrSkip(`${what}: ${original} and ours at either end`, WHY_NOT, async () => {
      await using dir = await withDir();
      makeProject(`${dir.path}/sent`);
      await job.prepare?.(`${dir.path}/sent`);
      Deno.mkdirSync(`${dir.path}/bin`);
      Deno.writeTextFileSync(`${dir.path}/bin/podman`, ENGINE, { mode: 0o755 });
      const [ours, theirs] = [cliCommand(), [original]];
      const all = { transmit: theirs, worker: theirs, process: theirs };
      const expected = await passed(dir, { chain: all, job });
      assert((expected as { events: unknown[] }).events.length > 0);
      for (
        const chain of [
          { transmit: theirs, worker: ours, process: theirs },
          { transmit: ours, worker: theirs, process: ours },
          ...(IS_LONG ? [{ transmit: ours, worker: ours, process: ours }] : []),
        ]
      ) {
        assertEquals(await passed(dir, { chain, job }), expected, JSON.stringify(chain));
      }
      if (IS_LONG) assertEquals(await plain(dir, job), expected, "a plain run");
    });
  }
}
