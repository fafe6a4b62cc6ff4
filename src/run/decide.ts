/**
 * Turns options into the one decided run, with what lies in the private data dir and what the system says.
 *
 * @module
 */
import { ensurePrivateDataDir, kindOfPath, readDataDir } from "../config/data_dir.ts";
import type { InputOptions } from "../config/options.ts";
import { makeAbsolute, resolve } from "../config/resolve.ts";
import type { RunConfig } from "../config/run_config.ts";

/**
 * Decides a run; makes its private data dir when there is none.
 *
 * @param options what the caller asked for
 * @returns the run, decided
 * @throws {ConfigError} when inputs contradict each other or have the wrong shape
 */
export async function decide(options: InputOptions): Promise<RunConfig> {
  const cwd = Deno.cwd();
  const privateDataDir = makeAbsolute(options.privateDataDir, cwd);
  ensurePrivateDataDir(privateDataDir, { allowUnsafe: options.allowUnsafePrivateDataDir ?? false });
  const inputs = await readDataDir(privateDataDir);
  return resolve({ ...options, privateDataDir }, inputs, {
    env: Deno.env.toObject(),
    cwd,
    kindOf: kindOfPath,
    newId: () => crypto.randomUUID(),
  });
}
