/**
 * Prints the benchmark table: events, text and start-up beside the Python ansible-runner, in one run.
 *
 * `deno task bench`. Medians of five; own CPU leaves the children out. Ratios hold, absolute times vary.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import { run } from "../../mod.ts";
import { Pairing } from "../../src/events/pairing.ts";
import { Tokenizer } from "../../src/events/tokenizer.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BIN = `${ROOT}tests/fixtures/bin`;
const ROUNDS = 5;

/** Seconds. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    wall: median(costs.map((cost) => cost.wall)),
    cpu: median(costs.map((cost) => cost.cpu)),
  };
}

/** CPU seconds of this process alone, from /proc (in ticks of 10 ms). */
function ownCpu(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function dataDir(): string {
  const base = "/dev/shm";
  const dir = Deno.makeTempDirSync({ dir: base, prefix: "runner-bench-" });
  Deno.mkdirSync(`${dir}/project`);
  return dir;
}

async function ours(count: number, settings = {}): Promise<Cost> {
  const dir = dataDir();
  const [wall, cpu] = [performance.now(), ownCpu()];
  await run({
    privateDataDir: dir,
    binary: `${BIN}/fake_ansible_events`,
    ident: "bench",
    quiet: true,
    settings,
    envvars: { FAKE_EVENTS: count },
  });
  const cost = { wall: (performance.now() - wall) / 1000, cpu: ownCpu() - cpu };
  Deno.removeSync(dir, { recursive: true });
  return cost;
}

async function theirs(count: number): Promise<Cost> {
  const dir = dataDir();
  const { stderr } = await new Deno.Command("/usr/bin/python3", {
    args: [`${ROOT}tests/bench/original_cpu.py`, dir, `${BIN}/fake_original_events`],
    env: { FAKE_EVENTS: String(count) },
    stdout: "null",
    stderr: "piped",
  }).output();
  Deno.removeSync(dir, { recursive: true });
  const [wall, cpu] = new TextDecoder().decode(stderr).trim().split(" ").map(Number);
  return { wall: wall ?? NaN, cpu: cpu ?? NaN };
}

async function rounds(measure: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await measure());
  return medianCost(costs);
}

async function startUp(command: readonly string[]): Promise<Cost> {
  const start = performance.now();
  await new Deno.Command(command[0] ?? "", {
    args: command.slice(1),
    stdout: "null",
    stderr: "null",
  }).output();
  return { wall: (performance.now() - start) / 1000, cpu: NaN };
}

/** Seconds that tokenizer and pairing take for a text in chunks of 8 KiB. */
function tokenize(text: string): number {
  const pairing = new Pairing({ event() {}, display() {} }, () => undefined);
  const tokenizer = new Tokenizer("0".repeat(32), pairing);
  const start = performance.now();
  for (let at = 0; at < text.length; at += 8192) tokenizer.feed(text.slice(at, at + 8192));
  tokenizer.flush();
  pairing.end();
  return (performance.now() - start) / 1000;
}

function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

row("what", "ours", "original", "ratio");
row("---", "---", "---", "---");
for (const count of [1000, 20_000]) {
  const [a, b] = [await rounds(() => ours(count)), await rounds(() => theirs(count))];
  row(
    `${count} events of 1.5 KB, events/s`,
    (count / a.wall).toFixed(0),
    (count / b.wall).toFixed(0),
    `${(b.wall / a.wall).toFixed(1)} times as many`,
  );
  row(
    `${count} events, own CPU per event`,
    `${(a.cpu / count * 1e6).toFixed(0)} us`,
    `${(b.cpu / count * 1e6).toFixed(0)} us`,
    (a.cpu / b.cpu).toFixed(2),
  );
}
const journal = await rounds(() => ours(20_000, { event_store: "jsonl" }));
row(
  "20000 events into events.jsonl, own CPU per event",
  `${(journal.cpu / 20_000 * 1e6).toFixed(0)} us`,
  "-",
  "-",
);
const start = dataDir();
const deno = [Deno.execPath(), "run", "-A", "--frozen", `${ROOT}cli.ts`];
const binary = Deno.env.get("RUNNER_TEST_BINARY");
const tail = ["run", start, "-q", "-p", "x", "-b", "/bin/true"];
const a = await rounds(() => startUp([...(binary === undefined ? deno : [binary]), ...tail]));
const b = await rounds(() => startUp(["/usr/bin/ansible-runner", ...tail]));
row(
  "a whole run of /bin/true",
  `${(a.wall * 1000).toFixed(0)} ms`,
  `${(b.wall * 1000).toFixed(0)} ms`,
  (a.wall / b.wall).toFixed(2),
);
Deno.removeSync(start, { recursive: true });
for (
  const [name, line] of [["plain lines", "x".repeat(98) + "\r\n"], [
    "ESC[K lines",
    "\x1b[K".repeat(20) + "x\r\n",
  ], ["one long line", "x".repeat(100)]] as const
) {
  // The best of five, the sizes in turn: other work on the machine only adds.
  const texts = [32, 64].map((mb) => line.repeat(Math.ceil(mb * 1e6 / line.length)));
  const times = Array.from({ length: ROUNDS }, () => texts.map(tokenize));
  const [small, large] = texts.map((_, size) =>
    Math.min(...times.map((round) => round[size] ?? NaN))
  );
  row(
    `tokenizer and pairing, ${name}`,
    `${(64 / (large ?? NaN)).toFixed(0)} MB/s`,
    "-",
    `twice the bytes: ${((large ?? NaN) / (small ?? NaN)).toFixed(1)} times as long`,
  );
}
