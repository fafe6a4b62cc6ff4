import { resolveOperands } from "../../../../src/cli/parse/operands.ts";
import { scan } from "../../../../src/cli/parse/scan.ts";
import { assertEquals, assertMatch } from "../../../testing/assert.ts";

for (
  const [args, command, operand] of [
    ["run p", "run", "p"],
    ["-p x.yml run p -q", "run", "p"],
    ["run -q p", "run", "p"],
    ["--process-isolation-hide-paths /a run p", "run", "p"],
    ["run --process-isolation-hide-paths /a p", "run", "p"],
    ["doctor", "doctor", undefined],
  ] as const
) {
  Deno.test(`resolveOperands finds the command in "${args}"`, () => {
    const found = resolveOperands(scan(args.split(" ")));
    assertEquals([found.command?.name, found.operand, found.problem], [
      command,
      operand,
      undefined,
    ]);
  });
}

for (
  const [args, message, hint] of [
    ["run", /private data directory/, undefined],
    ["run p q", /Unexpected argument "q"/, undefined],
    ["doctor x", /Unexpected argument "x"/, undefined],
    ["rnu p", /Unknown command "rnu"/, 'Did you mean "run"?'],
    ["run --process-isolation-hide-paths /a", /private data directory/, undefined],
  ] as const
) {
  Deno.test(`resolveOperands says what is wrong with "${args}"`, () => {
    const { problem } = resolveOperands(scan(args.split(" ")));
    assertMatch(problem?.message ?? "", message);
    if (hint !== undefined) assertEquals(problem?.hint, hint);
  });
}
