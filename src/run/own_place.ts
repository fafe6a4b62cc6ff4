/**
 * Makes a decided run the owner of its artifact directory.
 *
 * @module
 */
import { makeArtifactDir } from "../artifacts/directory.ts";
import { RUN_MARKER } from "../command/environment.ts";
import { isUnsafeAllowed, refuseUnsafe } from "../config/inputs/trusted_directories.ts";
import type { RunConfig } from "../config/run_config.ts";
import { acquire, type Ownership } from "../ownership/claim.ts";
import { clearLazily } from "../elsewhere/clear_dead.ts";

/** Who takes the place, and how. */
export interface OwnOptions {
  /** Id of the run. */
  readonly runId: string;
  /** Whether directories that others may write to are accepted. */
  readonly allowUnsafe: boolean | undefined;
  /** Takes a warning. */
  readonly warn: (message: string) => void;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/**
 * Makes the artifact directory ours. What may be refused comes first: it changes nothing then.
 *
 * @returns its ownership, undone at the end
 * @throws {ConfigError} when it cannot be had
 */
export async function ownPlace(config: RunConfig, options: OwnOptions): Promise<Ownership> {
  const { runId, warn, stack } = options;
  const allowUnsafe = isUnsafeAllowed(options.allowUnsafe);
  if (!allowUnsafe) {
    refuseUnsafe({ ...config, basePath: config.settings.directoryIsolationBasePath });
  }
  stack.use(makeArtifactDir(config, { allowUnsafe, warn }));
  const marker = `${RUN_MARKER}=${runId}`;
  return stack.use(await acquire(config.artifactDir, marker, { clear: clearLazily }));
}
