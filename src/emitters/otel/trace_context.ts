/**
 * The trace that a run belongs to: the caller's, or one of its own.
 *
 * @module
 * @see https://www.w3.org/TR/trace-context/
 */
import { createHash } from "node:crypto";

/** Longest `tracestate` that is handed on. */
const MOST_STATE = 512;

/** A run's place in its trace. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Span of the caller, 16 digits; undefined when the run begins the trace. */
  readonly parentSpanId: string | undefined;
  /** What the caller's tools noted. */
  readonly traceState: string | undefined;
  /** The run's own span. */
  readonly rootSpanId: string;
  /** Whether spans are recorded. */
  readonly isSampled: boolean;
}

/**
 * Reads the caller's trace, or begins one.
 *
 * @param env TRACEPARENT and TRACESTATE; one that is malformed is none
 * @param isSampled decides whether spans are recorded, by the caller's word where there is one
 */
export function traceContextOf(
  env: Readonly<Record<string, string | undefined>>,
  isSampled: (traceId: string, parent: boolean | undefined) => boolean,
): TraceContext {
  const parent = parentOf(env["TRACEPARENT"] ?? "");
  const traceId = parent?.traceId ?? randomId(16);
  const state = env["TRACESTATE"] ?? "";
  const isState = parent !== undefined && state !== "" && state.length <= MOST_STATE &&
    /^[\x20-\x7e]+$/.test(state);
  return {
    traceId,
    parentSpanId: parent?.spanId,
    traceState: isState ? state : undefined,
    rootSpanId: randomId(8),
    isSampled: isSampled(traceId, parent?.isSampled),
  };
}

/** Variables by which what the run starts hangs below it. */
export function environmentOf(context: TraceContext): Record<string, string> {
  const { traceId, rootSpanId, isSampled, traceState } = context;
  return {
    TRACEPARENT: `00-${traceId}-${rootSpanId}-${isSampled ? "01" : "00"}`,
    ...(traceState === undefined ? {} : { TRACESTATE: traceState }),
  };
}

/** Id of a span of this run, always the same for the same thing: nothing has to be remembered. */
export function spanIdOf({ traceId, rootSpanId }: TraceContext, key: string): string {
  const id = createHash("sha256").update(`${traceId}${rootSpanId}${key}`).digest("hex").slice(
    0,
    16,
  );
  return /[^0]/.test(id) ? id : rootSpanId;
}

function parentOf(
  text: string,
): { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean } | undefined {
  // Later versions may have more behind the flags.
  const [, version, traceId = "", spanId = "", flags = "", more] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(text.trim()) ?? [];
  if (version === undefined || version === "ff" || version === "00" && more !== undefined) return;
  if (!/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

function randomId(bytes: number): string {
  const id = crypto.getRandomValues(new Uint8Array(bytes));
  // All zeros would be no id.
  if (id.every((byte) => byte === 0)) id[0] = 1;
  return id.toHex();
}
