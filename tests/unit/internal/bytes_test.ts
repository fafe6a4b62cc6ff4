import { giveBack, joinBytes, splitAtNul } from "../../../src/internal/bytes.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("joinBytes joins any number of pieces, and copies no lone one", () => {
  const [a, b] = [new Uint8Array([1, 2]), new Uint8Array([3])];
  assertEquals(joinBytes([]).length, 0);
  assertEquals(joinBytes([a]) === a, true);
  assertEquals([...joinBytes([a, new Uint8Array(0), b])], [1, 2, 3]);
});

Deno.test("splitAtNul takes a list of /proc apart, also without its last NUL", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const rows = [["a\0bc\0", ["a", "bc"]], ["a\0\0b", ["a", "", "b"]], ["", []]] as const;
  for (const [text, expected] of rows) {
    const pieces = splitAtNul(bytes(text)).map((piece) => new TextDecoder().decode(piece));
    assertEquals(pieces, [...expected], JSON.stringify(text));
  }
});

Deno.test("giveBack frees a whole buffer, and no part of one", () => {
  const whole = new Uint8Array(1 << 20);
  const part = new Uint8Array(1 << 20).subarray(1);
  for (const bytes of [whole, part]) giveBack(bytes);
  assertEquals([whole.length, part.length], [0, (1 << 20) - 1]);
});
