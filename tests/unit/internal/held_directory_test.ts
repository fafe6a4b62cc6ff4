import { HeldDirectory } from "../../../src/internal/held_directory.ts";
import { assertEquals, assertMatch, assertThrows } from "../../testing/assert.ts";
import { TestPlace } from "../../testing/data_dir.ts";

Deno.test("HeldDirectory stays the directory that was opened, however often it is open", () => {
  using place = new TestPlace({ "private/held/file": "old" });
  const path = `${place.dir}/held`;
  using one = HeldDirectory.open(path);
  using two = HeldDirectory.open(path);
  using three = HeldDirectory.open(path);
  Deno.renameSync(path, `${path}.away`);
  Deno.mkdirSync(path);
  for (const held of [one, two, three]) {
    assertMatch(held.now, /^\/proc\/self\/fd\/\d+$/);
    assertEquals(Deno.readTextFileSync(held.at("file")), "old");
    assertEquals(held.isReplaced, true);
    assertThrows(() => held.check(), "was replaced");
  }
  assertEquals(new Set([one, two, three].map((held) => held.now)).size, 3);
});
