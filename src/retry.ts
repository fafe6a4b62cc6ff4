/**
 * Runs a run again, for the hosts that did not go well.
 *
 * What it was comes from a record that no job reaches; what isolates it, and what is secret, comes
 * anew.
 *
 * @module
 */
import { readPastRun } from "./artifacts/past_run.ts";
import { ARTIFACT_ROOT } from "./run_layout.ts";
import type { InputOptions } from "./config/options.ts";
import { RunnerError } from "./errors.ts";
import { readRecipe, type Recipe, relativePaths } from "./history/retry/recipe.ts";
import { recentRuns } from "./history/recent_runs.ts";
import { chooseHosts, failedHosts, limitTo, type RetryHosts } from "./history/retry/retry_hosts.ts";
import { commandWords, readCommand, summarize, type SummarizedRun } from "./history/summary.ts";
import { optionsOfCommand, type TrustedCommand } from "./history/retry/trusted_command.ts";
import { exists } from "./internal/file_system.ts";
import { makeAbsolute, parentOf } from "./internal/paths.ts";
import { join } from "./python/shlex.ts";
import type { Runner } from "./result.ts";
import { startRun } from "./run.ts";
import { pathOf } from "./run/caller/take_options.ts";
import { performOnTerminal } from "./run/on_terminal.ts";
import { decide } from "./run/prepare_config.ts";
import type { RunOptions } from "./run/run_options.ts";

export type { RetryHosts } from "./history/retry/retry_hosts.ts";
import { workingDirectory } from "./internal/working_directory.ts";

/**
 * What a caller may ask of a repeated run: which one, and what is given anew. Options that are given
 * win over those of the former run.
 */
export interface RetryOptions extends Omit<RunOptions, "limit"> {
  /** Name of the run that is repeated. @default {the latest} */
  readonly retryIdent?: string | undefined;
  /** Hosts that it is repeated for. @default {"both"} */
  readonly retryHosts?: RetryHosts | undefined;
  /**
   * Whether the artifacts are believed where there is no record of the run out of its job's reach.
   * A job can write them, and so choose what is run. @default {false}
   */
  readonly trustArtifacts?: boolean | undefined;
}

/** What is run again. */
interface Former {
  readonly options: Partial<InputOptions>;
  readonly isolation: string | null;
  readonly limit: string | undefined;
}

/**
 * Runs a run again, limited to the hosts on which it failed or that it could not reach.
 *
 * Isolation comes from settings and options anew, secrets from env/ and options; the new run's
 * `command` file says what it repeats (`retry_of`).
 *
 * @param options which run, and what is given anew
 * @returns the finished new run
 * @throws {RunnerError} when there is no such run, it goes on, no host failed, or it cannot be repeated
 *
 * @example
 * ```ts
 * import { retry, run } from "@ansible-runner/ansible-runner";
 *
 * const runner = await run({ privateDataDir: "demo", playbook: "test.yml" });
 * if (runner.rc === 2) await retry({ privateDataDir: "demo", retryIdent: runner.ident });
 * ```
 */
export async function retry(options: RetryOptions): Promise<Runner> {
  const { retryIdent, retryHosts = "both", trustArtifacts = false, ...given } = options;
  const cwd = workingDirectory();
  const former = findFormer(options, { ident: retryIdent, cwd });
  const hosts = await hostsOf(former, retryHosts);
  const what = whatItWas(former, { given, trustArtifacts, cwd });
  const limit = limitTo(hosts, what.limit);
  return await startRun({ ...what.options, ...given, limit } as RunOptions, {
    decide: async (each) => {
      const config = await decide(each);
      if (what.isolation === null || config.isolation !== undefined) return config;
      const hint = "Isolate this one too: --process-isolation, or settings";
      throw refused(former, {
        why: `it was isolated (${what.isolation}), and this one would not be`,
        hint,
      });
    },
    perform: performOnTerminal,
    terminal: true,
    cwd,
    retryOf: { ident: former.ident, hosts },
  }).done;
}

