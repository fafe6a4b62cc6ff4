import { isTimedPause } from "../../../../src/process/prompts/watch.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { threadMs } from "../../../testing/slack.ts";

const PAUSE = "\nTASK [wait] ****\r\nPausing for 30 seconds\r\n" +
  "(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)\r\r\n";

const ROWS: readonly (readonly [title: string, window: string, silence: number, is: boolean])[] = [
  ["nothing", "", 20_000, false],
  ["a timed pause", PAUSE, 20_000, true],
  ["one with a text of its own", `${PAUSE}[wait]\r\nFor the database:\r\n`, 20_000, true],
  [
    "one whose output is hidden",
    PAUSE.replace("seconds", "seconds (output is hidden)"),
    9000,
    true,
  ],
  ["one whose time is long over", PAUSE, 36_000, false],
  ["one that ended", `${PAUSE}\x1b[0;32mok: [h]\x1b[0m\r\nName: `, 20_000, false],
  ["one before another task", `${PAUSE}\r\nTASK [ask] ****\r\n[ask]\r\nName:\r\n`, 20_000, false],
  ["one before the next play", `${PAUSE}\r\nPLAY [all] ****\r\n`, 20_000, false],
  ["another pause after one that ended", `${PAUSE}ok: [h]\r\n${PAUSE}`, 20_000, true],
  ["a pause with a prompt", "\nTASK [ask] ****\r\n[ask]\r\nGo on?:\r\n", 20_000, false],
];
Deno.test("isTimedPause takes no time for a text that nearly is one", () => {
  const start = threadMs();
  isTimedPause("Pausing for 1 seconds".repeat(1000) + " ".repeat(40_000) + "(", 1);
  assert(threadMs() - start < 1000);
});

for (const [title, window, silence, is] of ROWS) {
  Deno.test(`isTimedPause says ${is} of ${title}`, () => {
    assertEquals(isTimedPause(window, silence), is);
  });
}
