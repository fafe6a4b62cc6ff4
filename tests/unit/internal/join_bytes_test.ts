import { joinBytes } from "../../../src/internal/join_bytes.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("joinBytes joins any number of pieces, and copies no lone one", () => {
  const [a, b] = [new Uint8Array([1, 2]), new Uint8Array([3])];
  assertEquals(joinBytes([]).length, 0);
  assertEquals(joinBytes([a]) === a, true);
  assertEquals([...joinBytes([a, new Uint8Array(0), b])], [1, 2, 3]);
});
