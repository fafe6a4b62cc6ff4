/**
 * Prints what remote jobs cost beside the Python ansible-runner, in one run.
 *
 * `deno run -A tests/bench/remote_bench.ts [PROGRAM]`: CPU seconds of each program with its children,
 * and its peak memory, medians of ROUNDS (3); ratios hold, absolute times vary. PROGRAM is the original
 * (2.4 of the test cache). RUNNER_TEST_BINARY names a compiled program of ours.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import { testCacheDirectory } from "../testing/original.ts";
import { cliCommand } from "../testing/scene.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 3);
const MEASURE = new URL("measure.py", import.meta.url).pathname;

/** What one program took. */
interface Cost {
  readonly cpu: number;
  readonly mb: number;
  readonly wall: number;
}

const root = Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "runner-remote-" });

async function measured(
  command: readonly string[],
  { stdin = "/dev/null", stdout = "/dev/null", termAfter = 0 } = {},
): Promise<Cost> {
  const { stderr } = await new Deno.Command("/usr/bin/python3", {
    args: [MEASURE, stdin, stdout, String(termAfter), ...command],
    stdout: "null",
    stderr: "piped",
  }).output();
  const [cpu = NaN, mb = NaN, wall = NaN] = new TextDecoder().decode(stderr).trim().split("\n")
    .at(-1)?.split(" ").map(Number) ?? [];
  return { cpu, mb, wall };
}

async function medians(measure: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await measure());
  const median = (key: keyof Cost): number =>
    costs.map((cost) => cost[key]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
  return { cpu: median("cpu"), mb: median("mb"), wall: median("wall") };
}

function row(what: string, costs: readonly [ours: Cost, theirs: Cost]): void {
  const [ours, theirs] = costs;
  const cells = costs.map(({ cpu, mb }) => `${cpu.toFixed(2)} s, ${mb.toFixed(0)} MB`);
  console.log(`| ${[what, ...cells, (ours.cpu / theirs.cpu).toFixed(2)].join(" | ")} |`);
}

/** A directory that one measurement fills. */
function fresh(name: string): string {
  const dir = `${root}/${name}`;
  try {
    Deno.removeSync(dir, { recursive: true });
  } catch {
    // It is not there yet.
  }
  return dir;
}

function makeFiles(dir: string, { files, bytes }: { files: number; bytes: number }): void {
  Deno.mkdirSync(`${dir}/project`, { recursive: true });
  Deno.writeTextFileSync(`${dir}/project/play.yml`, "[]");
  for (let at = 0; at < files; at++) {
    // Half of it is random: packed it is about half as long.
    const content = new Uint8Array(bytes);
    crypto.getRandomValues(content.subarray(0, bytes / 2));
    if (at % 500 === 0) Deno.mkdirSync(`${dir}/project/d${at / 500}`);
    Deno.writeFileSync(`${dir}/project/d${Math.floor(at / 500)}/f${at}`, content);
  }
}

function makeEvents(path: string, count: number): void {
  using file = Deno.createSync(path);
  const write = (value: unknown): void =>
    void file.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  write({ status: "starting", runner_ident: "x", command: [], env: {}, cwd: "/" });
  for (let at = 1; at <= count; at++) {
    const event_data = { host: `h${at}`, res: { text: "y".repeat(1250) } };
    const stdout = `ok: [h${at}]`;
    const lines = { start_line: at, end_line: at + 1, runner_ident: "x", event: "runner_on_ok" };
    write({ uuid: crypto.randomUUID(), counter: at, stdout, ...lines, event_data });
  }
  write({ status: "successful", runner_ident: "x" });
  write({ eof: true });
}

/** The three commands of one job that does nothing. */
async function job(dir: string, runners: readonly (readonly string[])[]): Promise<void> {
  const name = dir.slice(dir.lastIndexOf("/") + 1);
  const send = (
    runner: readonly string[],
  ): readonly string[] => [
    ...runner,
    "transmit",
    dir,
    "-i",
    "x",
    "-p",
    "play.yml",
    "-b",
    "/bin/true",
  ];
  const stream = `${root}/stream`;
  const back = `${root}/back-stream`;
  const costs: Cost[][] = [];
  for (const runner of runners) {
    const place = ["--private-data-dir", fresh("work"), "--delete"];
    costs.push([
      await medians(() => measured(send(runner), { stdout: stream })),
      await medians(() =>
        measured([...runner, "worker", ...place], { stdin: stream, stdout: back })
      ),
      await medians(() =>
        measured([...runner, "process", fresh("back"), "-i", "x"], { stdin: back })
      ),
    ]);
  }
  ["transmit", "worker", "process"].forEach((command, at) => {
    const [ours, theirs] = costs.map((each) => each[at]);
    if (ours !== undefined && theirs !== undefined) row(`${name}: ${command}`, [ours, theirs]);
  });
}

if (import.meta.main) {
  const original = Deno.args[0] ?? `${testCacheDirectory()}/runner-2.4/bin/ansible-runner`;
  const runners = [cliCommand(), [original]];
  const both = async (measure: (runner: readonly string[]) => Promise<Cost>) =>
    [await measure(runners[0] ?? []), await measure(runners[1] ?? [])] as const;
  try {
    console.log("| what | ours: CPU, memory | original | CPU ratio |\n|---|---|---|---|");
    makeFiles(`${root}/a small job`, { files: 4, bytes: 200 });
    await job(`${root}/a small job`, runners);
    makeFiles(`${root}/20,000 files of 10 KB`, { files: 20_000, bytes: 10_000 });
    await job(`${root}/20,000 files of 10 KB`, runners);
    makeEvents(`${root}/events`, 20_000);
    row(
      "20,000 events of 1.6 KB: process",
      await both((runner) =>
        medians(() =>
          measured([...runner, "process", fresh("back"), "-i", "x"], { stdin: `${root}/events` })
        )
      ),
    );
    const [ours, theirs] = await both((runner) =>
      medians(() => measured([...runner, "worker"], { stdin: "-", termAfter: 2 }))
    );
    console.log(
      `| a worker that waits is gone after TERM | ${ours.wall.toFixed(2)} s | ` +
        `${theirs.wall.toFixed(2)} s | - |`,
    );
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}
