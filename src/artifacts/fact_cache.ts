/**
 * Reads and writes facts of a host in Ansible's jsonfile cache.
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

/** From ansible-core 2.19 on the file of a host has this prefix, and its facts are JSON within JSON. */
const SCHEMA_PREFIX = "s1_";
const PAYLOAD = "__payload__";

/**
 * Reads what the cache has on a host, whichever version of Ansible wrote it; the newer of two files.
 *
 * @returns its facts, `{}` when there are none
 * @throws {RunnerError} when the cache is no jsonfile cache, or its file is no JSON object
 */
export function readFacts(config: RunConfig, host: string): JsonObject {
  const { plain, wrapped } = pathsOf(config, host);
  const found = [readForm(wrapped, true), readForm(plain, false)]
    .filter((entry) => entry !== undefined)
    .sort((a, b) => b.time - a.time);
  return found[0]?.facts ?? {};
}

/**
 * Writes facts of a host, for Ansible to find when it runs with this cache: in the form of every
 * version, as nobody knows yet which one that will be.
 *
 * @param entry the host and its facts
 * @throws {RunnerError} when the cache is no jsonfile cache
 */
export function writeFacts(
  config: RunConfig,
  entry: { readonly host: string; readonly facts: JsonObject },
): void {
  const { plain, wrapped } = pathsOf(config, entry.host);
  Deno.mkdirSync(factCacheDir(config, config.artifactDir), { recursive: true, mode: 0o700 });
  const text = JSON.stringify(entry.facts);
  writeFileWhole(plain, text);
  writeFileWhole(wrapped, JSON.stringify({ [PAYLOAD]: text }));
}

interface FoundFacts {
  readonly facts: JsonObject;
  /** When they were written, in milliseconds. */
  readonly time: number;
}

/** The facts of a file; undefined when it is not there or of the other form: that of another host. */
function readForm(path: string, isWrapped: boolean): FoundFacts | undefined {
  try {
    const text = readRegularFile(path, { limit: LONGEST_FACTS });
    const outer = JSON.parse(text, withoutTags);
    const payload = payloadOf(outer);
    if ((payload !== undefined) !== isWrapped) return undefined;
    const facts = payload === undefined ? outer : JSON.parse(payload, withoutTags);
    return { facts, time: Deno.statSync(path).mtime?.getTime() ?? 0 };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    throw new RunnerError("fact_cache", `Cannot read "${path}": expected JSON`, { cause });
  }
}

function payloadOf(outer: unknown): string | undefined {
  if (typeof outer !== "object" || outer === null) return undefined;
  const [entry, ...more] = Object.entries(outer);
  const isPayload = entry?.[0] === PAYLOAD && more.length === 0 && typeof entry[1] === "string";
  return isPayload ? entry[1] : undefined;
}

/** ansible-core 2.19 wraps a value that has a known origin, and what is no value of JSON. */
function withoutTags(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("__ansible_type" in value)) return value;
  if ("value" in value) return value.value;
  if ("iso8601" in value) return value.iso8601;
  if ("ciphertext" in value) return { __ansible_vault: value.ciphertext };
  return value;
}

/** The two files that may hold facts of a host. */
function pathsOf(config: RunConfig, host: string): { plain: string; wrapped: string } {
  const type = config.settings.factCacheType ?? "jsonfile";
  if (type !== "jsonfile") {
    throw new RunnerError(
      "fact_cache",
      `Cannot use a fact cache of type "${type}": expected jsonfile`,
    );
  }
  const prefix = config.env["ANSIBLE_CACHE_PLUGIN_PREFIX"] ?? "";
  const name = prefix + host;
  if (host === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new RunnerError(
      "fact_cache",
      `Cannot use host ${JSON.stringify(host)} of the fact cache: not a file name`,
    );
  }
  const dir = factCacheDir(config, config.artifactDir);
  return { plain: `${dir}/${name}`, wrapped: `${dir}/${prefix}${SCHEMA_PREFIX}${host}` };
}
