import { RegexGroups } from "../../../../src/python/regex/groups.ts";
import { RegexReader } from "../../../../src/python/regex/reader.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

const WIDTH = { min: 1, max: 2 };

Deno.test("RegexGroups finds closed groups by number and name", () => {
  const groups = new RegexGroups(new RegexReader("x"));
  const [plain, named] = [groups.open(""), groups.open("n")];
  groups.close(named, WIDTH);
  groups.close(plain, WIDTH);
  assertEquals([groups.find(1).number, groups.find("n").number], [1, 2]);
  assertEquals(groups.find(2).width, WIDTH);
  assertThrows(() => groups.find(3), "there is no group 3");
  assertThrows(() => groups.open("n"), "duplicate group name n");
});

Deno.test("RegexGroups refuses references that JavaScript would match in another way", () => {
  const groups = new RegexGroups(new RegexReader("x"));
  const group = groups.open("");
  assertThrows(() => groups.find(1), "refers to itself");
  const before = groups.sure;
  groups.close(group, WIDTH);
  groups.sure = before;
  assertThrows(() => groups.find(1), "may have taken no part");
});

Deno.test("RegexGroups refuses a reference to a group of the same look-behind", () => {
  const groups = new RegexGroups(new RegexReader("x"));
  groups.close(groups.open(""), WIDTH);
  groups.inLookbehind(() => {
    groups.close(groups.open(""), WIDTH);
    assertEquals([groups.isInLookbehind, groups.find(1).number], [true, 1]);
    assertThrows(() => groups.find(2), "same look-behind");
  });
  assertEquals([groups.isInLookbehind, groups.find(2).number], [false, 2]);
});
