import { terminalSizeOf } from "../../../../src/cli/terminal/terminal_size.ts";
import { UsageError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";

const OWN = { rows: 50, columns: 132 };

Deno.test("terminalSizeOf reads rows and columns, and asks for its own with auto", () => {
  const read = (text: string | undefined, own?: typeof OWN) =>
    terminalSizeOf(text, { ask: () => own });
  assertEquals(read("50x120"), { rows: 50, columns: 120 });
  assertEquals(read("auto", OWN), OWN);
  const defaults = [read("auto"), read("auto", { rows: 0, columns: 0 }), read(undefined, OWN)];
  assertEquals([...defaults, read("", OWN)], [undefined, undefined, undefined, undefined]);
});

for (const text of ["wide", "80", "x80", "0x80", "24x65536", "24x80x1", "-1x80", " 24x80"]) {
  Deno.test(`terminalSizeOf refuses ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => terminalSizeOf(text, { ask: () => OWN }), "ROWSxCOLUMNS");
    assert(error instanceof UsageError);
  });
}
