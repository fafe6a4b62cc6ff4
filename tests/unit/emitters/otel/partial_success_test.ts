import { partialSuccessIn } from "../../../../src/emitters/otel/partial_success.ts";
import { assertEquals } from "../../../testing/assert.ts";

const NOTHING = { rejected: 0, message: "" };

function bytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

for (
  const [text, expected] of [
    ["{}", NOTHING],
    ["", NOTHING],
    ["{", NOTHING],
    ["[1]", NOTHING],
    ['{"partialSuccess": {}}', NOTHING],
    ['{"partialSuccess": null}', NOTHING],
    // 64-bit numbers are texts in its JSON, and collectors write numbers too.
    ['{"partialSuccess": {"rejectedSpans": "2", "errorMessage": "no"}}', {
      rejected: 2,
      message: "no",
    }],
    ['{"partialSuccess": {"rejectedLogRecords": 3}}', { rejected: 3, message: "" }],
    ['{"partialSuccess": {"rejectedDataPoints": "99"}}', { rejected: 5, message: "" }],
    ['{"partialSuccess": {"rejectedSpans": -1, "errorMessage": "a\\u001b[31m"}}', {
      rejected: 0,
      message: "a\\u001b[31m",
    }],
    ['{"partialSuccess": {"rejectedSpans": {}, "errorMessage": {}}}', NOTHING],
  ] as const
) {
  Deno.test(`partialSuccessIn reads ${text} as JSON`, () => {
    const answer = new TextEncoder().encode(text);
    assertEquals(partialSuccessIn(answer, { isJson: true, sent: 5 }), expected);
  });
}

for (
  const [hex, expected] of [
    ["", NOTHING],
    ["0a 00", NOTHING],
    ["0a 02 08 02", { rejected: 2, message: "" }],
    ["0a 06 08 03 12 02 6e 6f", { rejected: 3, message: "no" }],
    // A field that is not known yet, of each kind, is passed over.
    ["0a 06 18 07 08 01 20 00 10 01", { rejected: 1, message: "" }],
    ["11 0000000000000000 1d 00000000 22 01 00 0a 02 08 02", { rejected: 2, message: "" }],
    // -1: ten bytes.
    ["0a 0b 08 ff ff ff ff ff ff ff ff ff 01", NOTHING],
    ["0a ff ff ff ff ff ff ff ff ff ff ff", NOTHING],
    ["0a 7f 08 02", { rejected: 2, message: "" }],
    ["0b 0a 02 08 02", NOTHING],
    ["08 02", NOTHING],
    ["0a", NOTHING],
  ] as const
) {
  Deno.test(`partialSuccessIn reads ${hex} as protobuf`, () => {
    assertEquals(partialSuccessIn(bytes(hex), { isJson: false, sent: 5 }), expected);
  });
}
