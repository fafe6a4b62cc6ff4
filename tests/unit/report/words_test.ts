/**
 * Words of a report.
 */
import { count, duration, moment, placeOf, whyOf } from "../../../src/report/words.ts";
import { assertEquals } from "../../testing/assert.ts";

const DURATIONS: readonly (readonly [number, string])[] = [
  [NaN, ""],
  [-5, ""],
  [0, "0 ms"],
  [120.4, "120 ms"],
  [999.6, "1.0 s"],
  [1234, "1.2 s"],
  [27_300, "27 s"],
  [59_960, "1 min 0 s"],
  [3_599_700, "1 h 0 min"],
  [7_260_000, "2 h 1 min"],
];

for (const [ms, text] of DURATIONS) {
  Deno.test(`${ms} ms are "${text}"`, () => assertEquals(duration(ms), text));
}

Deno.test("moments, counts, places", () => {
  assertEquals(moment(Date.UTC(2026, 10, 25, 10)), "2026-11-25 10:00:00 UTC");
  assertEquals(moment(NaN), "");
  assertEquals([count(1, "host"), count(1200, "host")], ["1 host", "1,200 hosts"]);
  assertEquals(placeOf("/a:b/c.yml:12"), { file: "/a:b/c.yml", line: "12" });
  assertEquals(placeOf("/a/c.yml"), undefined);
});

Deno.test("a code alone says nothing: the last line of the complaint is added", () => {
  const base = { host: "a", state: "failed", start: 0, end: 0 } as const;
  const texts = [
    { kind: "stderr", text: "first\n\x1b[31mlast\x1b[0m\n", cut: 0 },
    { kind: "data", text: "rc: 1", cut: 0 },
  ] as const;
  const message = "non-zero return code";
  assertEquals(whyOf({ ...base, message, texts }), "non-zero return code: last");
  assertEquals(whyOf({ ...base, message: "other", texts }), "other");
  assertEquals(whyOf({ ...base, message, texts: [] }), message);
});
