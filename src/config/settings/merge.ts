/**
 * Turns arguments and env/settings into the settings of a run.
 *
 * Contract: env/settings wins over arguments and flags, key by key.
 *
 * @module
 */
import type { InputOptions } from "../options.ts";
import { parseSettings, type Settings } from "./read.ts";

/** Settings, decided. */
export interface MergedSettings {
  /** The settings we know. */
  readonly settings: Settings;
  /** The others, for emitters. */
  readonly unknown: Readonly<Record<string, unknown>>;
  /** Near misses of known names. */
  readonly warnings: readonly string[];
}

/**
 * Lays the sources of settings over each other.
 *
 * @param options the caller's options, among them `settings`
 * @param file the mapping of env/settings, or undefined
 * @returns the settings
 * @throws {ConfigError} when a value has the wrong type
 */
export function mergeSettings(
  options: InputOptions,
  file: Readonly<Record<string, unknown>> | undefined,
): MergedSettings {
  const argument = parseSettings(options.settings ?? {}, "settings");
  const fromFile = parseSettings(file ?? {}, "env/settings");
  const settings = { ...fromOptions(options), ...argument.settings, ...fromFile.settings };
  // The one argument that wins over the file.
  const timeout = options.timeout === undefined || options.timeout === 0
    ? {}
    : { jobTimeoutMs: options.timeout * 1000 };
  return {
    settings: { ...settings, ...timeout },
    unknown: { ...argument.unknown, ...fromFile.unknown },
    warnings: [...argument.warnings, ...fromFile.warnings],
  };
}

/** The arguments that are settings as well, absent ones left out. */
function fromOptions(options: InputOptions): Settings {
  const { containerAuthData } = options;
  const named: { [Key in keyof Settings]: Settings[Key] | undefined } = {
    factCache: options.factCache,
    factCacheType: options.factCacheType,
    suppressAnsibleOutput: options.suppressAnsibleOutput,
    processIsolation: options.processIsolation,
    processIsolationExecutable: options.processIsolationExecutable,
    processIsolationPath: options.processIsolationPath,
    processIsolationHidePaths: pathList(options.processIsolationHidePaths),
    processIsolationShowPaths: pathList(options.processIsolationShowPaths),
    processIsolationRoPaths: pathList(options.processIsolationRoPaths),
    directoryIsolationBasePath: options.directoryIsolationBasePath,
    containerImage: options.containerImage,
    containerVolumeMounts: options.containerVolumeMounts,
    containerOptions: options.containerOptions,
    containerAuthData: containerAuthData === undefined
      ? undefined
      : { verifySsl: true, ...containerAuthData },
    resourceProfiling: options.resourceProfiling,
    resourceProfilingBaseCgroup: options.resourceProfilingBaseCgroup,
    resourceProfilingCpuPollIntervalMs: inMs(options.resourceProfilingCpuPollInterval),
    resourceProfilingMemoryPollIntervalMs: inMs(options.resourceProfilingMemoryPollInterval),
    resourceProfilingPidPollIntervalMs: inMs(options.resourceProfilingPidPollInterval),
    resourceProfilingResultsDir: options.resourceProfilingResultsDir,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function pathList(paths: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof paths === "string" ? [paths] : paths;
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
