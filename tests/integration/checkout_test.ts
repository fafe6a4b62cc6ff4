/**
 * A checkout that is replaced while a run of it goes on: what would be loaded late is not there.
 */
import { assertEquals } from "../testing/assert.ts";
import { inParallel, TestPlace } from "../testing/data_dir.ts";
import { runProgram } from "../testing/run_cli.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

interface Ending {
  /** What the program does once the sources are gone. */
  readonly program: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly code: number;
  readonly stderr: string;
}

const ENDINGS: readonly Ending[] = [
  { program: "exit 0", code: 0, stderr: "" },
  { program: "exit 3", code: 3, stderr: "" },
  {
    program: "kill -9 $$",
    code: 137,
    stderr: 'error: Run "x" ended: signal 9\n',
  },
  {
    program: "exec sleep 60",
    settings: { job_timeout: 1 },
    code: 254,
    stderr: 'error: Run "x" ended: job_timeout: not finished after 1 s\n',
  },
  {
    // Which credential answers it is looked up by what is loaded late.
    program: "printf 'Vault password: '; read a",
    settings: { prompt_timeout: 1 },
    code: 254,
    stderr: 'error: Run "x" ended: prompt not answered: "Vault password: "\n' +
      "hint: Give a pattern for it, and the answer, in env/passwords\n",
  },
];

Deno.test("a run ends as its program did, although the checkout is gone by then", async () => {
  const ended: Omit<Ending, "settings">[] = [];
  await inParallel(
    ENDINGS.map((ending, at) => async () => {
      ended[at] = await endIn(ending);
    }),
    2,
  );
  assertEquals(ended, ENDINGS.map(({ settings: _, ...ending }) => ending));
});

async function endIn({ program, settings = {} }: Ending): Promise<Omit<Ending, "settings">> {
  using place = new TestPlace({
    "private/project/x.yml": "[]",
    "private/env/settings": JSON.stringify(settings),
  }, []);
  const own = ["cli.ts", "src", "deno.json", "deno.lock"].map((name) => ROOT + name);
  await runProgram(["cp", "-r", ...own, place.root]);
  const text = `#!/bin/sh\nmv '${place.root}/src' '${place.root}/gone'\n${program}\n`;
  Deno.writeTextFileSync(`${place.bin}/ansible-playbook`, text, { mode: 0o755 });
  const words = ["run", "-A", `${place.root}/cli.ts`, "run", place.dir, "-p", "x.yml", "-i", "x"];
  const { code, stderr } = await runProgram([Deno.execPath(), ...words], { env: place.env() });
  return { program, code, stderr: new TextDecoder().decode(stderr) };
}
