import {
  environmentOf,
  spanIdOf,
  traceContextOf,
} from "../../../../src/emitters/otel/trace_context.ts";
import { assert, assertEquals, assertMatch } from "../../../testing/assert.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const byParent = (_traceId: string, parent: boolean | undefined) => parent ?? true;

Deno.test("traceContextOf hangs a run below its caller's span, and hands its own on", () => {
  const env = { TRACEPARENT: `00-${TRACE}-${SPAN}-01`, TRACESTATE: "a=1" };
  const context = traceContextOf(env, byParent);
  assertEquals([context.traceId, context.parentSpanId], [TRACE, SPAN]);
  assertEquals(environmentOf(context), {
    TRACEPARENT: `00-${TRACE}-${context.rootSpanId}-01`,
    TRACESTATE: "a=1",
  });
  const unsampled = traceContextOf({ TRACEPARENT: `00-${TRACE}-${SPAN}-00` }, byParent);
  assertMatch(environmentOf(unsampled)["TRACEPARENT"] ?? "", /-00$/);
  const later = traceContextOf({ TRACEPARENT: `cc-${TRACE}-${SPAN}-09-more` }, byParent);
  assertEquals([later.traceId, later.isSampled], [TRACE, true]);
});

Deno.test("traceContextOf begins a trace where the caller's is malformed", () => {
  for (
    const text of [
      "",
      TRACE,
      `ff-${TRACE}-${SPAN}-01`,
      `00-${TRACE}-${SPAN}-01-more`,
      `00-${TRACE.toUpperCase()}-${SPAN}-01`,
      `00-${"0".repeat(32)}-${SPAN}-01`,
      `00-${TRACE}-${"0".repeat(16)}-01`,
      `00-${TRACE}-${SPAN}-01\nX: y`,
    ]
  ) {
    const context = traceContextOf({ TRACEPARENT: text, TRACESTATE: "a=1" }, byParent);
    assert(context.traceId !== TRACE && context.parentSpanId === undefined, text);
    assertEquals(Object.keys(environmentOf(context)), ["TRACEPARENT"]);
    assertMatch(context.traceId, /^[\da-f]{32}$/);
  }
});

Deno.test("spanIdOf is the same for the same thing of a run, and differs between runs", () => {
  const [one, other] = [traceContextOf({}, byParent), traceContextOf({}, byParent)];
  assertEquals(spanIdOf(one, "a"), spanIdOf(one, "a"));
  assert(spanIdOf(one, "a") !== spanIdOf(one, "b") && spanIdOf(one, "a") !== spanIdOf(other, "a"));
  assertMatch(spanIdOf(one, "a"), /^[\da-f]{16}$/);
});
