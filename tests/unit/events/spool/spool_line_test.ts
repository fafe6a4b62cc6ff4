import { readHead, readKey } from "../../../../src/events/spool/spool_line.ts";
import { assertEquals } from "../../../testing/assert.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("readHead reads key and uuid, and says where the body begins", () => {
  const line = "12.3 0f-Z_9 {";
  assertEquals(readHead(bytes(line), 0), { key: "12.3", uuid: "0f-Z_9", end: 12 });
  assertEquals(readHead(bytes("\n" + line), 1), { key: "12.3", uuid: "0f-Z_9", end: 13 });
  const longest = `${"9".repeat(10)}.${"9".repeat(10)} ${"u".repeat(100)} `;
  assertEquals(readHead(bytes(longest), 0)?.end, longest.length);
});

for (
  const line of [
    "",
    "1",
    "1.",
    "1.2",
    "1.2 ",
    "1.2 u",
    "1.2  {",
    ".2 u ",
    "1. u ",
    "1.2.3 u ",
    "a.2 u ",
    "-1.2 u ",
    `${"1".repeat(11)}.2 u `,
    `1.${"2".repeat(11)} u `,
    `1.2 ${"u".repeat(101)} `,
    "1.2 ../u ",
    "1.2 u\n ",
    "1.2 \u00e9 ",
    "1.2\nu ",
  ]
) {
  Deno.test(`readHead takes nothing from ${JSON.stringify(line).slice(0, 40)}`, () => {
    assertEquals(readHead(bytes(line), 0), undefined);
  });
}

Deno.test("readKey reads a key whatever follows it", () => {
  assertEquals(readKey(bytes("1.2 ../u")), "1.2");
  assertEquals(readKey(bytes("1.2")), undefined);
  assertEquals(readKey(bytes("x.2 u")), undefined);
});
