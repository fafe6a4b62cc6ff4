/**
 * The parts of the command line, by the names of their files: a command needs one of them.
 *
 * `deno run` reads all files that a literal `import()` names before anything runs: only what needs
 * them all, to compile or to publish them, has this module. `cli.ts` loads the same files one by one.
 *
 * @module
 */

/** What loads each part. */
export const PARTS = {
  "commands/deliver": () => import("./commands/deliver.ts"),
  "commands/doctor": () => import("./commands/doctor.ts"),
  "commands/history/diff": () => import("./commands/history/diff.ts"),
  "commands/history/events": () => import("./commands/history/events.ts"),
  "commands/history/profile": () => import("./commands/history/profile.ts"),
  "commands/history/prune": () => import("./commands/history/prune.ts"),
  "commands/history/replay": () => import("./commands/history/replay.ts"),
  "commands/history/retry": () => import("./commands/history/retry.ts"),
  "commands/history/show": () => import("./commands/history/show.ts"),
  "commands/history/wait": () => import("./commands/history/wait.ts"),
  "commands/logs": () => import("./commands/logs.ts"),
  "commands/process": () => import("./commands/process.ts"),
  "commands/report": () => import("./commands/report.ts"),
  "commands/run": () => import("./commands/run.ts"),
  "commands/run_on_nodes": () => import("./commands/run_on_nodes.ts"),
  "commands/start": () => import("./commands/start.ts"),
  "commands/status": () => import("./commands/status.ts"),
  "commands/stop": () => import("./commands/stop.ts"),
  "commands/transmit": () => import("./commands/transmit.ts"),
  "commands/worker": () => import("./commands/worker.ts"),
  "docs/completions": () => import("./docs/completions.ts"),
  "docs/help": () => import("./docs/help.ts"),
} as const;

/** Loads a part. */
export type LoadPart = <Name extends keyof typeof PARTS>(
  name: Name,
) => ReturnType<(typeof PARTS)[Name]>;
