import { assert, assertEquals, assertRejects, assertStringIncludes } from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";
import { makeKey, missingSshd, run, startSshd } from "../testing/sshd.ts";
import { cleanUpAgent, startAgent } from "../../src/command/ssh/agent.ts";
import { RunnerError } from "../../src/errors.ts";

const PHRASE = "pass phrase-4711 $x 'ü\"";
const NO_SSH = missingSshd();

/** A temporary directory with a place for agents, gone afterwards. */
class Scene implements Disposable {
  readonly dir = Deno.makeTempDirSync({ prefix: "ssh_test_" });
  readonly agents = `${this.dir}/agents`;

  constructor() {
    Deno.mkdirSync(this.agents);
  }

  key(name: string, options: Parameters<typeof makeKey>[1] = {}): string {
    return makeKey(`${this.dir}/${name}`, options);
  }

  leftovers(): string[] {
    return [...Deno.readDirSync(this.agents)].map((entry) => entry.name);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

function isRunning(pid: string | undefined): boolean {
  try {
    // A dead process that nobody waited for yet is a zombie.
    return !/^State:\tZ/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

testOrSkip("startAgent loads every kind of key, and is gone after dispose", NO_SSH, async () => {
  using scene = new Scene();
  const keys = [
    { name: "ed25519", text: scene.key("a") },
    { name: "rsa", text: scene.key("b", { type: "rsa" }) },
    { name: "CRLF", text: scene.key("c").replaceAll("\n", "\r\n") },
    { name: "no newline", text: scene.key("d").trimEnd() },
    { name: "two", text: scene.key("e").trimEnd() + "\n" + scene.key("f") },
    { name: "phrase", text: scene.key("g", { passphrase: PHRASE }) },
    { name: "phrase, PEM", text: scene.key("h", { type: "rsa", passphrase: PHRASE, pem: true }) },
  ];
  const passphrase = (name: string) => name.startsWith("phrase") ? PHRASE : undefined;
  let pid: string | undefined;
  {
    await using agent = await startAgent({ keys, passphrase, socketDir: scene.agents });
    pid = agent.env["SSH_AGENT_PID"];
    const listed = run("ssh-add", ["-l"], agent.env).text.trim().split("\n");
    assertEquals(listed.length, 8, listed.join("\n"));
    assertEquals((Deno.statSync(agent.dir).mode ?? 0) & 0o777, 0o700);
    assertEquals(agent.env["ANSIBLE_SSH_CONTROL_PATH_DIR"], agent.controlPathDir);
    assertEquals([...Deno.readDirSync(agent.dir)].map((entry) => entry.name).sort(), [
      "agent",
      "cp",
    ]);
    assert(isRunning(pid));
  }
  assert(!isRunning(pid));
  assertEquals(scene.leftovers(), []);
});

testOrSkip("startAgent names the key that is wrong and leaves nothing", NO_SSH, async () => {
  using scene = new Scene();
  const good = scene.key("good");
  const locked = scene.key("locked", { passphrase: PHRASE });
  const table: [string, string | undefined, string][] = [
    [locked, "wrong", 'Cannot load "env/ssh_keys/it": wrong passphrase'],
    [locked, undefined, 'Cannot load "env/ssh_keys/it": its passphrase is missing'],
    [`${good}${locked}`, "wrong", 'Cannot load key 2 of "env/ssh_keys/it": wrong passphrase'],
    [locked, "two\nlines", 'Cannot load "env/ssh_keys/it": its passphrase has more than one line'],
    ["garbage", undefined, 'Cannot load "env/ssh_keys/it": ssh-add does not take it as a private'],
    [good.slice(0, 200), undefined, 'Cannot load "env/ssh_keys/it": ssh-add does not take it'],
  ];
  for (const [text, phrase, expected] of table) {
    const keys = [{ name: "env/ssh_key", text: good }, { name: "env/ssh_keys/it", text }];
    const passphrase = (name: string) => name === "env/ssh_keys/it" ? phrase : undefined;
    const start = () => startAgent({ keys, passphrase, socketDir: scene.agents });
    const error = await assertRejects(start, expected);
    assert(error instanceof RunnerError);
    assert(!error.message.includes("\n"), error.message);
    assertEquals(scene.leftovers(), []);
  }
});

testOrSkip("startAgent says what to install when there is no ssh-agent", NO_SSH, async () => {
  const error = await assertRejects(() => startAgent({ keys: [], searchPath: "/nowhere" }));
  assertEquals(error.message, "Cannot start ssh-agent: no ssh-agent in PATH");
});

for (
  const [name, script, expected] of [
    ["ssh-agent", "kill -9 $$", "Cannot start ssh-agent: it was ended by signal 9"],
    ["ssh-agent", "exit 3", "Cannot start ssh-agent: it ended with exit code 3"],
    [
      "ssh-agent",
      "sleep 60",
      "Cannot start ssh-agent: it did not say that its socket is ready within 5 s",
    ],
    ["ssh-add", "kill -9 $$", 'Cannot load "k": ssh-add was ended by signal 9'],
    [
      "ssh-add",
      'kill -9 "$SSH_AGENT"; exec /usr/bin/ssh-add -l',
      'Cannot load "k": its ssh-agent is gone',
    ],
  ] as const
) {
  testOrSkip(
    `startAgent tells of a program that ended before its time: ${expected}`,
    NO_SSH,
    async () => {
      using scene = new Scene();
      const keys = [{ name: "k", text: scene.key("good") }];
      const bin = Deno.makeTempDirSync();
      try {
        // The agent is the one process that has its socket as an argument.
        const socket = '$(pgrep -xf "[^ ]*ssh-agent -D -a $SSH_AUTH_SOCK")';
        const text = `#!/bin/sh\n${script.replace("$SSH_AGENT", socket)}\n`;
        Deno.writeTextFileSync(`${bin}/${name}`, text, { mode: 0o755 });
        const searchPath = `${bin}:/usr/bin:/bin`;
        await assertRejects(
          () => startAgent({ keys, searchPath, socketDir: scene.agents }),
          expected,
        );
        assertEquals(scene.leftovers(), []);
      } finally {
        Deno.removeSync(bin, { recursive: true });
      }
    },
  );
}

testOrSkip("startAgent shows key and passphrase to no process and no disk", NO_SSH, async () => {
  using scene = new Scene();
  const text = scene.key("k", { passphrase: PHRASE });
  const line = text.split("\n")[3] ?? "";
  Deno.removeSync(`${scene.dir}/k`);
  // A bracket in each pattern keeps the scan from finding itself.
  const patterns = [`pass phrase-[4]711`, `[${line[0]}]${line.slice(1)}`];
  const script = `#!/bin/sh
ls -l /proc/$$/fd > ${scene.dir}/fds
for pattern in ${patterns.map((each) => `'${each}'`).join(" ")}; do
  grep -alE "$pattern" /proc/[0-9]*/cmdline /proc/[0-9]*/environ
  find /tmp /var/tmp /dev/shm ${scene.dir} -newer ${scene.dir}/mark -type f -exec grep -alE "$pattern" {} +
done > ${scene.dir}/found 2>/dev/null
exec /usr/bin/ssh-add "$@"
`;
  Deno.writeTextFileSync(`${scene.dir}/mark`, "");
  Deno.mkdirSync(`${scene.dir}/bin`);
  Deno.writeTextFileSync(`${scene.dir}/bin/ssh-add`, script, { mode: 0o755 });
  const searchPath = `${scene.dir}/bin:${Deno.env.get("PATH")}`;
  const keys = [{ name: "k", text }];
  await using agent = await startAgent({
    keys,
    passphrase: () => PHRASE,
    socketDir: scene.agents,
    searchPath,
  });
  assertStringIncludes(run("ssh-add", ["-l"], agent.env).text, "ED25519");
  const found = Deno.readTextFileSync(`${scene.dir}/found`).split("\n").filter((path) =>
    // The script itself holds the patterns, and so does its shell.
    path !== "" && path !== `${scene.dir}/bin/ssh-add`
  );
  assertEquals(found, []);
  assertStringIncludes(Deno.readTextFileSync(`${scene.dir}/fds`), "pipe:");
});

testOrSkip("an agent dies with the program that started it", NO_SSH, async () => {
  using scene = new Scene();
  const module = new URL("../../src/command/ssh/agent.ts", import.meta.url).href;
  const script = `import { startAgent } from ${JSON.stringify(module)};
    const keys = [{ name: "k", text: Deno.readTextFileSync(${JSON.stringify(`${scene.dir}/k`)}) }];
    const agent = await startAgent({ keys, socketDir: ${JSON.stringify(scene.agents)} });
    console.log(agent.env.SSH_AGENT_PID + " " + agent.dir);
    Deno.kill(Deno.pid, "SIGKILL");`;
  scene.key("k");
  const output = run(Deno.execPath(), ["eval", "--no-lock", script], { NO_COLOR: "1" }).text;
  const [pid, dir = ""] = output.trim().split(" ");
  for (let tries = 0; isRunning(pid) && tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert(!isRunning(pid), output);
  assertEquals(scene.leftovers().length, 1);
  await cleanUpAgent(dir);
  assertEquals(scene.leftovers(), []);
});

testOrSkip("cleanUpAgent leaves alone what is not an agent's directory", NO_SSH, async () => {
  using scene = new Scene();
  Deno.mkdirSync(`${scene.agents}/other`);
  Deno.symlinkSync(`${scene.agents}/other`, `${scene.agents}/ansible_runner_agent_link`);
  await cleanUpAgent(`${scene.agents}/other`);
  await cleanUpAgent(`${scene.agents}/ansible_runner_agent_link`);
  await cleanUpAgent(`${scene.agents}/ansible_runner_agent_missing`);
  assertEquals(scene.leftovers().sort(), ["ansible_runner_agent_link", "other"]);
});

/** Opens a shared connection that stays; returns the pid of its master. */
function connect(port: number, socket: string, env: Record<string, string>): string {
  const options = [
    "ControlMaster=auto",
    "ControlPersist=60",
    `ControlPath=${socket}`,
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "BatchMode=yes",
  ].flatMap((option) => ["-o", option]);
  const args = ["-F", "/dev/null", "-p", String(port), ...options, "127.0.0.1"];
  // A master keeps the caller's stderr open, so the output goes to files in between.
  const shell = 'ssh "$@" true >"$0" 2>&1; code=$?; cat "$0"; exit $code';
  const { code, text } = run("sh", ["-c", shell, `${socket}.log`, ...args], env);
  assertEquals(code, 0, text);
  const check =
    run("ssh", ["-F", "/dev/null", "-O", "check", "-o", `ControlPath=${socket}`, "x"]).text;
  const pid = /pid=(\d+)/.exec(check)?.[1];
  assert(pid !== undefined, check);
  return pid;
}

testOrSkip("an agent ends the shared connections of its run and no others", NO_SSH, async () => {
  using scene = new Scene();
  const wrong = scene.key("wrong");
  const text = scene.key("right");
  await using sshd = await startSshd(scene.dir, [Deno.readTextFileSync(`${scene.dir}/right.pub`)]);
  const pids: string[] = [];
  let other = "";
  {
    const keys = [{ name: "wrong", text: wrong }, { name: "right", text }];
    await using agent = await startAgent({ keys });
    const dir = agent.controlPathDir ?? "";
    pids.push(connect(sshd.port, `${dir}/0123456789`, agent.env));
    pids.push(connect(sshd.port, `${dir}/abcdef0123`, agent.env));
    other = connect(sshd.port, `${scene.dir}/other`, agent.env);
    // One that does not answer any more.
    Deno.kill(Number(pids[1]), "SIGSTOP");
    assert(pids.every(isRunning));
  }
  assertEquals(pids.map(isRunning), [false, false]);
  assert(isRunning(other));
  Deno.kill(Number(other), "SIGTERM");
});
