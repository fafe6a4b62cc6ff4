/**
 * Turns the recorded runs of tests/fixtures/runs into an artifact root of a test's own.
 *
 * @module
 */

const RUNS = new URL("../fixtures/runs", import.meta.url).pathname;

/** The recorded runs: ours, and the original's (2.3.1). */
export type RecordedRun = "ours" | "original";

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
    copyTree(`${RUNS}/${run}`, dir);
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

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyTree(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
