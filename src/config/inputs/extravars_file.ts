/**
 * What Ansible gets of env/extravars: the file's path, or the text of a named pipe.
 *
 * Ansible reads the file itself: tags such as `!vault` and files that are vaults are its own. We
 * only look whether it can be read as a mapping at all, so that a mistake is told before anything
 * starts.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { readTextFile } from "./env_file.ts";
import { kindOf } from "../../python/values.ts";
import type { LooseRoot } from "../../python/yaml/read.ts";

/** What env/extravars is. */
export interface ExtraVarsFile {
  /** Its path when it is a file. */
  readonly path: string | undefined;
  /** Its text when it is a named pipe, which can be read only once. */
  readonly text: string | undefined;
}

/** How it is read. */
export interface ExtraVarsOptions {
  /** Longest silence of a named pipe, in milliseconds. */
  readonly waitMs: number;
  /** Ends the waiting for a named pipe. */
  readonly signal: AbortSignal;
}

const LABEL = "env/extravars";

/** Longer texts are left to Ansible: looking at them would take long. */
const MAX_LOOK = 256 << 10;

/** Data of any size is Ansible's matter; what we hold of a pipe is not. */
const MAX_BYTES = 64 << 20;

/**
 * Reads env/extravars.
 *
 * @param path where it is, if there is one
 * @param options how long to wait for a named pipe
 * @returns path or text, neither when there is nothing in it
 * @throws {ConfigError} when it cannot be read, or is no mapping
 */
export async function readExtraVars(
  path: string,
  options: ExtraVarsOptions,
): Promise<ExtraVarsFile> {
  const text = await readTextFile(path, { ...options, label: LABEL, maxBytes: MAX_BYTES });
  // Contract: an empty file counts as missing; Ansible would refuse it.
  if (text === undefined || text.trim() === "") return { path: undefined, text: undefined };
  await look(text);
  return Deno.statSync(path).isFile ? { path, text: undefined } : { path: undefined, text };
}

async function look(text: string): Promise<void> {
  if (text.startsWith("$ANSIBLE_VAULT;") || text.length > MAX_LOOK) return;
  const { readLoosely, YamlError } = await import("../../python/yaml/read.ts");
  let root: LooseRoot;
  try {
    root = await readLoosely(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw unreadable(error.message, error);
  }
  if (root.kind === kindOf({})) return;
  throw unreadable(`expected a mapping, got ${root.kind} (line ${root.line})`);
}

function unreadable(reason: string, cause?: unknown): ConfigError {
  return new ConfigError("config.env_file", `Cannot read "${LABEL}": ${reason}`, { cause });
}
