import { lastLineOf } from "../../../../src/run/prompts/unanswered_prompt.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("lastLineOf is what a person would take for the prompt", () => {
  assertEquals(lastLineOf("one\r\ntwo: "), "two: ");
  assertEquals(lastLineOf("one\r\ntwo: \r\n\r\n"), "two: ");
  assertEquals(lastLineOf("\n"), "");
});
