/**
 * The settings of a run, from arguments and env/settings.
 *
 * Contract: env/settings wins over arguments and flags, key by key.
 *
 * @module
 */
import type { TakenInputs } from "../options.ts";
import { PyFloat } from "../../python/values.ts";
import type { Settings } from "./declarations.ts";
import type { SettingsMapping } from "./settings_mapping.ts";
import { parseSettings } from "./read.ts";
import type { ContainerAuthData } from "./registry_login.ts";
import { decidedName, isTime, optionName, type SettingRow } from "./setting.ts";
import { SETTINGS } from "./table.ts";

/** What argument and file say under the file's own names, known ones with their types. */
export type NamedSettings = {
  readonly [
    Name in keyof SettingsMapping as Name extends keyof Settings ? never : Name
  ]: SettingsMapping[Name];
};

/** Settings, decided. */
export interface MergedSettings {
  /** The settings we know. */
  readonly settings: Settings;
  /** All that argument and file say, under the file's own names; times in seconds. */
  readonly mapping: NamedSettings;
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
 * @throws {ConfigError} when a value has the wrong type
 */
export function mergeSettings(
  options: TakenInputs,
  file: object | undefined,
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
    mapping: asNumbers({ ...options.settings, ...file }),
    unknown: { ...argument.unknown, ...fromFile.unknown },
    warnings: [...argument.warnings, ...fromFile.warnings],
  };
}

function asNumbers(mapping: Readonly<Record<string, unknown>>): NamedSettings {
  return Object.fromEntries(
    Object.entries(mapping).map((
      [key, value],
    ) => [key, value instanceof PyFloat ? value.value : value]),
  );
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
