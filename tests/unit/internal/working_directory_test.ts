import { ConfigError } from "../../../src/errors.ts";
import { workingDirectory } from "../../../src/internal/working_directory.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";

Deno.test("workingDirectory is where we are", () => {
  assertEquals(workingDirectory(), Deno.cwd());
});

Deno.test("workingDirectory says in one line that it was removed, other errors stay", () => {
  const error = assertThrows(() => workingDirectory(throwNotFound));
  assert(error instanceof ConfigError);
  assertEquals(error.message, "Cannot find the working directory: it was removed");
  assertEquals(error.hint, "Change to a directory that is there, such as cd /");
  assert(assertThrows(() => workingDirectory(throwOther)) instanceof RangeError);
});

function throwNotFound(): string {
  throw new Deno.errors.NotFound("No such file or directory (os error 2)");
}

function throwOther(): string {
  throw new RangeError("other");
}
