/**
 * Runs of another user that may not be looked at are not "no runs".
 */
import { assertEquals } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";
import { asOtherUser, missingOtherUser } from "../testing/users.ts";
import { testOrSkip } from "../testing/skip.ts";

/** What is closed to others, and what the command names. */
const ROWS: readonly (readonly [words: string[], closed: string])[] = [
  [["status"], "artifacts"],
  [["status"], "artifacts/a"],
  [["status", "-i", "a"], "artifacts/a"],
  [["logs"], "artifacts"],
  [["logs", "-i", "a"], "artifacts/a"],
  [["is-alive"], "artifacts"],
  [["is-alive", "-i", "a"], "artifacts/a"],
  [["stop"], "artifacts"],
  [["stop", "-i", "a"], "artifacts/a/status"],
];

testOrSkip("another user's artifacts are said to be closed", missingOtherUser(), async (t) => {
  using place = new TestPlace({ "private/project/x.yml": "[]" });
  Deno.chmodSync(place.root, 0o755);
  assertEquals((await place.run(["run", "private", "-p", "x.yml", "-i", "a"])).code, 0);
  const open: readonly (readonly [string, number])[] = [
    ["", 0o755],
    ["/artifacts", 0o755],
    ["/artifacts/a", 0o755],
    ["/artifacts/a/status", 0o644],
  ];
  for (const [words, closed] of ROWS) {
    await t.step(`${words.join(" ")}: ${closed}`, () => {
      for (const [path, mode] of open) Deno.chmodSync(`${place.dir}${path}`, mode);
      const path = `${place.dir}/${closed}`;
      Deno.chmodSync(path, closed.endsWith("status") ? 0o600 : 0o700);
      const cli = new URL("../../cli.ts", import.meta.url).pathname;
      const [command = "", ...rest] = words;
      const deno = [Deno.execPath(), "run", "-A", "--no-lock", "--no-check", "--no-npm", cli];
      const found = asOtherUser([...deno, command, place.dir, ...rest], {
        DENO_DIR: `${place.root}/deno`,
        NO_COLOR: "1",
      });
      assertEquals(found.stderr, `error: Cannot read "${path}": permission denied\n`);
      assertEquals(found.code, 1);
    });
  }
});
