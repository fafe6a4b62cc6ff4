/**
 * The page as a whole: nothing of a run can become a part of it.
 */
import { renderPage } from "../../../../src/report/html/page.ts";
import { assert, assertEquals, assertMatch } from "../../../testing/assert.ts";
import { reportedRun } from "../../../testing/reported_run.ts";

const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;

Deno.test("whatever stands in the texts of a run, the page has one script and one style", async () => {
  const run = reportedRun(
    [
      { host: EVIL, task: EVIL, play: EVIL, path: `${EVIL}:3`, res: { msg: EVIL, stdout: EVIL } },
      { host: "b", task: EVIL, event: "failed", res: { msg: EVIL, stderr: EVIL, [EVIL]: EVIL } },
      { host: "c", event: "ok", res: { results: [{ item: EVIL, msg: EVIL }] } },
    ],
    {
      ident: EVIL,
      status: EVIL,
      rc: EVIL,
      reason: EVIL,
      what: EVIL,
      command: [EVIL],
      cwd: EVIL,
      output: { head: `\x1b[31m${EVIL}`, tail: EVIL, left: 5000 },
    },
  );
  const html = await renderPage([run, run]);
  assertEquals(html.match(/<script/g)?.length, 1);
  assertEquals(html.match(/<style/g)?.length, 1);
  assertEquals(html.match(/<img/g), null);
  // Every quote of the evil text is escaped: no attribute ends early.
  assertEquals(html.match(/ onerror=[^&]*?(?<!&quot;|&#39;)>/g), null);
  assertEquals(html.match(/\s(src|href)="(?!#r)/g), null);
});

Deno.test("the policy names the very script and style, and lets nothing else in", async () => {
  const html = await renderPage([reportedRun([{}])]);
  assertMatch(html, /content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-/);
  for (const tag of ["script", "style"]) {
    const text = new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(html)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    assert(html.includes(`${tag}-src 'sha256-${new Uint8Array(digest).toBase64()}'`), tag);
  }
  assertEquals(html.match(/ style="| on[a-z]+="/g), null);
});

Deno.test("tags are closed in their order", async () => {
  const html = await renderPage([
    reportedRun([{}, { host: "b", event: "failed", res: { msg: "x", stdout: "y" } }], {
      output: { head: "a\n", tail: "b\n", left: 9 },
      profile: [],
    }),
  ]);
  const open: string[] = [];
  const body = html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, "").replace(/<!doctype html>/, "");
  for (const [, slash, name = "", end] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (slash === "/") assertEquals(open.pop(), name);
    else if (end !== "/" && !/^(meta|input|col)$/.test(name)) open.push(name);
  }
  assertEquals(open, []);
});
