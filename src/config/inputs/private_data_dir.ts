/**
 * What lies in a private data directory: paths, and the texts and mappings of env/.
 *
 * @module
 */
import { ConfigError, RunnerError } from "../../errors.ts";
import { readMapping, readTextFile } from "./env_file.ts";
import type { ExtraVarsFile, ExtraVarsOptions } from "./extravars_file.ts";
import { isUnsafeAllowed, UNSAFE_HINT, whyUnsafe } from "./trusted_directories.ts";
import type { NamedKey } from "../run_config.ts";
import { describeOsError } from "../../internal/file_system.ts";

/** What a private data directory holds; absent files are undefined. */
export interface DataDirInputs {
  /** env/envvars. */
  readonly envvars: Readonly<Record<string, unknown>> | undefined;
  /** env/passwords. */
  readonly passwords: Readonly<Record<string, unknown>> | undefined;
  /** env/credentials. */
  readonly credentials: Readonly<Record<string, unknown>> | undefined;
  /** env/settings. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** env/cmdline. */
  readonly cmdline: string | undefined;
  /** args. */
  readonly args: string | undefined;
  /** env/ssh_key and the files of env/ssh_keys/, in order of name. */
  readonly sshKeys: readonly NamedKey[];
  /** env/extravars when it is a file. */
  readonly extravarsPath: string | undefined;
  /** Text of env/extravars when it is a named pipe, which can be read only once. */
  readonly extravarsText: string | undefined;
}

/** What a path is. */
export type PathKind = "file" | "dir" | "other";

/**
 * Looks at a path.
 *
 * @returns what it is (links followed), or undefined when there is nothing
 */
export function kindOfPath(path: string): PathKind | undefined {
  try {
    const info = Deno.statSync(path);
    return info.isFile ? "file" : info.isDirectory ? "dir" : "other";
  } catch {
    return undefined;
  }
}

/**
 * Reads the inputs of a private data directory.
 *
 * @param privateDataDir absolute path
 * @param options what ends the waiting for named pipes
 * @throws {ConfigError} when a file is there and cannot be read as what it should be
 * @throws {RunnerError} when a signal ended the waiting
 */
export async function readDataDir(
  privateDataDir: string,
  { signals = [] }: { readonly signals?: readonly AbortSignal[] | undefined } = {},
): Promise<DataDirInputs> {
  const env = `${privateDataDir}/env`;
  const failed = new AbortController();
  const onCancel = (): void => failed.abort(signals.find(({ aborted }) => aborted)?.reason);
  const limits = { signal: failed.signal, waitMs: pipeWaitMs() };
  const isThere = namesIn(env);
  const mapping = async (name: string) =>
    isThere(name) ? await readMapping(`${env}/${name}`, `env/${name}`, limits) : undefined;
  const text = (path: string) =>
    readTextFile(`${privateDataDir}/${path}`, { ...limits, label: path });
  const envText = async (name: string) => isThere(name) ? await text(`env/${name}`) : undefined;
  // Costs less than `AbortSignal.any`.
  if (signals.some(({ aborted }) => aborted)) onCancel();
  for (const signal of signals) signal.addEventListener("abort", onCancel);
  try {
    const [envvars, passwords, credentials, settings, cmdline, args, sshKeys, extravars] =
      await Promise.all([
        mapping("envvars"),
        mapping("passwords"),
        mapping("credentials"),
        mapping("settings"),
        envText("cmdline"),
        text("args"),
        Promise.all(
          keyFiles(privateDataDir, isThere).map(async (name) => ({ name, text: await text(name) })),
        ),
        isThere("extravars") ? extraVars(`${env}/extravars`, limits) : undefined,
      ]);
    return {
      envvars,
      passwords,
      credentials,
      settings,
      cmdline: notBlank(cmdline),
      args: notBlank(args),
      sshKeys: sshKeys.filter((key): key is NamedKey => notBlank(key.text) !== undefined),
      extravarsPath: extravars?.path,
      extravarsText: extravars?.text,
    };
  } catch (error) {
    // The others may be waiting for pipes.
    failed.abort();
    const cancel = signals.find(({ aborted, reason }) => aborted && reason === error);
    throw cancel === undefined ? error : canceled(error);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", onCancel);
  }
}

/** Most runs have none. */
async function extraVars(path: string, limits: ExtraVarsOptions): Promise<ExtraVarsFile> {
  const { readExtraVars } = await import("./extravars_file.ts");
  return await readExtraVars(path, limits);
}

function canceled(by: unknown): RunnerError {
  const reason = typeof by === "string" ? `canceled by ${by}` : "canceled";
  return new RunnerError("run.canceled", `Cannot start: ${reason}`, { exitCode: 254, cause: by });
}

/** Longest silence of a named pipe among the inputs, in milliseconds. */
const PIPE_WAIT_MS = 30_000;

/**
 * Says how long named pipes are waited for. The environment may say so, in seconds: a setting
 * cannot, as it may come through a pipe.
 *
 * @returns the longest silence, in milliseconds
 * @throws {ConfigError} when the environment says no number
 */
export function pipeWaitMs(): number {
  const text = Deno.env.get("RUNNER_PIPE_TIMEOUT");
  if (text === undefined || text === "") return PIPE_WAIT_MS;
  const seconds = Number(text);
  if (seconds > 0) return seconds * 1000;
  throw new ConfigError(
    "config.pipe_timeout",
    `Cannot use RUNNER_PIPE_TIMEOUT "${text}": expected a number of seconds`,
  );
}

/** Contract: an empty file counts as missing. */
function notBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** Tells which names of a directory are worth a look: most are missing, and each look makes an error. */
function namesIn(dir: string): (name: string) => boolean {
  try {
    // Some file systems take names in any case.
    const names = new Set(Array.from(Deno.readDirSync(dir), ({ name }) => name.toLowerCase()));
    return (name) => names.has(name);
  } catch (error) {
    // What cannot be listed may still be read.
    const isMissing = error instanceof Deno.errors.NotFound;
    return () => !isMissing;
  }
}

/** env/ssh_key, then the files of env/ssh_keys/ in order of name. */
function keyFiles(privateDataDir: string, isThere: (name: string) => boolean): string[] {
  const single = isThere("ssh_key") ? ["env/ssh_key"] : [];
  const dir = "env/ssh_keys";
  if (!isThere("ssh_keys") || kindOfPath(`${privateDataDir}/${dir}`) !== "dir") return single;
  const names = Array.from(Deno.readDirSync(`${privateDataDir}/${dir}`), (entry) => entry.name);
  return [...single, ...names.sort().map((name) => `${dir}/${name}`)];
}

/**
 * Makes sure that the private data directory is there and not open to others.
 *
 * @param path absolute path; made with mode 0700 when missing
 * @param options whether an unsafe directory is accepted
 * @throws {ConfigError} when it is no directory, or others may write to it
 */
export function ensurePrivateDataDir(path: string, options: { allowUnsafe: boolean }): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason =
      error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory
        ? "it is not a directory"
        : describeOsError(error);
    throw new ConfigError(
      "config.private_data_dir",
      `Cannot use private data dir "${path}": ${reason}`,
    );
  }
  if (isUnsafeAllowed(options.allowUnsafe)) return;
  const unsafe = whyUnsafe(path);
  if (unsafe !== undefined) {
    throw new ConfigError("config.unsafe_dir", `Cannot use private data dir "${path}": ${unsafe}`, {
      hint: UNSAFE_HINT,
    });
  }
}
