/** PLACEHOLDER by the lead so that the core type-checks; helper 2 overwrites this file. @module */
export interface Settings {
  readonly idleTimeoutMs?: number;
  readonly jobTimeoutMs?: number;
  readonly suppressAnsibleOutput?: boolean;
  readonly suppressOutputFile?: boolean;
  readonly factCache?: string;
  readonly factCacheType?: string;
  readonly eventStore?: "files" | "jsonl";
  readonly maxEventRes?: number;
  readonly gracePeriodMs?: number;
  readonly promptTimeoutMs?: number;
  // deno-lint-ignore no-explicit-any
  readonly [key: string]: any;
}
export function parseSettings(m: Readonly<Record<string, unknown>>, _where: string): { settings: Settings; unknown: Record<string, unknown>; warnings: string[] } {
  return { settings: {}, unknown: { ...m }, warnings: [] };
}
