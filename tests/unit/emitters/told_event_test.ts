import { readEvent } from "../../../src/emitters/told_event.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

Deno.test("readEvent parses a message once for all who ask one after the other", () => {
  const names = new Set(["runner_on_ok"]);
  const json = '{"event": "runner_on_ok", "event_data": {"host": "h"}}';
  const message = { kind: "event", id: "a/1", json } as const;
  const first = readEvent(message, names);
  assertEquals(first?.data, { host: "h" });
  assert(readEvent(message, names)?.data === first?.data);
  assert(readEvent({ ...message }, names)?.data !== first?.data, "another message");
});
