/**
 * Makes run directories that look as after a crash.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../../src/run_layout.ts";
import type { Ownership } from "../../src/ownership/claim.ts";

/** Makes a directory, and removes it at the end. */
export async function usingDir(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "runner_unit_" });
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Rewrites the records of a run so that its pid belongs to a process that started at another time. */
export function makeDead({ artifactDir, privateDir }: Ownership): void {
  for (const dir of new Set([privateDir, `${artifactDir.path}/${SCRATCH_NAME}`])) {
    const path = `${dir}/${SCRATCH.owner}`;
    const owner = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify({ ...owner, startTime: "1" }) + "\n");
  }
}
