/**
 * The reference document, by the tables of commands and flags.
 *
 * @module
 */
import { commandLabel, COMMANDS } from "../flags/commands.ts";
import { type Command, type Flag, FLAG_GROUPS } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";

const ORIGIN = { "1.4": "1.4", "2": "2.x", ours: "new" } as const;

/**
 * Renders the reference: commands, their exit codes, and flags by group.
 *
 * @returns Markdown, lines ended
 */
export function renderReference(): string {
  return [
    ...commandTable(),
    "",
    "Options may stand before the command, after it and at the end. Long names may be cut as long as",
    "they are unambiguous; a value follows after a space or `=`, and may begin with a dash.",
    "",
    ...flagTable(),
  ].join("\n") + "\n";
}

function commandTable(): readonly string[] {
  return [
    "| Command | What it does | Exit codes |",
    "|---|---|---|",
    ...COMMANDS.map((command) =>
      tableRow([code(commandLabel(command)), command.doc, exitCodes(command)])
    ),
  ];
}

function exitCodes(command: Command): string {
  return command.exitCodes.map(([exitCode, meaning]) => `${exitCode}: ${meaning}`).join("; ");
}

function flagTable(): readonly string[] {
  return [
    "| Option | Default | What it does | For | Since |",
    "|---|---|---|---|---|",
    ...FLAG_GROUPS.flatMap((group) => [
      tableRow([`**${group}**`, "", "", "", ""]),
      ...FLAGS.filter((flag) => flag.group === group).map(flagRow),
    ]),
  ];
}

function flagRow(flag: Flag): string {
  const defaults: string[] = [];
  if (flag.env !== undefined) defaults.push(code(`$${flag.env}`));
  if (flag.default !== undefined) defaults.push(flag.default);
  return tableRow([
    names(flag),
    defaults.join(", else "),
    flag.doc,
    flag.commands.length >= COMMANDS.length - 1 ? "all" : flag.commands.join(", "),
    flag.origin === undefined ? "" : ORIGIN[flag.origin],
  ]);
}

function names({ short, long, value, kind }: Flag): string {
  const parts: string[] = [];
  if (short !== undefined) parts.push(`-${short}`);
  if (long !== undefined) parts.push(`--${long}`);
  const placeholder = value === undefined ? "" : ` ${value}${kind === "list" ? "..." : ""}`;
  return parts.map((part, index) => code(index === parts.length - 1 ? part + placeholder : part))
    .join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
