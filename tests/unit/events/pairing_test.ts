import fc from "fast-check";
import { assertEquals } from "../../testing/assert.ts";
import { begin, END, pair, TOKEN } from "../../testing/pairing.ts";

const table: readonly [title: string, text: string, events: unknown[], display: string][] = [
  ["nothing", "", [], ""],
  ["an event without text", begin("1.1") + END, [["", 0, 0, "1.1"]], ""],
  [
    "an event with text",
    begin("1.1") + "\r\nPLAY\r\n" + END,
    [["\r\nPLAY", 0, 2, "1.1"]],
    "\r\nPLAY\n",
  ],
  ["only line ends", begin("1.1") + "\r\n\r\n" + END, [["", 0, 2, "1.1"]], ""],
  ["plain lines", "a\r\nb\n\r\n", [["a", 0, 1, undefined], ["b", 1, 2, undefined], [
    "",
    2,
    3,
    undefined,
  ]], "a\r\nb\n\r\n"],
  ["an unfinished last line", "a\nb", [["a", 0, 1, undefined], ["b", 1, 1, undefined]], "a\nb"],
  [
    "plain text before, between and after",
    "x\n" + begin("1.1") + "e\n" + END + "y\n" + begin("1.2") + END + "z",
    [["x", 0, 1, undefined], ["e", 1, 2, "1.1"], ["y", 2, 3, undefined], ["", 3, 3, "1.2"], [
      "z",
      3,
      3,
      undefined,
    ]],
    "x\ne\ny\nz",
  ],
  [
    "an unfinished line before a begin marker is an event of its own",
    "prompt: " + begin("1.1") + "e\n" + END,
    [["prompt: ", 0, 0, undefined], ["e", 0, 1, "1.1"]],
    "prompt: e\n",
  ],
  [
    "a begin marker closes the open event",
    begin("1.1") + "a\n" + begin("1.2") + "b\n" + END,
    [["a", 0, 1, "1.1"], ["b", 1, 2, "1.2"]],
    "a\nb\n",
  ],
  ["an end marker with nothing open ends the line", "a" + END + "b", [["a", 0, 0, undefined], [
    "b",
    0,
    0,
    undefined,
  ]], "ab"],
  ["an event that is never closed", begin("1.1") + "a\nb", [["a\nb", 0, 1, "1.1"]], "a\nb\n"],
  ["lone returns end lines", "10%\r20%\rdone\n", [["10%", 0, 0, undefined], [
    "20%",
    0,
    0,
    undefined,
  ], ["done", 0, 1, undefined]], "10%\r20%\rdone\n"],
  ["other line ends of Python", "a\x0bb\u2028c", [["a\x0b", 0, 0, undefined], [
    "b\u2028",
    0,
    0,
    undefined,
  ], ["c", 0, 0, undefined]], "a\x0bb\u2028c"],
  ["a foreign token is text", "\x1b]8473;ffff;1.1\x07\n", [[
    "\x1b]8473;ffff;1.1\x07",
    0,
    1,
    undefined,
  ]], "\x1b]8473;ffff;1.1\x07\n"],
  ["a malformed marker is text", `\x1b]8473;${TOKEN};a b\x07\n`, [[
    `\x1b]8473;${TOKEN};a b\x07`,
    0,
    1,
    undefined,
  ]], `\x1b]8473;${TOKEN};a b\x07\n`],
  [
    "a marker right behind a broken one is found",
    `\x1b]8473;${TOKEN};${begin("1.1")}e${END}`,
    [[`\x1b]8473;${TOKEN};`, 0, 0, undefined], ["e", 0, 0, "1.1"]],
    `\x1b]8473;${TOKEN};e\n`,
  ],
  ["a key that never ends is text", `\x1b]8473;${TOKEN};${"1".repeat(80)}`, [[
    `\x1b]8473;${TOKEN};${"1".repeat(80)}`,
    0,
    0,
    undefined,
  ]], `\x1b]8473;${TOKEN};${"1".repeat(80)}`],
];

Deno.test("pairing follows the text model", async (t) => {
  for (const [title, text, events, display] of table) {
    await t.step(title, () => assertEquals(pair([text]), { events, display }));
    await t.step(
      `${title}, one character at a time`,
      () => assertEquals(pair([...text]), { events, display }),
    );
  }
});

Deno.test("pairing gives a body without marker an event at the end", () => {
  const rest = [{ key: "1.9", uuid: "u", json: new Uint8Array() }];
  assertEquals(pair(["a\n"], rest).events, [["a", 0, 1, undefined], ["", 1, 1, "1.9"]]);
});

/** Text in which markers, parts of markers, line ends and escapes are frequent. */
const output = fc.array(
  fc.constantFrom(
    begin("7.1"),
    END,
    "\r\n",
    "\n",
    "\r",
    "\x1b[K",
    "\x1b",
    "\x1b]8473;",
    TOKEN.slice(0, 9),
    "text",
    "é😀",
    "\x07",
    ";",
  ),
  { maxLength: 40 },
).map((parts) => parts.join(""));

Deno.test("pairing gives the same events however the text is cut", () => {
  fc.assert(fc.property(output, fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
    const at = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort((
      a,
      b,
    ) => a - b);
    const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
    assertEquals(pair(pieces), pair([text]));
  }));
});

Deno.test("pairing loses no text", () => {
  fc.assert(fc.property(output, (text) => {
    const { events, display } = pair([text]);
    const shown = text.replaceAll(begin("7.1"), "").replaceAll(END, "").replace(/[\r\n]/g, "");
    assertEquals(display.replace(/[\r\n]/g, ""), shown);
    assertEquals(events.map(([stdout]) => stdout).join("").replace(/[\r\n]/g, ""), shown);
  }));
});
