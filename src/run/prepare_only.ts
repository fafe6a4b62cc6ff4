/**
 * What a decided run would start; all that was made for it is undone.
 *
 * @module
 */
import { checkIsolation, prepareLaunch } from "../command/launch.ts";
import { buildPrompts } from "../config/prompts.ts";
import type { RunConfig } from "../config/run_config.ts";
import { exists } from "../internal/file_system.ts";
import { parentOf } from "../internal/paths.ts";
import { placesToHide } from "../ownership/private_place.ts";
import { openRunLog } from "./caller/log.ts";
import { ownPlace } from "./own_place.ts";
import { passphraseLookup } from "./prompts/passphrases.ts";
import type { TakenOptions } from "./run_options.ts";

/** What a run would start. */
export interface PreparedRun {
  /** The words, those of bwrap or a container engine included. */
  readonly argv: readonly string[];
  /** The whole environment of the program; secrets as they are. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory; inside a container, if the run is to be in one. */
  readonly cwd: string;
  /** The run, decided. */
  readonly config: RunConfig;
}

/** Prepares a run as if it were to start, then takes all back. */
export async function prepareOnly(
  options: TakenOptions,
  config: RunConfig,
): Promise<PreparedRun> {
  const log = openRunLog(options);
  const prompts = await buildPrompts(config);
  await checkIsolation(config);
  const runId = crypto.randomUUID();
  // A copy of the project is not kept for anybody.
  const settings = { ...config.settings, directoryIsolationCleanup: true };
  await using stack = new AsyncDisposableStack();
  const { noteRemains } = await ownPlace(config, {
    runId,
    allowUnsafe: options.allowUnsafePrivateDataDir,
    warn: (message) => log("warning", message),
    stack,
  });
  const { argv, env, cwd, cwdInside = cwd } = await prepareLaunch({ ...config, settings }, {
    runId,
    terminal: true,
    noteRemains,
    privatePlaces: config.isolation === undefined ? [] : placesToHide(),
    debug: (message) => log("debug", message),
    passphrase: passphraseLookup(config, prompts),
    signal: options.signal,
    stack,
  });
  return { argv, env, cwd: cwdInside, config };
}

/**
 * Notes which directories on the way to a path are missing now.
 *
 * @param path absolute
 * @returns disposed: removes those that are empty
 */
export function removeNewDirectories(path: string): Disposable {
  const missing: string[] = [];
  for (let dir = path; !exists(dir); dir = parentOf(dir)) missing.push(dir);
  return {
    [Symbol.dispose](): void {
      for (const dir of missing) {
        try {
          Deno.removeSync(dir);
        } catch {
          // Never made, or in use by others.
        }
      }
    },
  };
}
