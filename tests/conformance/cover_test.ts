import { assertEquals } from "../testing/assert.ts";
import { cover, kindsOfPlace } from "./cover.ts";

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
  const overlapping = new Map([
    ["first", new Set(["a", "b", "c"])],
    ["second", new Set(["a", "b", "d"])],
    ["third", new Set(["c", "e"])],
  ]);
  assertEquals([...cover(overlapping)].sort(), ["second", "third"]);
});

Deno.test("kindsOfPlace knows an event and a field, and no number or name of a run", () => {
  for (
    const [where, kinds] of [
      ["event 12 runner_on_ok /event_data/res/results/3/msg", [
        "event runner_on_ok",
        "/event_data/res",
      ]],
      ["event 3 verbose /stdout", ["event verbose", "/stdout"]],
      ["event 3 runner_on_ok /event_data/diff/0/after", [
        "event runner_on_ok",
        "/event_data/diff/N/after",
      ]],
      ["mode of artifacts/conf/fact_cache/s1_web1", ["mode of artifacts/*/fact_cache/"]],
      ["mode of artifacts/uuid-1/rc", ["mode of artifacts/*/rc"]],
      ["file stdout", ["file stdout"]],
    ] as const
  ) assertEquals(kindsOfPlace(where), kinds);
});
