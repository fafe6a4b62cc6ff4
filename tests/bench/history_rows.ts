/**
 * Rows of the bench about how a run ends, a line without end, and runs that were made.
 *
 * @module
 */
import type { Variant } from "./measure.ts";
import { BINARY, HERE, ORIGINALS, OURS, type Row, SOURCE, withWords } from "./row.ts";

const CANCEL = [Deno.execPath(), "run", "-A", `${HERE}cancel_bench.ts`, "once"];

/** How a run ends, and what it shows at most. */
export function endingRows(): Row[] {
  return [
    {
      title: "a cancel by TERM, in a task of real Ansible; wall and CPU are of all of the run",
      rounds: 2,
      target: "all gone after ≤ 0.10 s",
      variants: [
        withWords("from source", CANCEL, SOURCE),
        ...(BINARY === undefined ? [] : [withWords("compiled", CANCEL, [BINARY])]),
        ...ORIGINALS.slice(0, 1).map(([name, path]) => withWords(name, CANCEL, [path])),
      ],
    },
    {
      title: "one line of 200 MB",
      rounds: 1,
      target: "flat memory; the original takes minutes, and is left out",
      variants: [
        withWords("ours", OURS, ["run", "@", "-q", "-p", "x", "-b", `${HERE}long_line`]),
        withWords("floor: script alone", ["script"], [
          "-qefc",
          `${HERE}long_line`,
          "-E",
          "never",
          "@/project/shown",
        ]),
      ],
    },
  ];
}

const OLD_RUNS = 10_000;

/** Runs that have ended long ago, by the files that a run leaves at least. */
const OLD_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: OLD_RUNS }, (_, index) => `artifacts/old-${index}`).flatMap((dir) => [
    [`${dir}/command`, '{"command": ["ansible-playbook", "p.yml"], "cwd": "/p", "env": {}}'],
    [`${dir}/rc`, "0"],
    [`${dir}/status`, "successful"],
  ]),
);

function beside(name: string, words: readonly string[]): Variant {
  return { ...withWords(name, OURS, words), files: OLD_FILES };
}

/** What runs that were made cost. */
export function historyRows(): Row[] {
  const nothing = ["run", "@", "-q", "-p", "x", "-b", "/bin/true"];
  return [
    readBack(20_000, { rounds: 2 }),
    readBack(200_000, { rounds: 1, isLong: true }),
    {
      title: "beside 10,000 old runs",
      rounds: 2,
      target: "a run costs what it costs beside none",
      variants: [
        beside("run", nothing),
        withWords("run, beside none", OURS, nothing),
      ],
    },
    {
      title: "10,000 old runs listed",
      rounds: 1,
      isLong: true,
      variants: [beside("status", ["status", "@"])],
    },
  ];
}

function readBack(
  events: number,
  options: { readonly rounds: number; readonly isLong?: boolean },
): Row {
  const variant = (store: string): Variant =>
    withWords(store, [Deno.execPath(), "run", "-A", `${HERE}read_back.ts`, "@"], [
      String(events),
      store,
    ]);
  return {
    title: `${events} events read back; wall and CPU with the run that makes them`,
    rounds: options.rounds,
    isLong: options.isLong ?? false,
    events,
    variants: [variant("jsonl"), variant("files")],
  };
}
