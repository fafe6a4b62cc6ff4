import { readOwner } from "../../src/ownership/owner_record.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { missingAnsible, missingBwrap } from "../testing/isolation.ts";
import { filesBelow, processesWith, waitForNone } from "../testing/leaks.ts";
import { Scene, waitFor, within } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";
import { makeKey, missingSshd, startSshd } from "../testing/sshd.ts";

const NO_SSH = missingSshd() ?? missingAnsible();
const BEGINNING = Date.now() - 1000;
/** A new one each time: the sources may lie where it is looked for. */
const PHRASE = `Open Sesame ${crypto.randomUUID()} $x`;

interface Keys {
  /** What env/ssh_key holds. */
  readonly key: string;
  /** Which of the made keys may log in. */
  readonly authorized: readonly string[];
  readonly credentials?: Readonly<Record<string, string>>;
  readonly passwords?: Readonly<Record<string, string>>;
}

/** A private data dir whose one host is an sshd of this test. */
class SshScene extends Scene {
  readonly keys = `${this.root}/keys`;

  constructor() {
    super();
    Deno.mkdirSync(this.keys);
  }

  make(name: string, options: Parameters<typeof makeKey>[1] = {}): string {
    const text = makeKey(`${this.keys}/${name}`, options);
    Deno.removeSync(`${this.keys}/${name}`);
    return text;
  }

  async serve({ key, authorized, credentials, passwords }: Keys): Promise<AsyncDisposable> {
    const publicKeys = authorized.map((name) => Deno.readTextFileSync(`${this.keys}/${name}.pub`));
    const sshd = await startSshd(this.keys, publicKeys);
    const common = "-F /dev/null -o UserKnownHostsFile=/dev/null -o IdentityFile=/nonexist";
    this.write(
      "inventory",
      `h ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_user=root ` +
        `ansible_ssh_common_args="${common}"\n`,
    );
    this.pipe("env/ssh_key", key);
    if (credentials !== undefined) this.pipe("env/credentials", JSON.stringify(credentials));
    if (passwords !== undefined) this.pipe("env/passwords", JSON.stringify(passwords));
    return sshd;
  }

  /** A named pipe that gives a text once: the text is never on disk. */
  pipe(name: string, text: string): void {
    const path = `${this.dir}/${name}`;
    new Deno.Command("mkfifo", { args: [path] }).outputSync();
    const feeder = new Deno.Command("/bin/sh", {
      args: ["-c", 'cat > "$0"; rm "$0"', path],
      stdin: "piped",
    }).spawn();
    this.#feeders.push(feed(feeder, text));
  }
  readonly #feeders: Promise<unknown>[] = [];

  override async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#feeders);
    await super[Symbol.asyncDispose]();
  }
}

async function feed(feeder: Deno.ChildProcess, text: string): Promise<void> {
  const writer = feeder.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  await feeder.status;
}

/** Files and processes that show one of the secrets. */
function scan(secrets: readonly string[], dirs: readonly string[]): string[] {
  const found: string[] = [];
  const look = (path: string) => {
    try {
      if (!path.startsWith("/proc/") && !isNewFile(path)) return;
      const text = new TextDecoder("latin1").decode(Deno.readFileSync(path));
      if (secrets.some((secret) => text.includes(secret))) found.push(path);
    } catch {
      // Gone, a socket, or not to be read.
    }
  };
  for (const dir of dirs) {
    for (const name of filesBelow(dir)) look(`${dir}/${name}`);
  }
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    for (const file of ["cmdline", "environ"]) look(`/proc/${name}/${file}`);
  }
  return found;
}

/** Others have old and large ones in /dev/shm. */
function isNewFile(path: string): boolean {
  const { isFile, mtime } = Deno.lstatSync(path);
  return isFile && (mtime?.getTime() ?? 0) >= BEGINNING;
}

function agentDirOf(scene: Scene, ident: string): string {
  const { env } = JSON.parse(scene.artifact(ident, "command") ?? "");
  return env.SSH_AUTH_SOCK.replace(/\/agent$/, "");
}

