/**
 * The rows of the bench: what is compared with what, and what we aim at.
 *
 * @module
 */
import { endingRows, historyRows } from "./history_rows.ts";
import type { Variant } from "./measure.ts";
import {
  BINARY,
  HERE,
  ORIGINALS,
  OURS,
  ROOT,
  type Row,
  runners,
  SOURCE,
  withWords,
} from "./row.ts";

/** Real Ansible by us and alone: bare is what a user types, on a terminal. */
function withBare(ours: readonly string[], bare: readonly string[]): Variant[] {
  const onTerminal = bare.map((word) => `'${word}'`).join(" ");
  return [
    withWords("ours", OURS, ours),
    withWords("ours, tune_python: false", OURS, [
      "run",
      "@/untuned",
      ...ours.slice(2),
    ]),
    ...ORIGINALS.slice(0, 1).map(([name, path]) => withWords(name, [path], ours)),
    withWords("bare, to /dev/null", [], bare),
    {
      name: "bare, on a terminal",
      command: (dir) => [
        "script",
        "-qefc",
        onTerminal.replaceAll("@", dir),
        "-E",
        "never",
        "/dev/null",
      ],
    },
  ];
}

function playbookRow(title: string, options: {
  readonly playbook: string;
  readonly inventory?: string;
  readonly rounds: number;
  readonly words?: readonly string[];
  readonly isLong?: boolean;
}): Row {
  const { playbook, inventory = "localhost ansible_connection=local\n", words = [] } = options;
  const files = {
    "project/p.yml": playbook,
    "inventory/hosts": inventory,
    "untuned/project/p.yml": playbook,
    "untuned/inventory/hosts": inventory,
    "untuned/env/settings": '{"tune_python": false}',
  };
  const forks = words.length === 0 ? [] : ["--forks", ...words];
  return {
    title,
    files,
    rounds: options.rounds,
    isLong: options.isLong ?? false,
    target: "wall ≤ 1.00, CPU ≤ 0.97 of bare on a terminal; untuned CPU ≤ 1.02",
    miss:
      "in the play alone tuned CPU is 0.97 to 1.01 of bare; the rest is our start and some 0.2 ms " +
      "for each event that comes singly, 0.12 of them Deno's own waking, reading and writing a file",
    variants: withBare(["run", "@", "-q", "-p", "p.yml", ...forks], [
      "ansible-playbook",
      "-i",
      "@/inventory",
      "p.yml",
      ...forks,
    ]),
  };
}

