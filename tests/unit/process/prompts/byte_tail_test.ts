import { BARE_WINDOW, ByteTail, TerminalTail } from "../../../../src/process/prompts/byte_tail.ts";
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

Deno.test("TerminalTail is the end of the output as people see it, without half a marker", () => {
  const tail = new TerminalTail((text) => text.replace(/<[^>]*>/, ""));
  const feed = (text: string): void => tail.feed(new TextEncoder().encode(text));
  feed("one<mar");
  feed("ker>\ntwo: ");
  assertEquals(tail.window, "one\ntwo: ");
  const end = "8473;x\x07<>end: ";
  feed(`\x1b]${end.replace("<", `<${"m".repeat((1 << 14) - end.length)}`)}`);
  assertEquals(tail.window, "end: ");
  feed("y".repeat(1 << 14));
  assertEquals(tail.window, "y".repeat(BARE_WINDOW));
});
