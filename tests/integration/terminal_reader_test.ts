/**
 * Real programs on a real terminal: those that wait for a person are seen, those that work are not.
 */
import { Pty } from "../../src/process/pty.ts";
import { findWaitingReader } from "../../src/process/prompts/terminal_reader.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { assertEquals } from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";
import { inParallel } from "../testing/data_dir.ts";

/** A program, and whether it waits for a person. */
type Row = readonly [title: string, argv: readonly string[], waits: boolean];

function python(code: string): readonly string[] {
  return ["/usr/bin/python3", "-c", code];
}

/** Root is asked for no password. */
function asNobody(...argv: string[]): readonly string[] {
  if (Deno.uid() !== 0) return argv;
  const ids = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
  return ["setpriv", ...ids, ...argv];
}

const SELF_PIPE = "import os, select\nr, w = os.pipe()\n";
const OTHER_PIPE = "import os, select, subprocess\n" +
  "p = subprocess.Popen(['sleep', '30'], stdout=subprocess.PIPE)\n";

const ROWS: readonly Row[] = [
  ["python's input", python("input('x: ')"), true],
  ["python's input with readline", python("import readline; input('x: ')"), true],
  ["python's getpass", python("import getpass; getpass.getpass()"), true],
  ["python's debugger", python("breakpoint()"), true],
  ["select", python("import select; select.select([0], [], [])"), true],
  ["select with its own pipe", python(`${SELF_PIPE}select.select([0, r], [], [])`), true],
  [
    "poll",
    python("import select; p = select.poll(); p.register(0, select.POLLIN); p.poll()"),
    true,
  ],
  ["epoll", python("import select; e = select.epoll(); e.register(0, 1); e.poll()"), true],
  [
    "asyncio",
    python(
      "import asyncio\nasync def f():\n  asyncio.get_running_loop().add_reader(0, print)\n" +
        "  await asyncio.Event().wait()\nasyncio.run(f())",
    ),
    true,
  ],
  ["bash's read", ["bash", "-c", "read -p 'x: ' a"], true],
  ["bash's read with editing", ["bash", "-c", "read -e -p 'x: ' a"], true],
  ["an interactive shell", ["bash", "--norc", "-i"], true],
  ["sh's read of /dev/tty", ["sh", "-c", "read a < /dev/tty"], true],
  ["less", ["less", "/etc/passwd"], true],
  ["vi", ["vi", "-u", "NONE", "/dev/null/x"], true],
  ["ssh-keygen", ["ssh-keygen", "-f", "/dev/null/key"], true],
  ["gpg", ["gpg", "--homedir", "/dev/null", "--gen-key"], true],
  ["sudo at its prompt", asNobody("sudo", "-k", "-p", "Password: ", "true"), true],
  ["su at its prompt", asNobody("su", "-c", "true"), true],
  ["a wait with a limit", python("import select; select.select([0], [], [], 30)"), false],
  ["bash's read with a limit", ["bash", "-c", "read -t 30 a"], false],
  [
    "a wait for another program too",
    python(`${OTHER_PIPE}select.select([0, p.stdout], [], [])`),
    false,
  ],
  [
    "poll with another program",
    python(
      `${OTHER_PIPE}q = select.poll(); q.register(0, 1); q.register(p.stdout, 1); q.poll()`,
    ),
    false,
  ],
  [
    "epoll with another program",
    python(
      `${OTHER_PIPE}q = select.epoll(); q.register(0, 1); q.register(p.stdout, 1); q.poll()`,
    ),
    false,
  ],
  ["select for writing elsewhere", python("import select; select.select([], [], [0])"), false],
  ["a program that sleeps", ["sleep", "30"], false],
  ["one that reads a pipe", ["sh", "-c", "sleep 30 | cat"], false],
  ["one that works", python("while True: pass"), false],
];

/** Starts a program on a terminal and tells whether it is seen waiting within some time. */
async function isSeenWaiting(argv: readonly string[], limitMs: number): Promise<boolean> {
  const privateDir = Deno.makeTempDirSync({ prefix: "runner_test_" });
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", TERM: "xterm", HOME: privateDir };
  const program = findProgram(argv[0] ?? "", env.PATH) ?? "";
  const pty = Pty.spawn({ program, argv, env, cwd: "/" }, { privateDir });
  const drained = pty.output.pipeTo(new WritableStream());
  const deadline = performance.now() + limitMs;
  let seen: number | undefined;
  try {
    while (seen === undefined && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen = findWaitingReader({ root: pty.pid });
    }
  } finally {
    Deno.kill(pty.pid, "SIGKILL");
    await drained;
    await pty.ended();
    Deno.removeSync(privateDir, { recursive: true });
  }
  return seen !== undefined;
}

/** Programs take a while to ask; vi looks around for 4 s first, on an idle machine. */
const ASKS_MS = 60_000;
const SILENT_MS = 1500;

const SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

/** No set-user-id programs here, or no password is needed. */
function isWithoutSudo(): boolean {
  const [program = "", ...args] = asNobody("sudo", "-n", "-k", "true");
  const { stderr } = new Deno.Command(program, { args, stdin: "null", stdout: "null" })
    .outputSync();
  return !new TextDecoder().decode(stderr).includes("password");
}

function missingFor([, argv]: Row): string | undefined {
  const [name = ""] = argv;
  const asksAsUser = argv.includes("sudo") || argv.includes("su");
  const names = asksAsUser ? [name, "sudo"] : [name];
  const lacking = names.find((each) => findProgram(each, SEARCH_PATH) === undefined);
  if (lacking !== undefined) return `no ${lacking}`;
  return asksAsUser && isWithoutSudo() ? "sudo asks nobody" : undefined;
}

for (const row of ROWS) {
  const missing = missingFor(row);
  if (missing !== undefined) testOrSkip(`findWaitingReader: ${row[0]}`, missing, () => {});
}

Deno.test("findWaitingReader sees those who wait for a person, and no others", async () => {
  const wrong: string[] = [];
  await inParallel(
    ROWS.filter((row) => missingFor(row) === undefined).map(([title, argv, waits]) => async () => {
      const isSeen = await isSeenWaiting(argv, waits ? ASKS_MS : SILENT_MS);
      if (isSeen !== waits) wrong.push(`${title}: ${isSeen ? "seen" : "not seen"}`);
    }),
    8,
  );
  assertEquals(wrong, []);
});