function tasks(count: number): string {
  const all = Array.from({ length: count }, (_, n) => `  - {name: t${n}, debug: {msg: hi ${n}}}\n`);
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${all.join("")}`;
}

const LOOP = "- hosts: all\n  gather_facts: false\n  tasks:\n" +
  "  - {name: loop, debug: {msg: '{{ item }}'}, loop: '{{ range(1000) | list }}'}\n";

function replay(name: string, events: number, words: readonly string[] = []): Variant {
  return withWords(name, [Deno.execPath(), "run", "-A", `${HERE}replay.ts`, "@"], [
    String(events),
    ...words,
  ]);
}

function eventsRow(
  events: number,
  options: { readonly rounds: number; readonly isLong?: boolean },
): Row {
  return {
    title: `${events} events of 1.7 KB`,
    rounds: options.rounds,
    isLong: options.isLong ?? false,
    events,
    target: "files ≥ 40,000/s and own CPU ≤ 20 us; jsonl ≥ 60,000/s and ≤ 8 us",
    miss:
      "in 20,000 events the kernel alone takes some 20 us of a file, and our start 4 of each event",
    variants: [
      replay("files", events),
      replay("jsonl", events, ["jsonl"]),
      ...(events > 20_000 ? [] : [
        replay("files, handler", events, ["handler"]),
        replay("files, ten secrets", events, ["secrets"]),
        replay("files, HTTP in batches", events, ["http"]),
        withWords("original 2.3.1", ["sh", "-c"], [
          `FAKE_EVENTS=${events} exec /usr/bin/python3 ${HERE}original_cpu.py @ ` +
          `${ROOT}tests/fixtures/bin/fake_original_events`,
        ]),
      ]),
      ...(["jsonl", "files"] as const).map((store) =>
        withWords(`floor: C, ${store}`, ["/dev/shm/runner-bench-floor"], [
          store,
          String(events),
          "1700",
          "@/project",
        ])
      ),
    ],
  };
}

/** One job through all three commands of remote jobs, in project/; `/bin/true` in place of Ansible. */
const REMOTE = "$* transmit .. -i x -p play.yml -b /bin/true | $* worker | $* process ../back -i x";

/** The same script with each runner as its words. */
function piped(script: string): Variant[] {
  const shell = (name: string, program: readonly string[]): Variant =>
    withWords(name, ["sh", "-c"], [script, "sh", ...program]);
  return [
    shell("from source", SOURCE),
    ...(BINARY === undefined ? [] : [shell("compiled", [BINARY])]),
    ...ORIGINALS.toReversed().map(([name, path]) => shell(name, [path])),
  ];
}

const NOTHING = ["run", "@", "-q", "-p", "x", "-b", "/bin/true"] as const;

/** All rows; the cheap ones that say most come first. */
export const ROWS: readonly Row[] = [
  {
    title: "a run of a program that exits at once",
    rounds: 7,
    target: "wall ≤ 0.20, CPU ≤ 0.24 of the original",
    miss:
      "of 0.10 s of CPU Deno's boot takes 0.02, some 155 modules 0.03, setpriv, script, sh and Python " +
      "0.02; script sleeps 0.01 s at its end",
    variants: runners(...NOTHING),
  },
  {
    title: "--version",
    rounds: 5,
    variants: [
      withWords("an empty program of Deno", [Deno.execPath(), "eval"], [""]),
      ...runners("--version"),
    ],
  },
  {
    title: "an ad-hoc ping",
    rounds: 5,
    files: {
      "inventory/hosts": "localhost ansible_connection=local\n",
      "untuned/inventory/hosts": "localhost ansible_connection=local\n",
      "untuned/env/settings": '{"tune_python": false}',
    },
    target: "wall and CPU ≤ 0.90 of bare on a terminal",
    miss: "what the tuned collector saves is what our start takes",
    variants: withBare(["run", "@", "-q", "-m", "ping", "--hosts", "all"], [
      "ansible",
      "-i",
      "@/inventory",
      "-m",
      "ping",
      "all",
    ]),
  },
  {
    title: "a remote job: transmit, worker, process",
    rounds: 3,
    files: { "project/play.yml": "[]" },
    target: "CPU ≤ 0.35 of the original",
    miss: "the worker is a whole run",
    variants: piped(REMOTE),
  },
  eventsRow(1000, { rounds: 3 }),
  eventsRow(20_000, { rounds: 3 }),
  {
    title: "latency of 1000 lines, one every 2 ms",
    rounds: 1,
    target: "p99 ≤ 2 ms",
    variants: [replay("ours", 1000, ["latency"])],
  },
  {
    title: "100 runs in a row, and 100 at once",
    rounds: 1,
    target: "at once: the event loop is at most 500 ms late",
    variants: [
      replay("in a row", 0, ["runs=100"]),
      replay("at once", 0, ["runs=100", "at-once"]),
    ],
  },
  ...endingRows(),
  ...historyRows(),
  playbookRow("50 hosts, 10 forks", {
    playbook: tasks(2),
    inventory: Array.from({ length: 50 }, (_, n) => `h${n} ansible_connection=local\n`).join(""),
    rounds: 2,
    words: ["10"],
  }),
  playbookRow("60 tasks", { playbook: tasks(60), rounds: 3 }),
  playbookRow("a loop of 1000", { playbook: LOOP, rounds: 2 }),
  playbookRow("300 tasks", { playbook: tasks(300), rounds: 3, isLong: true }),
  eventsRow(100_000, { rounds: 2, isLong: true }),
  eventsRow(1_000_000, { rounds: 1, isLong: true }),
  {
    title: "300 runs at once",
    rounds: 1,
    isLong: true,
    variants: [replay("at once", 0, ["runs=300", "at-once"])],
  },
];