const MODULE = ["-m", "raw", "--hosts", "h", "-i", "a"];

for (
  const [title, keysOf] of Object.entries<(scene: SshScene) => Keys>({
    "an rsa key": (scene) => ({ key: scene.make("k", { type: "rsa" }), authorized: ["k"] }),
    "an ed25519 key with passphrase": (scene) => ({
      key: scene.make("k", { passphrase: PHRASE }),
      authorized: ["k"],
      credentials: { ssh_key_passphrase: PHRASE },
    }),
    "a key opened by Foreman's pattern": (scene) => ({
      key: scene.make("k", { passphrase: PHRASE }),
      authorized: ["k"],
      passwords: { "for.*/artifacts/.*/ssh_key_data:": PHRASE },
    }),
    "the second of two keys": (scene) => ({
      key: scene.make("one").trimEnd() + "\n" + scene.make("two", { passphrase: PHRASE }),
      authorized: ["two"],
      credentials: { "ssh_key_passphrase@env/ssh_key": PHRASE },
    }),
  })
) {
  testOrSkip(`a run logs in with ${title}, which is seen nowhere`, NO_SSH, async () => {
    await using scene = new SshScene();
    const keys = keysOf(scene);
    await using _sshd = await scene.serve(keys);
    const line = keys.key.split("\n").at(-4) ?? "";
    assert(line.length > 40, line);
    const gate = `${scene.root}/gate`;
    const words = `echo hello; until [ -e ${gate} ]; do sleep 0.05; done`;
    const child = scene.spawn(["run", ".", ...MODULE, "-a", words]);
    const output = child.output();
    await waitFor(() => scene.artifact("a", "command") !== undefined, "command written");
    const agentDir = agentDirOf(scene, "a");
    await waitFor(() => filesBelow(`${agentDir}/cp`).length > 0, "connection shared");
    assertEquals(scan([line, PHRASE], [scene.root, agentDir, "/dev/shm"]), [], "while it runs");
    Deno.writeTextFileSync(gate, "");
    const { code, stdout } = await within(20_000, output);
    assertEquals(code, 0, new TextDecoder().decode(stdout));
    assertStringIncludes(new TextDecoder().decode(stdout), "hello");
    assert(!new TextDecoder().decode(stdout).includes("Identity added"));
    assertEquals(scan([line, PHRASE], [scene.root, "/dev/shm"]), [], "afterwards");
    assertEquals(processesWith(agentDir), [], "agent and connections are gone");
    assert(!exists(agentDir), "the agent's directory is gone");
    await scene.assertNothingLeft();
  });
}

testOrSkip(
  "a wrong key or passphrase is one clear error, and nothing new is left",
  NO_SSH,
  async () => {
    await using scene = new SshScene();
    const locked = scene.make("k", { passphrase: PHRASE });
    await scene.ok(["run", ".", "-b", "/bin/true", "-i", "old"]);
    const table: [string, Record<string, string>, RegExp][] = [
      [
        locked,
        { ssh_key_passphrase: "wrong phrase" },
        /^error: Cannot load "env\/ssh_key": wrong passphrase\n\nhint: Give the passphrase as /,
      ],
      [locked, {}, /^error: Cannot load "env\/ssh_key": its passphrase is missing\n\nhint: /],
      ["no key\n", {}, /^error: Cannot load "env\/ssh_key": ssh-add does not take it as a private/],
    ];
    const before = filesBelow(scene.dir);
    for (const [key, credentials, expected] of table) {
      for (const ident of ["new", "old"]) {
        scene.pipe("env/ssh_key", key);
        scene.pipe("env/credentials", JSON.stringify(credentials));
        const { code, stdout, stderr } = await scene.cli([
          "run",
          ".",
          "-b",
          "/bin/true",
          "-i",
          ident,
        ]);
        assertMatch(stderr, expected);
        assertEquals([code, stdout], [1, ""]);
        await waitFor(() => !exists(`${scene.dir}/env/ssh_key`), "pipe removed");
        await waitFor(() => !exists(`${scene.dir}/env/credentials`), "pipe removed");
        assertEquals(filesBelow(scene.dir), before, "nothing new, nothing lost");
      }
    }
    scene.pipe("env/ssh_key", locked);
    const { code, stderr } = await scene.cli(["start", ".", "-b", "/bin/true", "-i", "new"]);
    assertMatch(stderr, /its passphrase is missing/);
    assertEquals(code, 1);
    await scene.assertNothingLeft();
  },
);

