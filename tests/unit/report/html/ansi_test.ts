/**
 * Colours of a terminal as HTML.
 */
import { ansiToHtml } from "../../../../src/report/html/ansi.ts";
import { assertEquals } from "../../../testing/assert.ts";

const ROWS: readonly (readonly [string, string])[] = [
  ["plain", "plain"],
  ["\x1b[0;31mred\x1b[0m and not", '<span class="f1">red</span> and not'],
  ["\x1b[1;30mbold\x1b[m", '<span class="b f0">bold</span>'],
  ["\x1b[1;3;4mx\x1b[22my\x1b[23;24mz", '<span class="b i u">x</span><span class="i u">y</span>z'],
  ["\x1b[92;44mx\x1b[39;49my", '<span class="f10 g4">x</span>y'],
  ["\x1b[38;5;9mx", '<span class="f9">x</span>'],
  ["\x1b[38;5;196mx", '<span class="f9">x</span>'],
  ["\x1b[38;5;244mx", '<span class="f8">x</span>'],
  ["\x1b[48;2;0;0;180mx", '<span class="g4">x</span>'],
  ["\x1b[38;5mx", '<span class="f0">x</span>'],
  ["\x1b[999mx\x1b[38mx", "xx"],
  ["\x1b[31m<b>&\x1b[0m", '<span class="f1">&lt;b&gt;&amp;</span>'],
  ["\x1b]0;title\x07a\x1b[2Jb\x1b[1;1Hc\x1b[Kd", "abcd"],
  ["\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\", "link"],
  ["a\r\nb\r\r\nc", "a\nb\nc"],
  ["10%\r50%\r100%\ndone", "100%\ndone"],
  ["a\x00b\u202ec", "a\\u0000b\\u202ec"],
  ["tab\there", "tab\there"],
  ["\x1b", "\\u001b"],
];

for (const [text, html] of ROWS) {
  Deno.test(`the text ${JSON.stringify(text)}`, () => assertEquals(ansiToHtml(text), html));
}
