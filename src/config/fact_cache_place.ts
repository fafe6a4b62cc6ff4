/**
 * The directory of Ansible's jsonfile cache, as the setting `fact_cache` names it.
 *
 * @module
 */
import { FACT_CACHE } from "../run_layout.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * Finds the directory of a run's fact cache. Contract: relative to the artifact directory; an
 * absolute path is taken as it is, for a cache that many runs share.
 *
 * @param artifactDir its artifact directory, as the program sees it
 * @returns an absolute path
 */
export function factCacheDir(
  { settings }: Pick<RunConfig, "settings">,
  artifactDir: string,
): string {
  const path = settings.factCache ?? FACT_CACHE;
  return path.startsWith("/") ? path : `${artifactDir}/${path}`;
}
