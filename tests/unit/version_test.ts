import { VERSION } from "../../src/version.ts";
import metadata from "../../deno.json" with { type: "json" };
import { assertEquals } from "../testing/assert.ts";

Deno.test("the version is that of deno.json", () => {
  assertEquals(VERSION, metadata.version);
});
