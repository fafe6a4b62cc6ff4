/**
 * Texts of others in HTML.
 */
import { escapeBlock, escapeLine } from "../../../../src/report/html/escape.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("a name is neither a tag nor the end of an attribute, and one line", () => {
  assertEquals(escapeLine(`<script>'"&\n`), "&lt;script&gt;&#39;&quot;&amp;\\n");
});

Deno.test("a block keeps its lines and tabs, and shows what cannot be seen", () => {
  assertEquals(escapeBlock("a\n\tb<\u202e\x1bä"), "a\n\tb&lt;\\u202e\\u001bä");
});
