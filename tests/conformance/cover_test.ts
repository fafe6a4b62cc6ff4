import { assertEquals } from "../testing/assert.ts";
import { cover } from "./cover.ts";

Deno.test("cover picks what shows most, and leaves out only what others show", () => {
  const sets = new Map([
    ["ok", new Set(["a"])],
    ["loops", new Set(["a", "b", "c"])],
    ["again", new Set(["b", "c"])],
    ["rare", new Set(["d"])],
    ["nothing", new Set<string>()],
  ]);
  assertEquals([...cover(sets)], ["loops", "rare"]);
  assertEquals(cover(new Map()).size, 0);
});
