/**
 * Times and sizes as people write them.
 */
import {
  needSize,
  needSpan,
  parseMoment,
  parseSize,
  parseSpan,
  sizeText,
  spanText,
} from "../../../src/history/time_span.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";

Deno.test("spans", () => {
  const rows = ["90s", "30m", "2h", "1.5h", "30d", "2w", "", "5", "-1h", "h", "1y"].map(parseSpan);
  const [no] = [undefined];
  assertEquals(rows, [9e4, 18e5, 72e5, 54e5, 2592e6, 12096e5, no, no, no, no, no]);
});

Deno.test("moments: a span ago, a date of this time zone, one of another", () => {
  assertEquals(parseMoment("2h", 1e10), 1e10 - 72e5);
  assertEquals(parseMoment("2026-01-31", 0), new Date(2026, 0, 31).getTime());
  assertEquals(parseMoment("2026-01-31T10:00:00Z", 0), Date.UTC(2026, 0, 31, 10));
  for (const text of ["", "yesterday", "31.1.2026", "2026"]) {
    assertThrows(() => parseMoment(text, 0), "Cannot read the time");
  }
});

Deno.test("sizes", () => {
  assertEquals(["2G", "500M", "1.5k", "10", "3GiB", "2X", ""].map(parseSize), [
    2 * 1024 ** 3,
    500 * 1024 ** 2,
    1536,
    10,
    3 * 1024 ** 3,
    undefined,
    undefined,
  ]);
  assertThrows(() => needSize("much"), 'Cannot read the size "much"');
  assertThrows(() => needSpan("long"), 'Cannot read the age "long"');
});

Deno.test("durations and sizes for people", () => {
  const seconds = [0, 0.42, 27.4, 99, 720, 11_000, 40_000, 500_000].map(spanText);
  assertEquals(seconds, ["0.0s", "0.4s", "27s", "99s", "12m", "3h3m", "11h", "6d"]);
  assertEquals([512, 1536, 5 * 1024 ** 3].map(sizeText), ["512 B", "1.5 KiB", "5.0 GiB"]);
});
