/**
 * The typed settings in the mapping of env/settings; seconds become milliseconds here only.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { editDistance } from "../../internal/edit_distance.ts";
import { exactJson, kindOf } from "../../python/values.ts";
import { readSetting, TypeMismatch } from "./setting_type.ts";
import type { Settings } from "./declarations.ts";
import { decidedName, type SettingRow } from "./setting.ts";
import { SETTINGS } from "./table.ts";

/** What a mapping of settings holds. */
export interface ParsedSettings {
  /** The settings we know, those that were given only. */
  readonly settings: Settings;
  /** The others, as they are: plugins read them. */
  readonly unknown: Record<string, unknown>;
  /** One line for each unknown one that looks like a misspelt known one. */
  readonly warnings: string[];
}

/**
 * Reads a mapping of settings.
 *
 * @param mapping snake_case names and values, times in seconds
 * @param where what messages call the source, such as `env/settings`
 * @returns known and unknown settings, and warnings
 * @throws {ConfigError} when a known one has a value of the wrong type
 */
export function parseSettings(
  mapping: object,
  where: string,
): ParsedSettings {
  const rows = new Map(SETTINGS.map((row) => [row.key, row]));
  const settings: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, value] of Object.entries<unknown>({ ...mapping })) {
    const row = rows.get(key);
    if (row) {
      settings[decidedName(row)] = readRow(row, { value, where });
      continue;
    }
    unknown[key] = value;
    const near = nearestKey(key);
    if (near) {
      warnings.push(`Unknown setting ${JSON.stringify(key)} in ${where}: did you mean "${near}"?`);
    }
  }
  return { settings: settings as Settings, unknown, warnings };
}

function readRow(
  row: SettingRow,
  { value, where }: { readonly value: unknown; readonly where: string },
): unknown {
  try {
    return readSetting(row.type, value);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const message = `Cannot use the setting "${row.key}" of ${where}: ${error.message}, got ${
      showValue(row, value)
    }`;
    throw new ConfigError("config.setting", message, { cause: error });
  }
}

function showValue(row: SettingRow, value: unknown): string {
  // These may hold passwords and tokens.
  const mayBeSecret = ["registry", "headers", "receivers", "list"].includes(row.type as string) ||
    ["runner_http_url", "runner_http_secret"].includes(row.key);
  if (mayBeSecret) return kindOf(value);
  const text = exactJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** One wrong letter in five: plugins' own names are mostly farther from ours. */
function nearestKey(key: string): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const { key: known } of SETTINGS) {
    const distance = editDistance(key.toLowerCase(), known);
    if (distance > Math.max(1, Math.floor(known.length / 5)) || distance >= bestDistance) continue;
    best = known;
    bestDistance = distance;
  }
  return best;
}
