import { Tokenizer, withoutMarkers } from "../../../src/events/tokenizer.ts";
import { assertEquals } from "../../testing/assert.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const BEGIN = `\x1b]8473;${TOKEN};7.1\x07`;
const END = `\x1b]8473;${TOKEN}\x07`;

/** What the tokenizer makes of the pieces, neighbouring text joined. */
function tokens(pieces: readonly string[]): string[] {
  const found: string[] = [];
  const tokenizer = new Tokenizer(TOKEN, {
    text: (piece) => {
      if (found.at(-1)?.startsWith("text ")) found.push((found.pop() ?? "") + piece);
      else found.push(`text ${piece}`);
    },
    begin: (key) => found.push(`begin ${key}`),
    end: () => found.push("end"),
  });
  for (const piece of pieces) tokenizer.feed(piece);
  tokenizer.flush();
  return found;
}

Deno.test("Tokenizer finds markers wherever the text is cut", () => {
  const whole = `a${BEGIN}b\n${END}c`;
  const expected = ["text a", "begin 7.1", "text b\n", "end", "text c"];
  for (let cut = 0; cut <= whole.length; cut++) {
    assertEquals(tokens([whole.slice(0, cut), whole.slice(cut)]), expected, `cut at ${cut}`);
  }
  assertEquals(tokens([...whole]), expected);
});

for (
  const text of [
    `\x1b]8473;${TOKEN.replace("0", "1")};7.1\x07`,
    `\x1b]8473;${TOKEN};\x07`,
    `\x1b]8473;${TOKEN};7 1\x07`,
    `\x1b]8473;${TOKEN};${"9".repeat(100)}\x07`,
    "\x1b[0;32mok\x1b[0m",
    `\x1b]8473;${TOKEN}`,
  ]
) {
  Deno.test(`Tokenizer takes ${JSON.stringify(text.slice(0, 60))} for text`, () => {
    assertEquals(tokens([text]), [`text ${text}`]);
    assertEquals(tokens([...text]), [`text ${text}`]);
  });
}

Deno.test("withoutMarkers takes out markers, and nothing else", () => {
  assertEquals(withoutMarkers(`a${BEGIN}b${END}\x1b[0m`, TOKEN), "ab\x1b[0m");
});
