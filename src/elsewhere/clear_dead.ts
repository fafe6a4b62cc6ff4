/**
 * Finishes what killed runners left behind, before a command looks at it.
 *
 * @module
 */
import { settleDeadRun } from "../artifacts/last_words.ts";
import type { EndReason } from "../end_reason.ts";
import { type ClearPath, sweepDead } from "../ownership/dead_runs.ts";
import { isIdent, type Places } from "./places.ts";

/** How thoroughly is looked. */
interface SweepOptions {
  /** Run whose artifact directory is looked into, for what has no private record. */
  readonly ident?: string | undefined;
  /** Look into all artifact directories, however many. @default {false} */
  readonly all?: boolean;
  /** Make the pid file tell the truth, even if nothing was found. @default {false} */
  readonly repair?: boolean;
  /** How the runs ended. @default {their runner died} */
  readonly reason?: EndReason;
}

/**
 * Ends what dead runners left: processes, files; says in the artifacts how the run ended.
 *
 * @param options how thoroughly, and how the runs are said to have ended
 * @returns idents of the runs that were cleared
 */
export async function sweep(
  places: Places,
  options: SweepOptions = {},
): Promise<string[]> {
  const reason = options.reason ?? { reason: "runner_died" };
  const cleared: string[] = [];
  for (const root of [places.artifactRoot, places.otherRoot]) {
    if (root === undefined) continue;
    cleared.push(
      ...await sweepDead(root, {
        settle: (artifactDir) => settleDeadRun(artifactDir, reason),
        clear: clearLazily,
        lookInto: lookInto(options),
      }),
    );
  }
  if (options.repair === true || cleared.length > 0) {
    const { repairPidFile } = await import("../ownership/pid_file.ts");
    await repairPidFile(places.privateDataDir, places.artifactRoot);
  }
  return cleared;
}

function lookInto({ all, ident }: SweepOptions): "all" | { ident: string } | undefined {
  if (all === true) return "all";
  return ident === undefined || !isIdent(ident) ? undefined : { ident };
}

/** Removes what a dead run noted. Loaded only when something is left: nearly never. */
export async function clearLazily(...[path, owner]: Parameters<ClearPath>): Promise<void> {
  const { clearRemains } = await import("./clear_remains.ts");
  await clearRemains(path, owner);
}
