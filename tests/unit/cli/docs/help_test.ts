import { COMMANDS } from "../../../../src/cli/flags/commands.ts";
import { flagsOf } from "../../../../src/cli/flags/lookup.ts";
import type { CommandName } from "../../../../src/cli/flags/flag.ts";
import { FLAGS } from "../../../../src/cli/flags/table.ts";
import {
  EXAMPLES,
  flagLabel,
  renderBare,
  renderHelp,
  renderUsage,
} from "../../../../src/cli/docs/help.ts";
import { parseCommandLine } from "../../../../src/cli/parse/command_line.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../testing/assert.ts";

const NAMES: readonly (CommandName | undefined)[] = [
  undefined,
  ...COMMANDS.map(({ name }) => name),
];

for (const name of NAMES) {
  const title = name ?? "the program";
  Deno.test(`renderHelp of ${title} fits 80 columns and is plain text`, () => {
    for (const text of [renderHelp(name), renderUsage(name), renderBare()]) {
      assert(/^[\x20-\x7e\n]+$/.test(text), "only printable ASCII");
      assert(text.endsWith("\n") && !text.endsWith("\n\n"), "one newline at the end");
      for (const line of text.split("\n")) assert(line.length <= 80, line);
      for (const line of text.split("\n")) assertEquals(line, line.trimEnd());
    }
  });

  Deno.test(`renderHelp of ${title} has usage and exit codes`, () => {
    const help = renderHelp(name);
    assert(help.startsWith("usage: ansible-runner "), help);
    assertStringIncludes(help, "\nExit codes:\n  0  ");
    if (name !== undefined) assertStringIncludes(help, `usage: ansible-runner ${name} `);
  });
}

for (const { name } of COMMANDS) {
  Deno.test(`renderHelp of ${name} has each of its flags once and no other`, () => {
    const lines = renderHelp(name).split("\n").filter((line) => /^ {2,6}-/.test(line));
    const labels = lines.map((line) => line.trim().split(/ {2,}/)[0]);
    assertEquals(labels, flagsOf(name).map(flagLabel));
  });
}

Deno.test("renderHelp of the program names every command and environment variable", () => {
  const help = renderHelp();
  for (const { name, doc } of COMMANDS) {
    assertStringIncludes(help, `  ${name}`);
    assertStringIncludes(help.replaceAll(/\s+/g, " "), doc);
  }
  for (const { env } of FLAGS) {
    if (env !== undefined) assert(new RegExp(`^  ${env}\\s`, "m").test(help), env);
  }
});

Deno.test("renderHelp says of stop and is-alive that the rest is ignored", () => {
  for (const name of ["stop", "is-alive"] as const) {
    assertStringIncludes(renderHelp(name), "Every other option of run is accepted and ignored.");
  }
});

Deno.test("renderBare shows common uses that parse", () => {
  const text = renderBare();
  assert(text.split("\n").length < 25, "fits a screen of 24 rows");
  for (const [line] of EXAMPLES) {
    assertStringIncludes(text, `ansible-runner ${line} `);
    assertEquals(parseCommandLine(line.split(" ")).kind, "command");
  }
});
