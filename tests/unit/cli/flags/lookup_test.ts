import {
  findLong,
  findShort,
  flagName,
  flagsOf,
  isFlagWord,
} from "../../../../src/cli/flags/lookup.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("findLong takes beginnings; a whole name beats the longer ones", () => {
  const names = (name: string): string[] => findLong(name).map(flagName);
  assertEquals(names("playb"), ["-p/--playbook"]);
  assertEquals(names("process-isolation"), ["--process-isolation"]);
  assertEquals(names("f"), ["--forks"]);
  assert(names("role").length === 1 && names("pro").length > 1);
  assertEquals([names("nothing"), names("")], [[], []]);
});

Deno.test("findShort finds a letter", () => {
  assertEquals([findShort("p")?.long, findShort("Z")], ["playbook", undefined]);
});

Deno.test("flagsOf gives a command its own flags", () => {
  assert(flagsOf("run").some(({ long }) => long === "forks"));
  assert(!flagsOf("stop").some(({ long }) => long === "forks"));
});

Deno.test("isFlagWord tells our options from values that begin with a dash", () => {
  const words = ["-p", "-vvv", "--forks", "--forks=4", "-Z", "--ask-pass", "-px", "x"];
  assertEquals(words.filter(isFlagWord), ["-p", "-vvv", "--forks", "--forks=4"]);
});
