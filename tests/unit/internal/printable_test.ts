import { assertEquals } from "../../testing/assert.ts";
import { printable, printableBlock, printableLines } from "../../../src/internal/printable.ts";

Deno.test("printable escapes what a terminal obeys and what hides or turns text", () => {
  for (
    const [text, shown] of [
      ["plain – ünïcode 漢字 👍", "plain – ünïcode 漢字 👍"],
      ["\x1b[31mred\x07", "\\u001b[31mred\\u0007"],
      ["a\nb\r\tc", "a\\nb\\r\\tc"],
      ["\x9b2J\x7f", "\\u009b2J\\u007f"],
      ["abc\u202edcb\u2066\u200f", "abc\\u202edcb\\u2066\\u200f"],
      ["line\u2028para\u2029", "line\\u2028para\\u2029"],
      ["\ufeff\u200b\u{e0041}", "\\ufeff\\u200b\\u{e0041}"],
      ["\ud800", "\\ud800"],
    ] as const
  ) assertEquals(printable(text), shown);
});

Deno.test("printableLines keeps lines apart", () => {
  assertEquals(printableLines("a\x1b\nb\u2028\n"), "a\\u001b\nb\\u2028\n");
});

Deno.test("printableBlock keeps lines and tabs", () => {
  assertEquals(printableBlock("a\x1b\tb\r\nc\u2028\n"), "a\\u001b\tb\\r\nc\\u2028\n");
});
