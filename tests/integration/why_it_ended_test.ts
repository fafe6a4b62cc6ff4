/**
 * Why a run ended: the file `reason` always, and a line on standard error unless quiet, for every
 * ending but an exit.
 */
import { assert, assertEquals } from "../testing/assert.ts";
import { join } from "../../src/python/shlex.ts";
import { type FileSpec, inParallel, TestPlace } from "../testing/data_dir.ts";
import { runProgram } from "../testing/run_cli.ts";
import { cliCommand, Scene } from "../testing/scene.ts";

interface Ending {
  readonly title: string;
  /** The program in place of ansible-playbook; undefined: there is none. */
  readonly program?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Signal that is sent to our program once the other has begun. */
  readonly send?: Deno.Signal;
  readonly reason: Readonly<Record<string, unknown>>;
  /** What standard error says after `Run "x" ended: `. */
  readonly says?: string;
}

const WAIT = "echo begun\nexec sleep 60\n";

const ENDINGS: readonly Ending[] = [
  {
    title: "success",
    program: "exit 0\n",
    reason: { reason: "exit", code: 0, rc: 0, status: "successful" },
  },
  {
    title: "an exit code",
    program: "exit 3\n",
    reason: { reason: "exit", code: 3, rc: 3, status: "failed" },
  },
  {
    title: "an exit code that looks like a signal",
    program: "exit 137\n",
    reason: { reason: "exit", code: 137, rc: 137, status: "failed" },
  },
  {
    title: "a signal",
    program: "kill -9 $$\n",
    reason: { reason: "signal", signal: 9, rc: 137, status: "failed" },
    says: "signal 9",
  },
  {
    title: "a crash",
    program: "kill -SEGV $$\n",
    reason: { reason: "signal", signal: 11, rc: 139, status: "failed" },
    says: "signal 11",
  },
  {
    title: "the job timeout",
    program: WAIT,
    settings: { job_timeout: 1 },
    reason: { reason: "job_timeout", seconds: 1, rc: 254, status: "timeout" },
    says: "job_timeout: not finished after 1 s",
  },
  {
    title: "the idle timeout",
    program: WAIT,
    settings: { idle_timeout: 0.5 },
    reason: { reason: "idle_timeout", seconds: 0.5, rc: 254, status: "timeout" },
    says: "idle_timeout: no output for 0.5 s",
  },
  {
    title: "a prompt",
    program: "printf 'Name: '\nread a\n",
    settings: { prompt_timeout: 1 },
    reason: { reason: "prompt_not_answered", prompt: "Name: ", rc: 254, status: "failed" },
    says: 'prompt not answered: "Name: "',
  },
  ...(["SIGTERM", "SIGINT", "SIGHUP"] as const).map((send): Ending => ({
    title: send,
    program: WAIT,
    send,
    reason: { reason: "canceled", by: send, rc: 254, status: "canceled" },
    says: `canceled by ${send}`,
  })),
];

Deno.test("the reason of every ending is in a file and, unless quiet, on standard error", async () => {
  const failures: string[] = [];
  const rows = ENDINGS.flatMap((ending) => [{ ending, quiet: false }, { ending, quiet: true }]);
  await inParallel(
    rows.map(({ ending, quiet }) => async () => {
      try {
        await check(ending, quiet);
      } catch (error) {
        failures.push(`${ending.title}${quiet ? ", quiet" : ""}: ${(error as Error).message}`);
      }
    }),
    4,
  );
  assertEquals(failures.join("\n\n"), "");
});

async function check(
  { program, settings, send, reason, says }: Ending,
  quiet: boolean,
): Promise<void> {
  const tool: FileSpec = { text: `#!/bin/sh\n${program}`, mode: 0o755 };
  using place = new TestPlace({
    "bin/ansible-playbook": tool,
    "private/project/x.yml": "[]",
    ...(settings === undefined ? {} : { "private/env/settings": JSON.stringify(settings) }),
  }, []);
  const args = ["run", "private", "-p", "x.yml", "-i", "x", ...(quiet ? ["-q"] : [])];
  const child = place.spawn(args, { piped: true });
  const output = child.output();
  if (send !== undefined) {
    await until(() => (place.read("private/artifacts/x/stdout") ?? "").includes("begun"));
    child.kill(send);
  }
  const { code, stderr } = await output;
  const hint = reason["reason"] === "prompt_not_answered"
    ? "hint: Give a pattern for it, and the answer, in env/passwords\n"
    : "";
  const line = says === undefined || quiet ? "" : `error: Run "x" ended: ${says}\n${hint}`;
  assertEquals(new TextDecoder().decode(stderr), line);
  assertEquals(JSON.parse(place.read("private/artifacts/x/reason") ?? ""), reason);
  assertEquals(code, reason["rc"]);
  assertEquals(place.read("private/artifacts/x/rc"), String(reason["rc"]));
  assertEquals(place.read("private/artifacts/x/status"), reason["status"]);
}

Deno.test("a program that is not there is told in the output, and its reason in the file", async () => {
  using place = new TestPlace({ "private/project/x.yml": "[]" }, []);
  const { code, stdout, stderr } = await place.run(["run", "private", "-p", "x.yml", "-i", "x"], {
    env: { PATH: `${place.root}/empty` },
  });
  assertEquals([code, stderr], [
    127,
    "hint: ansible-runner doctor says what this host has and lacks\n",
  ]);
  assertEquals(
    stdout,
    "The command was not found or was not executable: ansible-playbook.\n",
  );
  assertEquals(JSON.parse(place.read("private/artifacts/x/reason") ?? ""), {
    reason: "could_not_start",
    program: "ansible-playbook",
    rc: 127,
    status: "failed",
  });
});

Deno.test("a program that the system does not start is told on standard error", async () => {
  using place = new TestPlace({
    "bin/ansible-playbook": { text: "#!/no/such/interpreter\n", mode: 0o755 },
    "private/project/x.yml": "[]",
  }, []);
  const { code, stderr } = await place.run(["run", "private", "-p", "x.yml", "-i", "x"]);
  assertEquals(code, 127);
  assert(stderr.startsWith('error: Run "x" ended: could not start: '), stderr);
  assertEquals(place.read("private/artifacts/x/status"), "failed");
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("did not come");
}

Deno.test("why a run ended stands on a line of its own, also behind a prompt on a terminal", async () => {
  await using scene = new Scene();
  const program = `${scene.root}/program`;
  Deno.writeTextFileSync(program, "#!/bin/sh\nprintf 'who: '; kill -9 $$\n", { mode: 0o755 });
  const command = join([...cliCommand(), "run", scene.root, "-b", program, "-i", "x"]);
  const { stdout } = await runProgram(["script", "-qec", command, "/dev/null"]);
  const shown = new TextDecoder().decode(stdout);
  assert(shown.includes('who: \r\nerror: Run "x" ended: signal 9'), Deno.inspect(shown));
});
