import { ConfigError } from "../../../../src/errors.ts";
import { RegexReader } from "../../../../src/python/regex/reader.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";

Deno.test("RegexReader reads by characters, not by halves of them", () => {
  const reader = new RegexReader("🎉ab12]");
  assertEquals([reader.peek(), reader.next(), reader.position], ["🎉", "🎉", 1]);
  assertEquals([reader.eat("b"), reader.eat("a"), reader.take(/[b1]/), reader.take(/\d/, 0)], [
    false,
    true,
    "b1",
    "",
  ]);
  assertEquals([reader.takeUntil("]", "no end"), reader.peek(), reader.next()], ["2", "", ""]);
  reader.rewind(1);
  assertEquals(reader.next(), "a");
  assertThrows(() => reader.takeUntil("}", "no end"), "no end");
});

Deno.test("RegexReader tells invalid patterns from unsupported ones, and cuts long ones", () => {
  const reader = new RegexReader("x".repeat(1000));
  const [invalid, unsupported] = [reader.invalid("reason"), reader.unsupported("it")];
  assert(invalid instanceof ConfigError && invalid.message.length < 260);
  assertEquals([invalid.code, unsupported.code], [
    "config.regex_invalid",
    "config.regex_unsupported",
  ]);
  assert(unsupported.message.endsWith(": it is not supported"), unsupported.message);
});
