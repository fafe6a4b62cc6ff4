import { commandLabel, commandOf } from "../../../../src/cli/flags/commands.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("a command is told with what follows it", () => {
  assertEquals(commandLabel(commandOf("doctor")).split(" ")[0], "doctor");
  assertEquals(
    commandLabel({ ...commandOf("run"), operand: "SHELL", words: ["A"] }),
    "run SHELL A",
  );
  assertEquals(commandLabel({ ...commandOf("run"), action: "cleanup" }), "run [cleanup]");
});
