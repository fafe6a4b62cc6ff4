/**
 * Decides a run by its options, with what lies in the private data dir and what the system says.
 *
 * @module
 */
import {
  type DataDirInputs,
  ensurePrivateDataDir,
  kindOfPath,
  readDataDir,
} from "../config/inputs/private_data_dir.ts";
import type { TakenInputs } from "../config/options.ts";
import { resolve } from "../config/resolve.ts";
import type { RunConfig } from "../config/run_config.ts";
import { ConfigError } from "../errors.ts";
import { callerEnv } from "../internal/programs.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { join } from "../python/shlex.ts";

/** What the caller asked for, where, and what ends the waiting for inputs that are named pipes. */
export type DecideOptions = TakenInputs & {
  /** The working directory when it asked. */
  readonly cwd: string;
  readonly signals?: readonly AbortSignal[] | undefined;
};

/**
 * Decides a run; makes its private data dir when there is none.
 *
 * @param options what the caller asked for
 * @throws {ConfigError} when inputs contradict each other or have the wrong shape
 * @throws {RunnerError} when it was canceled while it waited for its inputs
 */
export function decide(options: DecideOptions): Promise<RunConfig> {
  return decideWith(options, (inputs) => inputs);
}

/** What a helper runs. */
export interface HelperCommand {
  /** Its words. */
  readonly argv: readonly string[];
  /** Its working directory. @default {the caller's} */
  readonly cwd: string | undefined;
  /** Whether it has the caller's stdin, stdout and stderr. */
  readonly isInherited: boolean;
}

/**
 * Decides a run of one command: nothing is added to its words, and env/ gives it environment,
 * passwords, keys and settings alone.
 *
 * @param options what the caller asked for
 * @param command the words and the working directory
 * @throws {ConfigError} when inputs have the wrong shape
 */
export async function decideCommand(
  options: DecideOptions,
  command: HelperCommand,
): Promise<RunConfig> {
  const config = await decideWith(options, (inputs) => ({
    ...inputs,
    args: join(command.argv),
    cmdline: undefined,
    extravarsPath: undefined,
    extravarsText: undefined,
  }));
  const cwd = makeAbsolute(command.cwd ?? ".", options.cwd);
  if (config.isolation?.kind === "container") {
    const hasTerminal = command.isInherited && Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
    return { ...config, helper: { cwd, isMounted: command.cwd !== undefined, hasTerminal } };
  }
  if (kindOfPath(cwd) !== "dir") {
    throw new ConfigError("config.host_cwd", `Cannot run in "${cwd}": expected a directory`);
  }
  return { ...config, cwd };
}

async function decideWith(
  { cwd, ...options }: DecideOptions,
  change: (inputs: DataDirInputs) => DataDirInputs,
): Promise<RunConfig> {
  if (options.privateDataDir === "") {
    const text = "Cannot run without private data dir: privateDataDir is empty";
    throw new ConfigError("config.private_data_dir", text);
  }
  const privateDataDir = makeAbsolute(options.privateDataDir, cwd);
  ensurePrivateDataDir(privateDataDir, { allowUnsafe: options.allowUnsafePrivateDataDir ?? false });
  const inputs = await readDataDir(privateDataDir, { signals: options.signals });
  return resolve({ options: { ...options, privateDataDir }, inputs: change(inputs) }, {
    env: callerEnv(),
    cwd,
    kindOf: kindOfPath,
    newId: () => crypto.randomUUID(),
  });
}
