/**
 * Turns arguments and env/settings into the settings of a run.
 *
 * Contract: env/settings wins over arguments and flags, key by key.
 *
 * @module
 */
import type { TakenInputs } from "../options.ts";
import type { Settings } from "./declarations.ts";
import { parseSettings } from "./read.ts";
import type { ContainerAuthData } from "./registry_login.ts";
import { decidedName, isTime, optionName, type SettingRow } from "./setting.ts";
import { SETTINGS } from "./table.ts";

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
  options: TakenInputs,
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

/** The options that are settings as well, absent ones left out. */
function fromOptions(options: TakenInputs): Settings {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const settings: Record<string, unknown> = {};
  for (const row of SETTINGS) {
    const value = row.isOption === true ? given[optionName(row)] : undefined;
    if (value !== undefined) settings[decidedName(row)] = decide(row, value);
  }
  return settings;
}

function decide({ type }: SettingRow, value: unknown): unknown {
  if (isTime(type)) return Number(value) * 1000;
  if (type === "paths") return typeof value === "string" ? [value] : value;
  if (type === "registry") return { verifySsl: true, ...value as ContainerAuthData };
  return value;
}