testOrSkip(
  "connections of a runner that was killed are ended by the next command",
  NO_SSH,
  async () => {
    await using scene = new SshScene();
    await using _sshd = await scene.serve({ key: scene.make("k"), authorized: ["k"] });
    const child = scene.spawn(["run", ".", ...MODULE, "-a", "echo hello; sleep 60"]);
    await waitFor(() => scene.artifact("a", "command") !== undefined, "command written");
    const agentDir = agentDirOf(scene, "a");
    // The socket is there before the master has left its run; its title comes after that.
    await waitFor(
      () => processesWith(`${agentDir}/cp/`).some(({ command }) => command.includes("[mux]")),
      "connection shared",
    );
    // Whoever would take the connections along dies too: the launcher before `script`, whose end it
    // would hear of.
    child.kill("SIGSTOP");
    const record = readOwner(`${scene.dir}/artifacts/a`)?.recordDir ?? "";
    for (const { pid } of processesWith(`${record}/launch`).toReversed()) {
      Deno.kill(pid, "SIGKILL");
    }
    child.kill("SIGKILL");
    await child.output();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert(processesWith(`${agentDir}/cp/`).length > 0, "a master outlives its run");
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    assertEquals(await waitForNone(agentDir, 2000), []);
    assert(!exists(agentDir));
    await scene.assertNothingLeft();
  },
);

testOrSkip("a canceled run ends its connections and its agent", NO_SSH, async () => {
  await using scene = new SshScene();
  await using _sshd = await scene.serve({ key: scene.make("k"), authorized: ["k"] });
  const child = scene.spawn(["run", ".", ...MODULE, "-a", "echo hello; sleep 60"]);
  const output = child.output();
  await waitFor(() => scene.artifact("a", "command") !== undefined, "command written");
  const agentDir = agentDirOf(scene, "a");
  await waitFor(() => filesBelow(`${agentDir}/cp`).length > 0, "connection shared");
  child.kill("SIGTERM");
  assertEquals((await within(15_000, output)).code, 254);
  assertEquals(processesWith(agentDir), []);
  assert(!exists(agentDir));
  await scene.assertNothingLeft();
});

testOrSkip("keys work under bwrap, with a minimal root too", NO_SSH ?? missingBwrap(), async () => {
  await using scene = new SshScene();
  await using _sshd = await scene.serve({ key: scene.make("k"), authorized: ["k"] });
  const isolation = { process_isolation: true, process_isolation_root: "minimal" };
  scene.write("env/settings", JSON.stringify(isolation));
  const { code, stdout } = await scene.cli(["run", ".", ...MODULE, "-a", "echo hello"]);
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "hello");
  await scene.assertNothingLeft();
});

Deno.test("the caller's own agent and control path are used when no key is given", async () => {
  await using scene = new Scene();
  const env = { SSH_AUTH_SOCK: "/callers/agent", ANSIBLE_SSH_CONTROL_PATH_DIR: "/callers/cp" };
  await scene.ok(["run", ".", "-b", "/bin/true", "-i", "a"], { env });
  const seen = JSON.parse(scene.artifact("a", "command") ?? "").env;
  assertEquals(seen.SSH_AUTH_SOCK, "/callers/agent");
  assertEquals(seen.ANSIBLE_SSH_CONTROL_PATH_DIR, "/callers/cp");
});

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
