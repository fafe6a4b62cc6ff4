/**
 * Turns what killed runners left behind into finished runs, before a command looks at them.
 *
 * @module
 */
import { type EndReason, rcOf, statusOf } from "../../end_reason.ts";
import { removeQuietly, writeFileWhole } from "../../internal/atomic_write.ts";
import { pythonJson } from "../../python/json_write.ts";
import { type ClearPath, sweepDead } from "../../ownership/dead_runs.ts";
import type { Places } from "./directories.ts";
import { exists } from "../../internal/file_system.ts";

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
        settle: (artifactDir) => settle(artifactDir, reason),
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

/** Writes the last files of a run whose runner did not come to it. */
function settle(artifactDir: string, reason: EndReason): void {
  try {
    removeQuietly(`${artifactDir}/pid`);
    removeHalfWritten(artifactDir);
    if (exists(`${artifactDir}/rc`) && exists(`${artifactDir}/status`)) return;
    const rc = rcOf(reason);
    const status = statusOf(reason);
    writeFileWhole(`${artifactDir}/reason`, pythonJson({ ...reason, rc, status }) + "\n");
    writeFileWhole(`${artifactDir}/rc`, String(rc));
    writeFileWhole(`${artifactDir}/status`, status);
  } catch {
    // A full or read-only disk: the next command tries again to say how the run ended.
  }
}

/** Files that were being written aside when their writer died. */
function removeHalfWritten(dir: string): void {
  for (const { name } of Deno.readDirSync(dir)) {
    if (/\.\d+-\d+\.new$/.test(name)) removeQuietly(`${dir}/${name}`);
  }
}
