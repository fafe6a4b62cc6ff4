/**
 * Prints how long a cancel takes, from the signal until the last process of the run is gone, beside
 * the Python ansible-runner's figure in the same run.
 *
 * `deno run -A tests/bench/cancel_bench.ts [ROUNDS]`, or `… once PROGRAM ARG…`, which prints one
 * cancel as JSON. A real `ansible-playbook` in a real
 * `command: sleep 1000` is canceled by TERM to the runner, ROUNDS (10) times each, in turn.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import { findProgram } from "../../src/internal/programs.ts";
import { processesWith, waitForNone } from "../testing/leaks.ts";
import { cliCommand, Scene, waitFor } from "../testing/scene.ts";

const PLAYBOOK = "- hosts: all\n  gather_facts: false\n  tasks:\n  - command: sleep 1000\n";

/** One cancel: seconds until the runner had ended, and until nothing of its run was left. */
interface Canceled {
  readonly runner: number;
  readonly gone: number;
  readonly left: number;
}

async function cancelOnce(command: readonly string[]): Promise<Canceled> {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.dir}/inventory`);
  scene.write("inventory/hosts", "localhost ansible_connection=local\n");
  scene.write("project/sleep.yml", PLAYBOOK);
  const [name, value] = scene.mark.split("=");
  const [program = "", ...words] = command;
  const child = new Deno.Command(program, {
    args: [...words, "run", scene.dir, "-p", "sleep.yml", "-q"],
    env: { [name ?? ""]: value ?? "", TMPDIR: scene.tmp },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const isAsleep = (): boolean =>
    processesWith(scene.mark).some((process) => process.command === "sleep 1000");
  await waitFor(isAsleep, "the task", 60_000);
  const start = performance.now();
  const since = (): number => (performance.now() - start) / 1000;
  child.kill("SIGTERM");
  const [runner, [gone, left]] = await Promise.all([
    child.status.then(since),
    waitForNone(scene.mark, 20_000).then((left) => [since(), left.length] as const),
  ]);
  return { runner, gone, left };
}

function median(values: readonly number[]): string {
  const value = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return value.toFixed(2).padStart(6);
}

function report(title: string, runs: readonly Canceled[]): void {
  const left = runs.filter((run) => run.left > 0).length;
  const slowest = Math.max(...runs.map(({ gone }) => gone)).toFixed(2);
  console.log(
    `${title.padEnd(12)}  ${median(runs.map(({ runner }) => runner))} s to the runner's end  ` +
      `${median(runs.map(({ gone }) => gone))} s until all is gone (slowest ${slowest} s)  ` +
      `${left} of ${runs.length} left processes for 20 s`,
  );
}

if (import.meta.main && Deno.args[0] === "once") {
  console.log(JSON.stringify(await cancelOnce(Deno.args.slice(1))));
} else if (import.meta.main) {
  const rounds = Number(Deno.args[0] ?? 10);
  const original = findProgram("/usr/bin/ansible-runner", "");
  const ours: Canceled[] = [];
  const theirs: Canceled[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await cancelOnce(cliCommand()));
    if (original !== undefined) theirs.push(await cancelOnce([original]));
  }
  console.log(`cancel by TERM, medians of ${rounds}`);
  report("ours", ours);
  if (theirs.length > 0) report("the original", theirs);
  else console.log("the original is not installed");
}
