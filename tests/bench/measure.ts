/**
 * Turns commands into what they cost, in turns: what else the machine does hits all of them alike.
 *
 * @module
 */

/** What one run of a command cost. */
export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of the processor, of all its processes. */
  readonly cpu: number;
  /** Largest process, in MB. */
  readonly rssMb: number;
  /** What the command itself said of it as JSON, if it did. */
  readonly said: Readonly<Record<string, number>>;
}

/** One of the commands that are compared. */
export interface Variant {
  /** What it is called in the table. */
  readonly name: string;
  /** Its words, for a new private data directory. */
  readonly command: (dir: string) => readonly string[];
  /** Variables on top of our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of its directory that no other variant has. */
  readonly files?: Readonly<Record<string, string>>;
}

const COST = new URL("cost.py", import.meta.url).pathname;

/**
 * Runs commands in turn.
 *
 * @param variants the commands
 * @param options makes the directory of each; how many times; when to stop, by performance.now()
 * @returns the costs of each by name; of fewer rounds when time is up
 */
export async function inTurns(
  variants: readonly Variant[],
  options: {
    readonly fill: (dir: string, variant: Variant) => void;
    readonly rounds: number;
    readonly until: number;
  },
): Promise<Map<string, Cost[]>> {
  const costs = new Map<string, Cost[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    if (round > 0 && performance.now() > options.until) break;
    for (const variant of variants) {
      costs.get(variant.name)?.push(await runOnce(variant, options.fill));
    }
  }
  return costs;
}

async function runOnce(
  variant: Variant,
  fill: (dir: string, variant: Variant) => void,
): Promise<Cost> {
  const dir = Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "runner-bench-" });
  try {
    Deno.mkdirSync(`${dir}/project`);
    fill(dir, variant);
    const out = `${dir}.cost`;
    const { stdout } = await new Deno.Command(COST, {
      args: [out, ...variant.command(dir)],
      cwd: `${dir}/project`,
      env: variant.env ?? {},
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    const { code, ...cost } = JSON.parse(Deno.readTextFileSync(out));
    Deno.removeSync(out);
    if (code !== 0) throw new Error(`Cannot measure "${variant.name}": it ended with ${code}`);
    return { ...cost, said: saidIn(new TextDecoder().decode(stdout)) };
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function saidIn(text: string): Record<string, number> {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  try {
    return line.startsWith("{") ? JSON.parse(line) : {};
  } catch {
    return {};
  }
}

/** The middle one; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The median of the ratios, round by round. */
export function ratio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, index) => value / (others[index] ?? NaN)));
}
