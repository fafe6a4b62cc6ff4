import { readFlags } from "../../../../src/python/regex/flags.ts";
import { RegexReader } from "../../../../src/python/regex/reader.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

const NONE = { i: false, m: false, s: false, x: false, a: false };

Deno.test("readFlags turns flags on and off, for a group or for the whole pattern", () => {
  assertEquals(readFlags(new RegexReader("im)"), NONE), {
    flags: { ...NONE, i: true, m: true },
    isGlobal: true,
  });
  assertEquals(readFlags(new RegexReader("s-i:"), { ...NONE, i: true }), {
    flags: { ...NONE, s: true },
    isGlobal: false,
  });
  assertEquals(readFlags(new RegexReader("u:"), { ...NONE, a: true }).flags, NONE);
});

for (
  const [text, problem] of [
    ["q)", "unknown flags"],
    ["i", "unknown flags"],
    ["L)", "for bytes only"],
    ["au)", "exclude each other"],
    ["i-:", "missing after the minus"],
    ["i-i:", "on and off"],
    ["-a:", "unknown flags"],
  ] as const
) {
  Deno.test(`readFlags refuses (?${text}`, () => {
    assertThrows(() => readFlags(new RegexReader(text), NONE), problem);
  });
}
