import { dropColours, openColourFilter } from "../../../../src/cli/terminal/colour_filter.ts";
import { assertEquals } from "../../../testing/assert.ts";

const ROWS: readonly (readonly [title: string, shown: string, left: string])[] = [
  ["text", "plain é\r\n", "plain é\r\n"],
  ["Ansible's colours", "\x1b[0;32mok: [a]\x1b[0m\r\n", "ok: [a]\r\n"],
  ["grep's", "\x1b[01;31m\x1b[Kx\x1b[m\x1b[K\n", "x\n"],
  ["true colour", "\x1b[38:2::1:2:3mx\x1b[0m", "x"],
  ["other sequences stay", "\x1b[2Jx\x1b]0;t\x07y\x1bcz", "\x1b[2Jx\x1b]0;t\x07y\x1bcz"],
  ["a sequence that is too long", `\x1b[${"1;".repeat(40)}x`, `\x1b[${"1;".repeat(40)}x`],
  ["an unfinished one at the end", "x\x1b[3", "x"],
];

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

for (const [title, shown, left] of ROWS) {
  Deno.test(`dropColours, wherever the chunks are cut: ${title}`, () => {
    const bytes = bytesOf(shown);
    for (let size = 1; size <= bytes.length; size++) {
      const drop = dropColours();
      const parts: number[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        parts.push(...drop(bytes.subarray(at, at + size)));
      }
      assertEquals(new TextDecoder().decode(Uint8Array.from(parts)), left);
    }
  });
}

Deno.test("dropColours keeps bytes that are no text", () => {
  const bytes = Uint8Array.from([0xff, 0x1b, 0x5b, 0x30, 0x6d, 0x80, 0]);
  assertEquals([...dropColours()(bytes)], [0xff, 0x80, 0]);
});

Deno.test("openColourFilter takes colours away with never alone", () => {
  assertEquals([undefined, "auto", "always"].map(openColourFilter), [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(openColourFilter("never")?.(bytesOf("\x1b[0mx")).length, 1);
});
