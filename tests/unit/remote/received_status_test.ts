import { receivedStatus } from "../../../src/remote/received_status.ts";
import { StreamError } from "../../../src/remote/wire/frame_reader.ts";
import { readMessage } from "../../../src/remote/wire/messages.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";

Deno.test("a status that is no text is an error of the stream", () => {
  for (const status of [5, null, { toString: 1 }, ["error"]]) {
    const error = assertThrows(() => receivedStatus({ status }), "a status is not a string");
    assert(error instanceof StreamError && !error.isCut);
  }
});

Deno.test("what is no text and should be becomes one; the rest stays", () => {
  const plain = { status: "starting", command: ["a", "b"], cwd: "/", job_explanation: null };
  assertEquals(receivedStatus(plain) as unknown, plain);
  const text = '{"status": "error", "job_explanation": {"toString": 1}, "result_traceback": 1.0,' +
    ' "command": ["a", {"toString": 1}, 12345678901234567890]}';
  assertEquals(receivedStatus(readMessage(new TextEncoder().encode(text)) ?? {}) as unknown, {
    status: "error",
    job_explanation: '{"toString": 1}',
    result_traceback: "1.0",
    command: ["a", '{"toString": 1}', "12345678901234567890"],
  });
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assertEquals(
    receivedStatus({ status: "error", job_explanation: deep }).job_explanation,
    "a list",
  );
});
