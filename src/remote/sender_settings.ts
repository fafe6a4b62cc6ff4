/**
 * What of env/settings stays with the sender of a job.
 *
 * Whoever follows a run on a node tells its emitters here. A worker that had the same settings would
 * tell them once more, and needs none of their secrets.
 *
 * @module
 */
import { readMapping } from "../config/inputs/env_file.ts";
import { EMITTER_SETTINGS } from "../config/settings/emitters.ts";
import { pythonJson } from "../python/json_write.ts";
import type { ExtraMember } from "./archive/pack.ts";

/** Where settings are, in a private data dir. */
const SETTINGS = "env/settings";

/** A mapping of settings without those of emitters; the same one when it has none. */
export function withoutEmitters<Mapping extends object>(mapping: Mapping): Mapping {
  const left = Object.entries(mapping).filter(([key]) => !isEmitters(key));
  return left.length === Object.keys(mapping).length
    ? mapping
    : Object.fromEntries(left) as Mapping;
}

/**
 * The file of settings that is sent in place of the one that env/settings is, or is a link to.
 *
 * @param privateDataDir absolute path
 * @returns undefined where env/settings can go as it is
 * @throws {ConfigError} when it cannot be read, or is no mapping
 */
export async function settingsToSend(privateDataDir: string): Promise<ExtraMember | undefined> {
  const name = nameOfFile(privateDataDir);
  if (name === undefined) return undefined;
  const mapping = await readMapping(`${privateDataDir}/${name}`, SETTINGS) ?? {};
  const left = withoutEmitters(mapping);
  return left === mapping ? undefined : { name, text: `${pythonJson(left)}\n` };
}

function isEmitters(key: string): boolean {
  return EMITTER_SETTINGS.some((row) => row.key === key);
}

/** What env/settings is a link to counts: links are sent as they are, and what they lead to as a file. */
function nameOfFile(privateDataDir: string): string | undefined {
  try {
    const path = Deno.realPathSync(`${privateDataDir}/${SETTINGS}`);
    const root = `${Deno.realPathSync(privateDataDir)}/`;
    // What is elsewhere is not sent, nor is a pipe.
    return path.startsWith(root) && Deno.lstatSync(path).isFile
      ? path.slice(root.length)
      : undefined;
  } catch {
    return undefined;
  }
}
