/**
 * What a setting is, and the names that it has besides the one in env/settings.
 *
 * @module
 */
import type { SettingType } from "./setting_type.ts";

/** One setting. */
export interface SettingRow {
  /** Name in env/settings. */
  readonly key: string;
  /** What it may hold. */
  readonly type: SettingType;
  /** Default, as written in env/settings; `none` for nothing. */
  readonly default: string;
  /** Which line of the original has it; `ours` is new, no origin: all have it. */
  readonly origin?: "1.4" | "2" | "ours";
  /** Whether it is an option of the library as well, under its camelCase name. */
  readonly isOption?: true;
  /** Whether the text is a path: as an option it may be a `file:` URL. */
  readonly isPath?: true;
  /** What it does, for the reference and for the types. */
  readonly doc: string;
}

/** The name of a setting as an option: `idleTimeout`. */
export function optionName({ key }: SettingRow): string {
  return key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of a setting once it is decided, when times are in milliseconds: `idleTimeoutMs`. */
export function decidedName(row: SettingRow): string {
  return isTime(row.type) ? `${optionName(row)}Ms` : optionName(row);
}

/** Whether a setting is a time. */
export function isTime(type: SettingType): boolean {
  return type === "timeout" || type === "seconds" || type === "seconds_or_off";
}
