import { run } from "../../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { filesBelow } from "../testing/leaks.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { findNewestStack, findSystemStack } from "../testing/original.ts";
import { type Finished, Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const ANSWER = 'ans"wer\\ qzxq';
const BECOME = "become-secret-é";
const MASK = "********";

/** Shows secrets in every way that a task can: printed, in results, in names, in two writes. */
const PLAY = `- hosts: localhost
  connection: local
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  tasks:
    - name: show ANSWER here
      debug: {msg: ANSWER}
    - command: printf %s BECOME
    - shell: cat answer; cat part1; sleep 0.1; cat part2
      register: r
    - debug: {var: r.stdout_lines}
    - fail: {msg: [ANSWER, BECOME]}
`;

function yaml(text: string): string {
  return text.replaceAll("ANSWER", JSON.stringify(ANSWER).replaceAll("'", "''"))
    .replaceAll("BECOME", BECOME);
}

/** Everything that a run left and printed, by where it is. */
function traces(scene: Scene, finished: Finished, ident = "a"): Map<string, string> {
  const found = new Map([["stdout", finished.stdout], ["stderr", finished.stderr]]);
  const dir = `${scene.dir}/artifacts/${ident}`;
  for (const name of filesBelow(dir)) {
    if (Deno.lstatSync(`${dir}/${name}`).isFile) {
      found.set(name, Deno.readTextFileSync(`${dir}/${name}`));
    }
  }
  return found;
}

/** Parts of the secrets that nothing else has. */
const PARTS = ["wer\\\\ qzxq", "wer\\ qzxq", "qzxq", "secret-é", "secret-\\u00e9", "become-secret"];

function assertMasked(found: Map<string, string>): void {
  for (const [where, text] of found) {
    for (const part of PARTS) {
      assert(!text.includes(part), `${part} in ${where}:\n${text.slice(0, 2000)}`);
    }
  }
}

for (const flags of [["-vv", "--debug"], ["-j"]]) {
  const title = `secrets are seen nowhere (${flags.join(" ")})`;
  testOrSkip(title, missingAnsible(), async () => {
    await using scene = new Scene();
    scene.write("project/p.yml", yaml(PLAY));
    scene.write("env/passwords", JSON.stringify({ "never asked": ANSWER }));
    scene.write("env/settings", JSON.stringify({ prompt_timeout: 60 }));
    scene.write("project/answer", ANSWER + "\n");
    scene.write("project/part1", BECOME.slice(0, 8));
    scene.write("project/part2", BECOME.slice(8));
    const logfile = ["--logfile", `${scene.root}/log`];
    const finished = await scene.cli(
      ["run", ".", "-p", "p.yml", "-i", "a", ...flags, ...logfile].concat(
        ["--credential", "become=env:BECOME_SECRET"],
      ),
      { env: { BECOME_SECRET: BECOME } },
    );
    const found = traces(scene, finished);
    const log = Deno.readTextFileSync(`${scene.root}/log`);
    found.set("log", log);
    if (flags.includes("--debug")) assertStringIncludes(log, "command: ansible-playbook");
    assertMasked(found);
    assertStringIncludes(finished.stdout, MASK, "the play did run");
    const events = [...found].filter(([name]) => name.startsWith("job_events/") && name !== "");
    assert(events.length > 8, `${finished.stdout}${finished.stderr}`);
    for (const [, text] of events) JSON.parse(text);
    const failed = events.map(([, text]) => JSON.parse(text))
      .find((event) => event.event === "runner_on_failed");
    assertEquals(failed.event_data.res.msg, [MASK, MASK]);
    const { env } = JSON.parse(found.get("command") ?? "{}");
    assertEquals(env.BECOME_SECRET, undefined, "the variable went on to Ansible");
  });
}

/** Asks with echo and without, of hosts whose names begin like the answers. */
const ASKING_PLAY = `- hosts: all
  connection: local
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  vars_prompt:
    - {name: site, prompt: Which site, private: false}
    - {name: word, prompt: Which word, private: true}
  tasks:
    - pause: {prompt: Which release}
      register: release
    - pause: {prompt: Which token, echo: false}
      register: token
    - debug: {msg: "{{ site }} {{ word }} {{ release.user_input }} {{ token.user_input }}"}
      when: release.user_input is defined
`;

for (const [version, search] of [["2.14", findSystemStack], ["newest", findNewestStack]] as const) {
  const found = await search();
  const missing = "missing" in found ? found.missing : undefined;
  const title = `what everybody sees typed is not masked, host names least of all (${version})`;
  testOrSkip(title, missing, async () => {
    if ("missing" in found) return;
    await using scene = new Scene();
    scene.write("project/p.yml", ASKING_PLAY);
    Deno.mkdirSync(`${scene.dir}/inventory`);
    scene.write(
      "inventory/hosts",
      "production-web1\nrelease-2024-db\nhidden-word-a\nnever-asked-b\n",
    );
    const passwords = {
      "^Which site:$": "production",
      "^Which word:$": "hidden-word",
      "^Which release:": "release-2024",
      "^Which token": "hidden-token",
      "^Which other:$": "never-asked",
    };
    scene.write("env/passwords", JSON.stringify(passwords));
    const args = ["run", ".", "-p", "p.yml", "-i", "a"];
    const { stdout } = await scene.cli(args, { env: { PATH: found.stack.path } });
    const said = `production ${MASK} release-2024 ${MASK}`;
    assertStringIncludes(stdout, said);
    const events = filesBelow(`${scene.dir}/artifacts/a/job_events`)
      .map((name) => JSON.parse(scene.artifact("a", `job_events/${name}`) ?? ""));
    const stats = events.find(({ event }) => event === "playbook_on_stats");
    const hosts = ["production-web1", "release-2024-db", `${MASK}-a`, `${MASK}-b`];
    assertEquals(Object.keys(stats.event_data.processed).sort(), hosts.sort());
    const shown = events.filter(({ event }) => event === "runner_on_ok")
      .map(({ event_data }) => event_data.res.msg).filter((msg) => msg !== undefined);
    assertEquals([...new Set(shown)], [said]);
  });
}

Deno.test("a secret that comes in two parts is masked, however slowly they come", async () => {
  await using scene = new Scene();
  scene.write("env/passwords", JSON.stringify({ "never asked": "correct-horse" }));
  Deno.writeTextFileSync(
    `${scene.root}/program`,
    "#!/bin/sh\nprintf 'one correct-'; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo horse\n" +
      "printf 'prompt: corr'; sleep 0.4; echo\nprintf cor; sleep 0.2; printf rect-; sleep 0.2; echo horse\n",
    { mode: 0o755 },
  );
  const child = scene.spawn(["run", ".", "-b", `${scene.root}/program`, "-i", "a"]);
  const decoder = new TextDecoder();
  let shown = "";
  for await (const bytes of child.stdout) {
    shown += decoder.decode(bytes);
  }
  await child.stderr.cancel();
  await child.status;
  assertEquals(shown, `one ${MASK}\r\nprompt: corr\r\n${MASK}\r\n`);
  assertEquals(scene.artifact("a", "stdout"), shown);
});

Deno.test("values of variables that look secret are masked where the command is shown only", async () => {
  await using scene = new Scene();
  Deno.writeTextFileSync(
    `${scene.root}/program`,
    '#!/bin/sh\necho "mode is $SECRET_MODE, token is $API_TOKEN, $1"\n',
    { mode: 0o755 },
  );
  scene.write("env/envvars", "SECRET_MODE: 'true'\nAPI_TOKEN: abc-123-def\n");
  scene.write("env/cmdline", "--token=abc-123-def --flag true");
  const finished = await scene.cli(
    ["run", ".", "-b", `${scene.root}/program`, "-i", "a", "--debug"],
  );
  assertEquals(finished.stdout, "mode is true, token is abc-123-def, --token=abc-123-def\r\n");
  const command = JSON.parse(scene.artifact("a", "command") ?? "");
  assertEquals(command.env.SECRET_MODE, MASK);
  assertEquals(command.env.API_TOKEN, MASK);
  assertEquals(command.command.slice(1, 4), [`--token=${MASK}`, "--flag", "true"]);
  assert(!finished.stderr.includes("abc-123-def"), finished.stderr);
});

Deno.test("status handlers get the command without secrets", async () => {
  await using place = new LibraryDir();
  const seen: unknown[] = [];
  await run({
    ...place.base,
    envvars: { ...place.base.envvars, DB_PASSWORD: "x", NOTE: "has answer-qzxq in it" },
    binary: "/bin/echo",
    cmdline: "answer-qzxq",
    passwords: { "never asked": "answer-qzxq" },
    statusHandler: (status) => void seen.push(status),
  });
  const text = JSON.stringify(seen);
  assert(!text.includes("qzxq"), text);
  assertStringIncludes(text, `"DB_PASSWORD":"${MASK}"`);
  assertStringIncludes(text, `has ${MASK} in it`);
});

Deno.test("the setting redact: false shows all", async () => {
  await using scene = new Scene();
  scene.write("env/passwords", JSON.stringify({ "never asked": "correct-horse" }));
  scene.write("env/settings", "redact: false\n");
  scene.write("env/envvars", "API_TOKEN: abc-123-def\n");
  scene.write("env/cmdline", "correct-horse");
  const finished = await scene.cli(["run", ".", "-b", "/bin/echo", "-i", "a"]);
  assertStringIncludes(finished.stdout, "correct-horse");
  const command = JSON.parse(scene.artifact("a", "command") ?? "");
  assertEquals(command.env.API_TOKEN, "abc-123-def");
  assertEquals(command.command[1], "correct-horse");
});
