/**
 * Measures us against the Python ansible-runner, Ansible alone and what C could do, and writes
 * `.github/BENCHMARKS.md` and `.github/benchmarks.json`.
 *
 * `deno task bench [--long] [--only REGEX] [--minutes N] [--out DIR]`: 4 minutes (60 with `--long`); a row for which there was no time is named. Run it on an idle machine. With
 * `RUNNER_TEST_BINARY` the compiled program has its rows as well.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- says how far it is
import { parseArgs } from "./bench_args.ts";
import { type Cost, inTurns, type Variant } from "./measure.ts";
import type { Row } from "./row.ts";
import { ROWS } from "./rows.ts";
import { type MeasuredRow, tableOf } from "./table.ts";
import { measureText } from "./text_speed.ts";

const FLOOR = "/dev/shm/runner-bench-floor";

function fill(dir: string, files: Readonly<Record<string, string>> = {}): void {
  let made = "";
  for (const [path, text] of Object.entries(files)) {
    const parent = `${dir}/${path}`.replace(/\/[^/]*$/, "");
    if (parent !== made) Deno.mkdirSync(parent, { recursive: true });
    made = parent;
    Deno.writeTextFileSync(`${dir}/${path}`, text);
  }
}

/** The C programs beside which our writes are put. */
function compileFloor(): boolean {
  const source = new URL("write_floor.c", import.meta.url).pathname;
  try {
    return new Deno.Command("cc", { args: ["-O2", "-o", FLOOR, source] }).outputSync().success;
  } catch {
    return false;
  }
}

async function measureRow(row: Row, until: number): Promise<MeasuredRow> {
  if (performance.now() > until) return { row, problem: "no time was left" };
  try {
    const { variants, rounds } = row;
    const fillFor = (dir: string, variant: Variant): void => {
      fill(dir, row.files);
      fill(dir, variant.files);
    };
    const costs = await inTurns(variants, { fill: fillFor, rounds, until });
    return { row, costs };
  } catch (error) {
    return { row, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<void> {
  const { isLong, only, minutes, out } = parseArgs(Deno.args);
  const until = performance.now() + minutes * 60_000;
  const hasFloor = compileFloor();
  const measured: MeasuredRow[] = [];
  for (const row of ROWS) {
    if (row.isLong === true && !isLong || !only.test(row.title)) continue;
    const variants = row.variants.filter(({ name }) => hasFloor || !name.startsWith("floor"));
    console.error(`${row.title} ...`);
    measured.push(await measureRow({ ...row, variants }, until));
  }
  const text = only.test("text") ? measureText() : [];
  if (hasFloor) Deno.removeSync(FLOOR);
  const table = tableOf(measured, { text, isLong });
  console.log(table);
  Deno.writeTextFileSync(`${out}/BENCHMARKS.md`, table);
  Deno.writeTextFileSync(`${out}/benchmarks.json`, jsonOf(measured));
}

function jsonOf(measured: readonly MeasuredRow[]): string {
  const rows = measured.map(({ row: { title, target }, costs, problem }) => ({
    title,
    target,
    problem,
    costs: costs && Object.fromEntries<readonly Cost[]>(costs),
  }));
  return JSON.stringify({ deno: Deno.version.deno, load: Deno.loadavg(), rows }, null, 1) + "\n";
}

await main();
