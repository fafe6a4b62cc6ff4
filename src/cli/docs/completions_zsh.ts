/**
 * The completion script for zsh.
 *
 * @module
 */
import { quote } from "../../python/shlex.ts";
import { COMMANDS, SHELLS } from "../flags/commands.ts";
import { flagsOf, takesValue } from "../flags/lookup.ts";
import type { Command, Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";
import script from "./completions_zsh.zsh" with { type: "text" };

/**
 * Renders the completion script for zsh.
 *
 * @returns the script, lines ended
 */
export function renderZshCompletions(): string {
  const commands = COMMANDS.map(({ name, doc }) => `    ${quote(`${name}:${doc}`)}`);
  const cases = [
    ...COMMANDS.flatMap((command) => commandCase(command)),
    "    (*)",
    ...argumentsCall(FLAGS, ["1:command:_ansible_runner_command", "2:directory:_files -/"]),
  ];
  const filled = script
    .replace("COMMANDS", () => commands.join("\n"))
    .replace("NAMES", () => COMMANDS.map(({ name }) => name).join("|"))
    .replace("CASES", () => cases.join("\n"));
  return "#compdef ansible-runner\n" +
    "# Completion of ansible-runner for zsh: put it as _ansible-runner into a directory of $fpath\n\n" +
    filled;
}

function commandCase(command: Command): readonly string[] {
  const operands = ["1:command:_ansible_runner_command"];
  if (command.operand === "PRIVATE_DATA_DIR") operands.push("2:directory:_files -/");
  if (command.operand === "SHELL") operands.push(`2:shell:(${SHELLS.join(" ")})`);
  return [`    (${command.name})`, ...argumentsCall(flagsOf(command.name), operands)];
}

function argumentsCall(flags: readonly Flag[], operands: readonly string[]): readonly string[] {
  const specs = [...flags.flatMap(flagSpecs), ...operands];
  return [
    "      _arguments -s \\",
    specs.map((spec) => `        ${quote(spec)}`).join(" \\\n"),
    "      ;;",
  ];
}

/** Specifications as `_arguments` reads them, one for each name of the flag. */
function flagSpecs(flag: Flag): readonly string[] {
  const names: string[] = [];
  const valued = takesValue(flag);
  if (flag.short !== undefined) names.push(`-${flag.short}${valued ? "+" : ""}`);
  if (flag.long !== undefined) names.push(`--${flag.long}${valued ? "=" : ""}`);
  const plain = names.map((name) => name.replace(/[+=]$/, ""));
  const many = flag.repeatable === true || flag.kind === "count";
  const exclusive = many ? "*" : `(${plain.join(" ")})`;
  const doc = `[${flag.doc.replaceAll(/[[\]\\]/g, "")}]`;
  const isPath = flag.kind === "path" || flag.kind === "list";
  const action = flag.choices !== undefined
    ? `(${flag.choices.join(" ")})`
    : isPath
    ? "_files"
    : " ";
  const value = valued ? `:${(flag.value ?? "value").replaceAll(":", "\\:")}:${action}` : "";
  return names.map((name) => exclusive + name + doc + value);
}
