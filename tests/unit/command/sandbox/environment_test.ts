import { assertEquals } from "../../../testing/assert.ts";
import { environmentArgs } from "../../../../src/command/sandbox/environment.ts";

Deno.test("environmentArgs sets what differs and takes away what is not inside", () => {
  const outside = { PATH: "/bin", HOME: "/root", GONE: "1", toString: "x" };
  const inside = { PATH: "/usr/bin", HOME: "/root", "A.B": "one\ntwo", EMPTY: "" };
  assertEquals(environmentArgs(inside, outside), [
    ...["--unsetenv", "GONE", "--unsetenv", "toString"],
    ...["--setenv", "PATH", "/usr/bin", "--setenv", "A.B", "one\ntwo", "--setenv", "EMPTY", ""],
  ]);
});
