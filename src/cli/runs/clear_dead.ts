/**
 * Turns what killed runners left behind into finished runs, before a command looks at them.
 *
 * @module
 */
import { settleDeadRun } from "../../artifacts/last_words.ts";
import type { EndReason } from "../../end_reason.ts";
import { type ClearPath, sweepDead } from "../../ownership/dead_runs.ts";
import type { Places } from "./directories.ts";

/**
 * Ends what dead runners left: processes, files; says in the artifacts how the run ended.
 *
 * @param places where to look
 * @param options whether to look into every artifact directory, and how the runs are said to have ended
 * @returns idents of the runs that were cleared
 */
export async function sweep(
  places: Places,
  options: { deep?: boolean; reason?: EndReason } = {},
): Promise<string[]> {
  const reason = options.reason ?? { reason: "runner_died" };
  const cleared: string[] = [];
  for (const root of [places.artifactRoot, places.otherRoot]) {
    if (root === undefined) continue;
    cleared.push(
      ...await sweepDead(root, {
        settle: (artifactDir) => settleDeadRun(artifactDir, reason),
        clear: clearLazily,
        deep: options.deep ?? false,
      }),
    );
  }
  if (options.deep === true || cleared.length > 0) {
    const { repairPidFile } = await import("../../ownership/pid_file.ts");
    await repairPidFile(places.privateDataDir, places.artifactRoot);
  }
  return cleared;
}

/** Loaded only when something is left: nearly never. */
const clearLazily: ClearPath = async (path) => {
  const { clearRemains } = await import("../../run/clear_remains.ts");
  await clearRemains(path);
};
