import { ReceivedEvent } from "../../../src/remote/received_event.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("a counter that no reader finds again is none", () => {
  const bytes = new Uint8Array();
  for (const counter of [0, 1, 999_999_999]) {
    const event = ReceivedEvent.from({ counter, uuid: "u-1" }, bytes);
    assertEquals(event?.fileName, `${counter}-u-1.json`);
  }
  for (const counter of [-1, 1_000_000_000, 2 ** 52, 1.5, "1"]) {
    assertEquals(ReceivedEvent.from({ counter, uuid: "u-1" }, bytes), undefined);
  }
});
