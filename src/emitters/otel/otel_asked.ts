/**
 * Whether OpenTelemetry is asked for: alone here, so that a plain run loads nothing else of it.
 *
 * @module
 */

const KINDS = ["", "TRACES_", "METRICS_", "LOGS_"] as const;

/**
 * Whether any endpoint is named.
 *
 * @param valueOf looks up a variable
 */
export function isOtelAsked(valueOf: (name: string) => string | undefined): boolean {
  return KINDS.some((kind) => Boolean(valueOf(`OTEL_EXPORTER_OTLP_${kind}ENDPOINT`)));
}
