/**
 * Removal of old runs at the start of a new one, as settings ask for it.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { ConfigError } from "../../errors.ts";
import type { PruneRules } from "./prune.ts";

/**
 * Reads what settings say about old runs.
 *
 * @returns undefined when they say nothing
 * @throws {ConfigError} when a value is no age, or no size
 */
export async function pruneRulesOf({ settings }: RunConfig): Promise<PruneRules | undefined> {
  const { artifactsKeep: keep, artifactsMaxAge: age, artifactsMaxSize: size } = settings;
  if (keep === undefined && age === undefined && size === undefined) return undefined;
  if (keep !== undefined && keep < 1) {
    throw bad("artifacts_keep", { value: keep, expected: "a number from 1 on" });
  }
  const { parseSize, parseSpan } = await import("../time_span.ts");
  const olderThanMs = age === undefined ? undefined : parseSpan(age);
  const largerThan = size === undefined ? undefined : parseSize(size);
  if (olderThanMs === undefined && age !== undefined) {
    throw bad("artifacts_max_age", { value: age, expected: "an age such as 30d" });
  }
  if (largerThan === undefined && size !== undefined) {
    throw bad("artifacts_max_size", { value: size, expected: "a size such as 2G" });
  }
  return { keep, olderThanMs, largerThan };
}

/** Removes them; what cannot be removed is told of. */
export async function pruneAtStart(
  config: RunConfig,
  { rules, warn }: { readonly rules: PruneRules; readonly warn: (message: string) => void },
): Promise<void> {
  const { pruneRuns } = await import("./prune.ts");
  for (
    const { ident, error } of pruneRuns(config.artifactRoot, { ...rules, current: config.ident })
  ) {
    if (error !== null) warn(`Cannot remove the artifacts of run "${ident}": ${error}`);
  }
}

function bad(
  key: string,
  { value, expected }: { readonly value: unknown; readonly expected: string },
): ConfigError {
  const text = `Cannot use setting ${key} ${JSON.stringify(value)}: expected ${expected}`;
  return new ConfigError("config.setting", text);
}
