/**
 * A prompt that nobody answers ends the run, and what is no prompt does not.
 */
import { assert, assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { type FileSpec, inParallel, TestPlace } from "../testing/data_dir.ts";
import { findNewestStack, findSystemStack } from "../testing/original.ts";
import { isLong } from "../testing/samples.ts";
import { testOrSkip } from "../testing/skip.ts";
import { makeKey, missingSshd, startSshd } from "../testing/sshd.ts";

/** A run with a prompt timeout of one second. */
interface Case {
  readonly title: string;
  readonly args?: readonly string[];
  readonly play: string;
  /** What the prompt says; undefined: the run goes on to its end. */
  readonly prompt?: string;
  /** What could be done. @default {a pattern of its own} */
  readonly hint?: string;
  readonly files?: Readonly<Record<string, FileSpec>>;
  /** What asks is no other program from version to version: one of them is enough but in the long tests. */
  readonly isSame?: boolean;
}

const HEAD = "- hosts: localhost\n  gather_facts: false\n";

const REAL: readonly Case[] = [
  {
    title: "vars_prompt",
    play: `${HEAD}  vars_prompt: [{name: a, prompt: Say a word, private: true}]\n  tasks: []\n`,
    prompt: "Say a word: ",
  },
  {
    title: "vars_prompt that shows what is typed",
    isSame: true,
    play: `${HEAD}  vars_prompt: [{name: a, prompt: Say, private: false}]\n  tasks: []\n`,
    prompt: "Say: ",
  },
  {
    title: "pause with a prompt, after a timed one",
    play: `${HEAD}  tasks:\n    - pause: {seconds: 1}\n    - pause: {prompt: Shall we go on}\n`,
    prompt: "Shall we go on:",
  },
  {
    title: "become password",
    isSame: true,
    args: ["--cmdline", "-K"],
    play: `${HEAD}  tasks: []\n`,
    prompt: "BECOME password: ",
    hint: "--credential become=file:PATH answers it without a pattern",
  },
  {
    title: "vault password",
    isSame: true,
    args: ["--cmdline", "--ask-vault-pass"],
    play: `${HEAD}  tasks: []\n`,
    prompt: "Vault password: ",
    hint: "--credential vault=file:PATH answers it without a pattern",
  },
  {
    title: "SSH password that matches no pattern",
    isSame: true,
    args: ["--cmdline", "--ask-pass"],
    play: `${HEAD}  tasks: []\n`,
    files: { "private/env/passwords": '{"^ssh password": "s3cret-other"}' },
    prompt: "SSH password: ",
    hint: 'The pattern "^ssh password" of env/passwords does not match it; ' +
      "--credential ssh=file:PATH answers it without a pattern",
  },
  {
    title: "the task debugger",
    play: `${HEAD}  tasks:\n    - fail: {}\n      debugger: on_failed\n`,
    prompt: "[localhost] TASK: fail (debug)> ",
  },
  {
    // One after the other in one run: the first that is taken for a prompt would end it.
    title: "a timed pause, one with a text, and a slow task",
    play: `${HEAD}  tasks:
    - pause: {seconds: 2}
    - pause: {seconds: 2, prompt: Wait}
    - raw: sleep 2
    - debug: {msg: to the end}
`,
  },
];

const stacks = [["of the system", await findSystemStack()], [
  "of today",
  await findNewestStack(),
]] as const;
for (const [at, [name, search]] of stacks.entries()) {
  const missing = "missing" in search ? search.missing : undefined;
  testOrSkip(`prompts of Ansible ${name} that nobody answers end the run`, missing, async () => {
    if ("missing" in search) return;
    const cases = REAL.filter(({ isSame }) => isLong || at === 0 || isSame !== true);
    await checkAll(cases, search.stack.path);
  });

  testOrSkip(
    `a locked key that nobody opens ends the run of Ansible ${name}`,
    missing ?? missingSshd(),
    async () => {
      if ("missing" in search) return;
      using place = new TestPlace({
        "private/env/credentials": "ssh_key_passphrase@another: s3cret-of-another\n",
        "private/env/settings": "prompt_timeout: 1\n",
        "private/project/x.yml": "- hosts: far\n  gather_facts: false\n  tasks: [raw: pwd]\n",
        "sshd/x": "",
      }, []);
      const key = `${place.root}/id_locked`;
      makeKey(key, { passphrase: "s3cret-phrase" });
      const publicKey = Deno.readTextFileSync(`${key}.pub`);
      await using sshd = await startSshd(`${place.root}/sshd`, [publicKey]);
      const inventory = `far ansible_host=127.0.0.1 ansible_port=${sshd.port} ` +
        `ansible_ssh_private_key_file=${key}\n`;
      Deno.writeTextFileSync(`${place.dir}/inventory`, inventory);
      const { code, stderr } = await place.run(["run", "private", "-p", "x.yml", "-i", "x"], {
        env: { PATH: search.stack.path },
      });
      assertStringIncludes(
        stderr,
        `Run "x" ended: prompt not answered: "Enter passphrase for key '${key}': "`,
      );
      assertEquals(code, 254);
    },
  );
}

/** Programs in place of ansible-playbook. */
const TOOLS: readonly Case[] = [
  {
    title: "a tool that asks",
    play: tool("printf 'Really? '\nread answer\n"),
    prompt: "Really? ",
  },
  {
    title: "a tool that asks on /dev/tty with its input elsewhere",
    play: tool("exec < /dev/null\nprintf 'Token: ' > /dev/tty\nread answer < /dev/tty\n"),
    prompt: "Token: ",
  },
  {
    title: "a tool that polls its input",
    play: "#!/usr/bin/python3\nimport select\nprint('Key? ', end='', flush=True)\n" +
      "select.select([0], [], [])\n",
    prompt: "Key? ",
  },
  {
    title: "a tool that waits for another, and for a key that ends it",
    play: "#!/usr/bin/python3\nimport select, subprocess\nprint('q ends: ', end='', flush=True)\n" +
      "p = subprocess.Popen(['sleep', '3'], stdout=subprocess.PIPE)\n" +
      "select.select([0, p.stdout], [], [])\nprint('to the end')\n",
  },
  {
    title: "a tool that prints an unfinished line slowly, while another waits for a key",
    play: tool(
      "read -r key < /dev/tty &\nfor i in 1 2 3 4 5 6 7 8; do printf .; sleep 0.4; done\n" +
        "kill $!\necho to the end\n",
    ),
  },
  {
    title: "a tool that is silent on an unfinished line",
    play: tool("printf 'Working: '\nsleep 3\necho to the end\n"),
  },
  {
    title: "a tool that reads a pipe",
    play: tool("printf 'Name: '\nsleep 3 | cat\necho to the end\n"),
  },
  {
    title: "a tool that asks in raw mode",
    args: ["-b", "@/bin/ansible-playbook"],
    play: tool("printf 'Name: '\ntimeout 3 head -n 1\necho to the end\n"),
  },
];

function tool(text: string): string {
  return `#!/bin/sh\n${text}`;
}

Deno.test("tools that ask and get no answer end the run, others do not", async () => {
  await checkAll(TOOLS);
});

Deno.test("a prompt timeout of 0 waits for ever", async () => {
  using place = new TestPlace({
    "bin/ansible-playbook": { text: tool("printf 'Name: '\nread -r answer\n"), mode: 0o755 },
    "private/env/settings": "prompt_timeout: 0\njob_timeout: 3\n",
  }, []);
  const { stderr } = await place.run(["run", "private", "-p", "x.yml", "-i", "x"]);
  assertEquals(stderr, 'error: Run "x" ended: job_timeout: not finished after 3 s\n');
});

Deno.test("an answer in time is an answer, also to a prompt without newline between others", async () => {
  const text = 'for i in 1 2 3; do printf "Name $i: "; read a; echo "<$a>"; sleep 1; done\n';
  using place = new TestPlace({
    "bin/ansible-playbook": { text: tool(text), mode: 0o755 },
    "private/env/settings": "prompt_timeout: 2\n",
    "private/env/passwords": '{"^Name [12]: $": "known", "Name 3: ": 7}',
  }, []);
  const { code, stdout } = await place.run(["run", "private", "-p", "x.yml", "-i", "x"]);
  assertEquals(code, 0);
  // Answers of five letters and fewer are too short to be masked.
  assertEquals(stdout, "Name 1: <known>\r\nName 2: <known>\r\nName 3: <7>\r\n");
});

async function checkAll(cases: readonly Case[], path?: string): Promise<void> {
  const failures: string[] = [];
  await inParallel(
    cases.map((each) => async () => {
      try {
        await check(each, path);
      } catch (error) {
        failures.push(`${each.title}: ${(error as Error).message}`);
      }
    }),
    4,
  );
  assertEquals(failures.join("\n\n"), "");
}

const NO_PATTERN = "Give a pattern for it, and the answer, in env/passwords";

async function check(
  { args = [], play, prompt, files, hint = NO_PATTERN }: Case,
  path?: string,
): Promise<void> {
  const playbook: Record<string, FileSpec> = path === undefined
    ? { "bin/ansible-playbook": { text: play, mode: 0o755 } }
    : { "private/project/x.yml": play };
  using place = new TestPlace({
    "private/env/settings": "prompt_timeout: 1\n",
    ...playbook,
    ...files,
  }, []);
  const words = args.map((word) => word.replace("@/", `${place.root}/`));
  const { code, stdout, stderr } = await place.run(
    ["run", "private", "-p", "x.yml", "-i", "x", ...words],
    path === undefined ? {} : { env: { PATH: path } },
  );
  if (prompt === undefined) {
    assertEquals(code, 0, stdout + stderr);
    assertStringIncludes(stdout, "to the end");
    return;
  }
  const ending = `prompt not answered: ${JSON.stringify(prompt)}`;
  assertEquals(stderr, `error: Run "x" ended: ${ending}\nhint: ${hint}\n`);
  assertEquals(code, 254);
  assertEquals(place.read("private/artifacts/x/status"), "failed");
  const reason = JSON.parse(place.read("private/artifacts/x/reason") ?? "");
  assertEquals([reason.reason, reason.prompt], ["prompt_not_answered", prompt]);
  assert((place.read("private/artifacts/x/stdout") ?? "").includes(prompt));
}
