/**
 * Prints what isolation, keys, profiling and redaction cost.
 *
 * `deno run -A tests/bench/isolation_bench.ts [ROUNDS]`. Whole command lines that run
 * `/bin/true`, in turns, so that a busy machine slows all alike.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import { findProgram } from "../../src/internal/programs.ts";
import { Redactor } from "../../src/internal/redact.ts";
import { missingCgroups } from "../testing/cgroups.ts";
import { missingBwrap } from "../testing/isolation.ts";
import { makeKey } from "../testing/sshd.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const PROJECT_FILES = 200;

interface Variant {
  readonly title: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly key?: string;
  readonly missing?: string | undefined;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function variants(root: string): Variant[] {
  const noBwrap = missingBwrap();
  const noAgent = findProgram("ssh-agent", Deno.env.get("PATH") ?? "") === undefined
    ? "no ssh-agent"
    : undefined;
  const bwrap = {
    process_isolation: true,
    process_isolation_hide_paths: ["/etc/shadow", "/root"],
    process_isolation_ro_paths: ["/usr"],
  };
  const minimal = { ...bwrap, process_isolation_root: "minimal" };
  const copy = { directory_isolation_base_path: `${root}/copies` };
  const profiling = { resource_profiling: true };
  const ed25519 = noAgent === undefined ? makeKey(`${root}/ed25519`) : "";
  const rsa = noAgent === undefined ? makeKey(`${root}/rsa`, { type: "rsa" }) : "";
  return [
    { title: "nothing", settings: {} },
    { title: "bwrap, host root", settings: bwrap, missing: noBwrap },
    { title: "bwrap, minimal root", settings: minimal, missing: noBwrap },
    { title: `copy of a project of ${PROJECT_FILES} files`, settings: copy },
    { title: "an ssh key (ed25519)", settings: {}, key: ed25519, missing: noAgent },
    { title: "an ssh key (rsa)", settings: {}, key: rsa, missing: noAgent },
    { title: "profiling", settings: profiling, missing: missingCgroups() },
    {
      title: "bwrap, copy, key and profiling",
      settings: { ...bwrap, ...copy, ...profiling },
      key: ed25519,
      missing: noBwrap ?? noAgent ?? missingCgroups(),
    },
  ];
}

/** Milliseconds. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** CPU time of all children so far, in steps of 10 ms. */
function childrenCpu(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function once(root: string, index: number): Promise<Cost> {
  const cpu = childrenCpu();
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", CLI, "run", `${root}/${index}`].concat(
      ["-b", "/bin/true", "-q", "-i", "bench"],
    ),
    stdin: "null",
    stdout: "null",
  }).output();
  const cost = { wall: performance.now() - start, cpu: childrenCpu() - cpu };
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return cost;
}

function makeDirs(root: string, all: readonly Variant[]): void {
  for (const [index, { settings, key }] of all.entries()) {
    const dir = `${root}/${index}`;
    for (const name of ["project", "env"]) Deno.mkdirSync(`${dir}/${name}`, { recursive: true });
    Deno.chmodSync(dir, 0o700);
    for (let file = 0; file < PROJECT_FILES; file++) {
      Deno.writeTextFileSync(`${dir}/project/${file}.yml`, "- hosts: all\n".repeat(50));
    }
    Deno.writeTextFileSync(`${dir}/env/settings`, JSON.stringify(settings));
    if (key !== undefined) Deno.writeTextFileSync(`${dir}/env/ssh_key`, key, { mode: 0o600 });
  }
}

async function benchIsolation(rounds: number): Promise<void> {
  const root = Deno.makeTempDirSync({ prefix: "runner_bench_" });
  try {
    const all = variants(root);
    makeDirs(root, all);
    const costs = all.map((): Cost[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [index, { missing }] of all.entries()) {
        if (missing !== undefined) continue;
        const cost = await once(root, index);
        if (round > 0) costs[index]?.push(cost);
      }
    }
    printCosts(all, costs);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function printCosts(all: readonly Variant[], costs: readonly (readonly Cost[])[]): void {
  const wallOf = (index: number) => median((costs[index] ?? []).map(({ wall }) => wall));
  // The mean: single values have steps of 10 ms.
  const cpuOf = (index: number) => mean((costs[index] ?? []).map(({ cpu }) => cpu));
  console.log(
    `\n| a run of /bin/true, ${costs[0]?.length} rounds | wall ms | CPU ms |\n|---|---|---|`,
  );
  for (const [index, { title, missing }] of all.entries()) {
    const show = (of: (index: number) => number) =>
      index === 0 ? of(0).toFixed(0) : `+${(of(index) - of(0)).toFixed(0)}`.replace("+-", "-");
    console.log(`| ${title} | ${missing ?? show(wallOf)} | ${missing ?? show(cpuOf)} |`);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Events of 1.5 KB, 150 bytes of text in four pieces each. */
function benchRedaction(): void {
  const body = JSON.stringify({ event: "runner_on_ok", res: { stdout: "some text ".repeat(140) } });
  const bytes = new TextEncoder().encode(body);
  const piece = "ok: [host1] => changed, no more\r\n".padEnd(38);
  const key = Array.from({ length: 30 }, (_, n) => btoa(`${n}`.repeat(40)).slice(0, 64));
  const ten = Array.from({ length: 10 }, (_, n) => `secret-number-${n}!"x`);
  const table: [string, string[]][] = [
    ["no secrets", []],
    ["ten secrets", ten],
    ["ten secrets and a private key", [...ten, key.join("\n")]],
  ];
  console.log("\nRedaction, us per event (1.5 KB body, 150 bytes of text in four pieces):");
  for (const [title, secrets] of table) {
    const redactor = new Redactor(secrets);
    const decoder = new TextDecoder();
    const round = (): number => {
      const start = performance.now();
      for (let event = 0; event < 20_000; event++) {
        for (let n = 0; n < 4; n++) redactor.feed(piece);
        if (redactor.isActive) redactor.redactJson(decoder.decode(bytes));
      }
      return (performance.now() - start) / 20;
    };
    round();
    console.log(
      `  ${title.padEnd(42)} ${median([1, 2, 3, 4, 5].map(round)).toFixed(2).padStart(8)}`,
    );
  }
}

if (import.meta.main) {
  benchRedaction();
  await benchIsolation(Number(Deno.args[0] ?? 15));
}
