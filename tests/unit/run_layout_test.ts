import { eventFileName, parseEventFileName } from "../../src/run_layout.ts";
import { assertEquals } from "../testing/assert.ts";

Deno.test("the name of an event's file is read as it is written", () => {
  const event = { counter: 12, uuid: "a-b_2" };
  assertEquals(parseEventFileName(eventFileName(event.counter, event.uuid)), event);
});

for (
  const name of ["a-partial.json", "1-.json", "1-a.json.new", "x1-a.json", "1234567890-a.json"]
) {
  Deno.test(`${name} is no event's file`, () => {
    assertEquals(parseEventFileName(name), undefined);
  });
}
