/**
 * Turns facts of a host into a file of Ansible's jsonfile cache, and back.
 *
 * @module
 */
import { factCacheDir } from "../config/fact_cache_place.ts";
import type { JsonObject } from "../config/options.ts";
import type { RunConfig } from "../config/run_config.ts";
import { RunnerError } from "../errors.ts";
import { readRegularFile } from "../internal/small_file.ts";
import { writeFileWhole } from "../internal/atomic_write.ts";

/** Facts of a host are as long as its environment and disks make them, in bytes. */
const LONGEST_FACTS = 1 << 28;

/**
 * Reads what the cache has on a host.
 *
 * @param config the run
 * @param host name of the host
 * @returns its facts, `{}` when there are none
 * @throws {RunnerError} when the cache is no jsonfile cache, or its file is no JSON object
 */
export function readFacts(config: RunConfig, host: string): JsonObject {
  const path = pathOf(config, host);
  let text: string;
  try {
    text = readRegularFile(path, { limit: LONGEST_FACTS });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunnerError("fact_cache", `Cannot read "${path}": expected JSON`, { cause });
  }
}

/**
 * Writes facts of a host, for Ansible to find when it runs with this cache.
 *
 * @param config the run
 * @param entry the host and its facts
 * @throws {RunnerError} when the cache is no jsonfile cache
 */
export function writeFacts(
  config: RunConfig,
  entry: { readonly host: string; readonly facts: JsonObject },
): void {
  const path = pathOf(config, entry.host);
  Deno.mkdirSync(factCacheDir(config, config.artifactDir), { recursive: true, mode: 0o700 });
  writeFileWhole(path, JSON.stringify(entry.facts));
}

function pathOf(config: RunConfig, host: string): string {
  const type = config.settings.factCacheType ?? "jsonfile";
  if (type !== "jsonfile") {
    throw new RunnerError(
      "fact_cache",
      `Cannot use a fact cache of type "${type}": expected jsonfile`,
    );
  }
  if (host === "" || host === "." || host === ".." || /[/\0]/.test(host)) {
    throw new RunnerError(
      "fact_cache",
      `Cannot use host ${JSON.stringify(host)} of the fact cache: not a file name`,
    );
  }
  return `${factCacheDir(config, config.artifactDir)}/${host}`;
}
