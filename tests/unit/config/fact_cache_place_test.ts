import { factCacheDir } from "../../../src/config/fact_cache_place.ts";
import { assertEquals } from "../../testing/assert.ts";

for (
  const [factCache, dir] of [
    [undefined, "/a/i/fact_cache"],
    ["facts", "/a/i/facts"],
    ["/var/facts", "/var/facts"],
  ] as const
) {
  Deno.test(`factCacheDir puts ${factCache ?? "the default"} at ${dir}`, () => {
    const settings = factCache === undefined ? {} : { factCache };
    assertEquals(factCacheDir({ settings }, "/a/i"), dir);
  });
}
