import { readSetting, TypeMismatch } from "../../../../src/config/settings/setting_type.ts";
import { pyFloat } from "../../../../src/python/values.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";

for (
  const [type, value, read] of [
    ["timeout", 1.5, 1500],
    ["timeout", pyFloat(2), 2000],
    ["timeout", 0, undefined],
    ["timeout", null, undefined],
    ["seconds", null, undefined],
    ["seconds_or_off", 0, 0],
    ["seconds_or_off", null, 0],
    ["boolean", true, true],
    ["integer", 7, 7],
    ["text", "x", "x"],
    ["paths", "/a", ["/a"]],
    ["paths", ["/a", "/b"], ["/a", "/b"]],
  ] as const
) {
  Deno.test(`readSetting reads ${Deno.inspect(value)} as ${type}`, () => {
    assertEquals(readSetting(type, value), read);
  });
}

Deno.test("readSetting takes one of the choices, and says them", () => {
  assertEquals(readSetting(["files", "jsonl"], "jsonl"), "jsonl");
  const error = assertThrows(() => readSetting(["files", "jsonl"], "other"), '"files" or "jsonl"');
  assert(error instanceof TypeMismatch);
});

for (
  const [type, value] of [
    ["timeout", -1],
    ["timeout", "7"],
    ["seconds", NaN],
    ["boolean", "yes"],
    ["integer", 1.5],
    ["integer", -1],
    ["text", 1],
    ["paths", [1]],
    ["list", "x"],
    ["headers", ["x"]],
    ["registry", { host: "h" }],
  ] as const
) {
  Deno.test(`readSetting refuses ${Deno.inspect(value)} as ${type}`, () => {
    assert(assertThrows(() => readSetting(type, value), "expected ") instanceof TypeMismatch);
  });
}
