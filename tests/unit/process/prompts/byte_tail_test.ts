import { ByteTail } from "../../../../src/process/prompts/byte_tail.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("ByteTail keeps the end of all that came, however it was cut", () => {
  for (const sizes of [[1], [3, 5, 7], [10], [11, 1], [25], [9, 10, 20, 21], [19, 1, 1]]) {
    const tail = new ByteTail(10);
    const all: number[] = [];
    let next = 0;
    for (let round = 0; round < 30; round++) {
      const size = sizes[round % sizes.length] ?? 0;
      const piece = Uint8Array.from({ length: size }, () => next++ % 256);
      all.push(...piece);
      tail.push(piece);
      // A buffer that the caller uses again.
      piece.fill(0);
      const kept = [...tail.bytes];
      assert(kept.length >= Math.min(10, all.length) && kept.length <= 20);
      assertEquals(kept, all.slice(-kept.length));
      assertEquals(tail.isCut, kept.length < all.length);
    }
  }
});
