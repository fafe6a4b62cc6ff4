/**
 * Help, by the tables of commands and flags: plain text at most 80 columns wide.
 *
 * @module
 */
import { commandLabel, commandOf, COMMANDS } from "../flags/commands.ts";
import { flagsOf } from "../flags/lookup.ts";
import { type Command, type CommandName, type Flag, FLAG_GROUPS } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";

/** Name of the program, as typed. */
export const PROGRAM = "ansible-runner";

const COLUMNS = 80;
const DOC_COLUMN = 30;
const EXAMPLE_COLUMN = 50;

/** Common uses: what stands after the name of the program, and what it does. */
export const EXAMPLES: readonly (readonly [line: string, doc: string])[] = [
  ["run demo -p test.yml", "demo/project/test.yml"],
  ["run demo -m ping --hosts all", "a module, ad hoc"],
  ["run demo -r myrole --hosts web", "a role, without a playbook"],
  ["run demo -p test.yml -j", "events as JSON lines"],
  ["start demo -p test.yml", "in the background"],
  ["logs demo -f", "follow its output"],
  ["stop demo", "stop it"],
];

/**
 * Renders what a call without arguments prints.
 *
 * @returns usage and common uses, lines ended
 */
export function renderBare(): string {
  const examples = EXAMPLES.map(([line, doc]) => ({ label: `${PROGRAM} ${line}`, doc }));
  return text([
    ...usageLines(),
    "",
    "Common uses:",
    ...examples.flatMap(({ label, doc }) => row(label, doc, { column: EXAMPLE_COLUMN })),
    "",
    `${PROGRAM} --help          all commands`,
    `${PROGRAM} COMMAND --help  options of a command`,
  ]);
}

/**
 * Renders the help of the program or of a command.
 *
 * @param command the command; without it the program
 * @returns the help, lines ended
 */
export function renderHelp(command?: CommandName): string {
  return command === undefined ? renderProgramHelp() : renderCommandHelp(commandOf(command));
}

/**
 * Renders the usage that is shown with a usage error.
 *
 * @param command the command, if it is known
 * @returns one line on usage and one on help, lines ended
 */
export function renderUsage(command?: CommandName): string {
  const help = command === undefined ? `${PROGRAM} --help` : `${PROGRAM} ${command} --help`;
  return text([...usageLines(command), `For more, run ${help}`]);
}

/** Names a flag and its value as help does: `-p, --playbook PLAYBOOK`. */
export function flagLabel(flag: Flag): string {
  const names: string[] = [];
  if (flag.short !== undefined) names.push(`-${flag.short}`);
  if (flag.long !== undefined) names.push(`--${flag.long}`);
  const value = flag.value === undefined ? "" : ` ${flag.value}`;
  return names.join(", ") + value + (flag.kind === "list" ? "..." : "");
}

/** Says of a flag what it does, its default and its environment variable. */
export function flagText(flag: Flag): string {
  const value = flag.default === undefined ? "" : ` (default: ${flag.default})`;
  return flag.doc + value + (flag.env === undefined ? "" : ` [env: ${flag.env}]`);
}

function renderProgramHelp(): string {
  return text([
    ...usageLines(),
    "",
    "Runs Ansible from a private data directory (inventory, project, env) and keeps",
    "what happened below its artifacts/.",
    "",
    "Commands:",
    ...COMMANDS.flatMap((command) => row(commandLabel(command), command.doc)),
    "",
    "Options:",
    ...FLAGS.filter(({ group }) => group === "General").flatMap((flag) => flagRow(flag)),
    `  ${PROGRAM} COMMAND --help lists the options of a command.`,
    "",
    "Common uses:",
    ...EXAMPLES.flatMap(([line, doc]) =>
      row(`${PROGRAM} ${line}`, doc, { column: EXAMPLE_COLUMN })
    ),
    "",
    "Environment:",
    ...FLAGS.flatMap((flag) =>
      flag.env === undefined ? [] : row(flag.env, `used when ${flagLabel(flag)} is not given`)
    ),
    "",
    ...exitCodes(commandOf("run")),
  ]);
}

function renderCommandHelp(command: Command): string {
  const flags = flagsOf(command.name);
  const groups = FLAG_GROUPS.flatMap((group) => {
    const rows = flags.filter((flag) => flag.group === group)
      .flatMap((flag) => flagRow(flag, command));
    return rows.length === 0 ? [] : ["", `${group}:`, ...rows];
  });
  const ignored = "Every other option of run is accepted and ignored.";
  return text([
    ...usageLines(command.name),
    "",
    `${command.doc.charAt(0).toUpperCase()}${command.doc.slice(1)}.`,
    ...groups,
    ...(command.ignoresRunFlags === true ? ["", ignored] : []),
    "",
    ...exitCodes(command),
  ]);
}

function usageLines(name?: CommandName): readonly string[] {
  const label = name === undefined ? "COMMAND PRIVATE_DATA_DIR" : commandLabel(commandOf(name));
  const lines = [`usage: ${PROGRAM} ${label} [options]`];
  if (name === undefined) {
    lines.push("       options may stand before the command, after it and at the end");
  }
  return lines;
}

function exitCodes(command: Command): readonly string[] {
  return ["Exit codes:", ...command.exitCodes.flatMap(([code, meaning]) => row(code, meaning))];
}

function flagRow(flag: Flag, command?: Command): readonly string[] {
  // Long names line up below each other whether there is a letter or not.
  const label = flag.short === undefined ? `    ${flagLabel(flag)}` : flagLabel(flag);
  // Defaults are those of a new run; the other commands take the latest one.
  const isNew = command === undefined || command.name === "run" || command.name === "start";
  return row(
    label,
    flagText(flag.key === "ident" && !isNew ? { ...flag, ...identOf(command) } : flag),
  );
}

/** What -i means to a command about runs. */
function identOf({ name }: Command): Pick<Flag, "doc" | "default"> {
  return name === "status"
    ? { doc: "show this run only", default: "all runs" }
    : { doc: "name of the run", default: "the latest run" };
}

function row(label: string, doc: string, { column = DOC_COLUMN } = {}): readonly string[] {
  const lines = wrap(doc, COLUMNS - column).map((line) => " ".repeat(column) + line);
  const head = `  ${label}`;
  if (head.length + 2 > column) return [head, ...lines];
  const [first = "", ...others] = lines;
  return [head.padEnd(column) + first.slice(column), ...others];
}

function wrap(paragraph: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function text(lines: readonly string[]): string {
  return lines.join("\n") + "\n";
}
