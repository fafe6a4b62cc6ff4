/**
 * An artifact root of a test's own with the recorded runs of tests/fixtures/runs.
 *
 * @module
 */

import type { JobEvent } from "../../src/events/status_event.ts";

const RUNS = new URL("../fixtures/runs", import.meta.url).pathname;

/** The recorded runs: ours and the original's (2.3.1), on core 2.14; and others, same playbook. */
export const RECORDED_RUNS = [
  "ours",
  "ours-2.9",
  "ours-2.21",
  "original",
  "original-1.4.9",
  "original-2.4.3",
] as const;

/** Name of a recorded run, and its ident in a test unless it says another. */
export type RecordedRun = (typeof RECORDED_RUNS)[number];

/** A private data dir with recorded runs, removed in the end. */
export class RecordedRuns implements Disposable {
  /** The private data dir. */
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_recorded_" });
  /** Its artifact root. */
  readonly root: string = `${this.dir}/artifacts`;

  constructor() {
    Deno.mkdirSync(this.root);
  }

  /** Copies a run; returns its artifact directory. */
  add(run: RecordedRun, ident: string = run): string {
    const dir = `${this.root}/${ident}`;
    Deno.mkdirSync(`${dir}/job_events`, { recursive: true });
    for (const { name } of Deno.readDirSync(`${RUNS}/${run}`)) {
      if (name !== "events") Deno.copyFileSync(`${RUNS}/${run}/${name}`, `${dir}/${name}`);
    }
    for (const line of Deno.readTextFileSync(`${RUNS}/${run}/events`).trimEnd().split("\n")) {
      const { counter, uuid } = JSON.parse(line) as JobEvent;
      Deno.writeTextFileSync(`${dir}/job_events/${counter}-${uuid}.json`, line);
    }
    return dir;
  }

  /** Makes a run look as if it had ended so long ago. */
  age(ident: string, ms: number): void {
    const time = new Date(Date.now() - ms);
    const dir = `${this.root}/${ident}`;
    for (const name of ["rc", "status", "command"]) {
      try {
        Deno.utimeSync(`${dir}/${name}`, time, time);
      } catch {
        // A damaged run has not all of them.
      }
    }
    Deno.utimeSync(dir, time, time);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}
