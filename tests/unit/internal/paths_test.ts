import {
  baseName,
  isBelow,
  isWithin,
  makeAbsolute,
  parentOf,
  pathBelow,
} from "../../../src/internal/paths.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("parentOf and baseName take a path apart", () => {
  const rows = [
    ["/a/b", "/a", "b"],
    ["/a", "/", "a"],
    ["/a/b/", "/a/b", ""],
  ] as const;
  for (const [path, parent, name] of rows) {
    assertEquals([parentOf(path), baseName(path)], [parent, name], path);
  }
  assertEquals(baseName("b"), "b");
});

Deno.test("isBelow and isWithin compare whole names", () => {
  const rows = [
    ["/a/b", "/a", true, true],
    ["/a", "/a", false, true],
    ["/ab", "/a", false, false],
    ["/a", "/", true, true],
    ["/", "/", false, true],
    ["/", "/a", false, false],
  ] as const;
  assertEquals([pathBelow("/a/b/c", "/a"), pathBelow("/a", "/"), pathBelow("/ab", "/a")], [
    "b/c",
    "a",
    undefined,
  ]);
  for (const [path, dir, below, within] of rows) {
    assertEquals([isBelow(path, dir), isWithin(path, dir)], [below, within], `${path} ${dir}`);
  }
});

Deno.test("makeAbsolute takes dots out", () => {
  const rows = [
    ["a", "/c/a"],
    ["./a//b/", "/c/a/b"],
    ["../a", "/a"],
    ["../../../a", "/a"],
    ["/x/./y/../z", "/x/z"],
    [".", "/c"],
    ["", "/c"],
  ] as const;
  for (const [path, absolute] of rows) assertEquals(makeAbsolute(path, "/c"), absolute, path);
});
