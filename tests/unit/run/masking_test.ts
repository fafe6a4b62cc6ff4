import { assertEquals } from "../../testing/assert.ts";
import { Redactor } from "../../../src/internal/redact.ts";
import { shownReason } from "../../../src/run/masking.ts";

Deno.test("shownReason masks secrets in command lines and errors, and no word of its own", () => {
  const redactor = new Redactor(["hunter22", "canceled", "survivors"]);
  assertEquals(
    shownReason({
      reason: "canceled",
      by: "hunter22",
      survivors: [{ pid: 1, command: "sshpass -p hunter22 ssh h" }],
    }, redactor),
    {
      reason: "canceled",
      by: "********",
      survivors: [{ pid: 1, command: "sshpass -p ******** ssh h" }],
    },
  );
});