function findFormer(
  options: RetryOptions,
  { ident, cwd }: { readonly ident: string | undefined; readonly cwd: string },
): SummarizedRun {
  const { artifactDir, privateDataDir } = options;
  const root = artifactDir === undefined
    ? `${pathOf(privateDataDir, "privateDataDir")}/${ARTIFACT_ROOT}`
    : pathOf(artifactDir, "artifactDir");
  const artifactRoot = makeAbsolute(root, cwd);
  const isName = ident === undefined || !/^\.{0,2}$|\//.test(ident);
  const found = ident === undefined
    ? recentRuns(artifactRoot, { last: 1 })[0]
    : isName
    ? summarize(`${artifactRoot}/${ident}`)
    : undefined;
  if (found === undefined) {
    const name = ident === undefined ? "a run" : `run "${ident}"`;
    throw new RunnerError("run.unknown", `Cannot find ${name} in "${artifactRoot}"`);
  }
  if (found.status === "running") throw refused(found, { why: "it goes on" });
  return found;
}

async function hostsOf(former: SummarizedRun, which: RetryHosts): Promise<string[]> {
  const runner = readPastRun(await Deno.realPath(former.dir));
  const hosts = chooseHosts(failedHosts(runner.stats(), former.failed), which);
  if (hosts.length > 0) return hosts;
  const what = which === "both"
    ? "failed or was unreachable"
    : which === "failed"
    ? "failed"
    : "was unreachable";
  throw new RunnerError("retry.hosts", `Cannot retry run "${former.ident}": no host ${what}`);
}

interface Known {
  readonly given: Partial<InputOptions>;
  readonly trustArtifacts: boolean;
  /** The working directory at the call. */
  readonly cwd: string;
}

function whatItWas(former: SummarizedRun, { given, trustArtifacts, cwd }: Known): Former {
  const recipe = readRecipe(former.dir);
  if (recipe !== undefined) {
    checkRecipe(former, { recipe, given, cwd });
    const { limit } = recipe.options;
    const text = Array.isArray(limit)
      ? limit.join(",")
      : typeof limit === "string"
      ? limit
      : undefined;
    return { options: recipe.options, isolation: recipe.isolation, limit: text };
  }
  const words = commandOf(former);
  if (trustArtifacts) return trusted(former, words);
  const why = "there is no record of what it was, and a job can change its artifacts";
  throw refused(former, { why, hint: `--trust-artifacts believes them, and runs: ${join(words)}` });
}

function commandOf({ dir }: SummarizedRun): string[] {
  return commandWords(readCommand(dir));
}

function trusted(former: SummarizedRun, words: readonly string[]): TrustedCommand {
  const { dir } = former;
  const { cwd } = readCommand(dir);
  const root = parentOf(dir);
  const privateDataDir = parentOf(root);
  const command = { words, cwd: typeof cwd === "string" ? cwd : undefined };
  return optionsOfCommand(command, { privateDataDir, artifactDir: dir });
}

/** Why a run is not repeated, and what would help. */
interface Refusal {
  readonly why: string;
  readonly hint?: string;
}

/** Options as the command line names them. */
const NAMES: Readonly<Record<string, string>> = {
  extravarsWords: "-e",
  credentials: "--credential",
  moduleArgs: "-a",
};

function checkRecipe(
  former: SummarizedRun,
  { recipe, given, cwd }: Pick<Known, "given" | "cwd"> & { readonly recipe: Recipe },
): void {
  if (recipe.mode === "raw") {
    throw refused(former, {
      why: "its program was started as it is, and cannot be limited to hosts",
    });
  }
  const missing = recipe.omitted.filter((name) => given[name as keyof InputOptions] === undefined);
  if (missing.length > 0) {
    const names = missing.map((name) => NAMES[name] ?? name).join(", ");
    const why = `what was given as ${names} is not kept, since it may be secret`;
    throw refused(former, { why, hint: `Give it again: ${names}` });
  }
  const dataDir = parentOf(parentOf(former.dir));
  const relative = relativePaths(recipe).filter((key) => {
    const path = String(recipe.options[key]);
    const isInside = [dataDir, `${dataDir}/inventory`].some((dir) => exists(`${dir}/${path}`));
    return given[key as keyof InputOptions] === undefined && !(key === "inventory" && isInside);
  });
  if (relative.length === 0 || recipe.cwd === cwd) return;
  throw refused(former, {
    why: `its paths are relative to "${recipe.cwd}"`,
    hint: `cd ${recipe.cwd} first`,
  });
}

function refused({ ident }: SummarizedRun, { why, hint }: Refusal): RunnerError {
  return new RunnerError("retry.refused", `Cannot retry run "${ident}": ${why}`, { hint });
}
