/**
 * Whether the times of events carry their zone.
 *
 * Contract: with `+00:00`, as the original from 2.4 on; programs made for releases before it read
 * only the form without.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { Settings } from "./settings/declarations.ts";

/** With `+00:00`, or without zone; both are UTC. */
export type EventTimes = "utc" | "naive";

/** Also tells our callback plugin. */
export const EVENT_TIMES_VARIABLE = "RUNNER_EVENT_TIMES";

/**
 * Decides the form of event times; the environment wins over settings.
 *
 * @throws {ConfigError} when the environment says anything else
 */
export function resolveEventTimes(
  settings: Settings,
  env: Readonly<Record<string, string>>,
): EventTimes {
  const named = env[EVENT_TIMES_VARIABLE] || settings.eventTimes || "utc";
  if (named === "utc" || named === "naive") return named;
  throw new ConfigError(
    "config.event_times",
    `Cannot use ${EVENT_TIMES_VARIABLE}: expected utc or naive, got ${JSON.stringify(named)}`,
  );
}
