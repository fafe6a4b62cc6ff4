/**
 * The man page, by the tables of commands and flags.
 *
 * @module
 */
import { commandLabel, COMMANDS } from "../flags/commands.ts";
import { type Command, type Flag, FLAG_GROUPS } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";
import { SETTINGS } from "../../config/settings/table.ts";
import { EXAMPLES, flagLabel, flagText, PROGRAM } from "./help.ts";

/** What a man page says about the release. */
export interface ManPageOptions {
  /** Version of the program. */
  readonly version: string;
  /** Date of the release, `YYYY-MM-DD`. */
  readonly date: string;
}

/**
 * Renders the man page.
 *
 * @returns roff source with the `man` macros, lines ended
 */
export function renderManPage({ version, date }: ManPageOptions): string {
  return [
    `.TH ANSIBLE\\-RUNNER 1 "${date}" "${PROGRAM} ${version}" "User Commands"`,
    ".SH NAME",
    `${escape(PROGRAM)} \\- run Ansible from a private data directory and keep what happened`,
    ".SH SYNOPSIS",
    `.B ${escape(PROGRAM)}`,
    ".I COMMAND PRIVATE_DATA_DIR",
    "[options]",
    ".SH DESCRIPTION",
    "Options may stand before the command, after it and at the end. Long names may be cut as long",
    "as they are unambiguous.",
    ".SH COMMANDS",
    ...COMMANDS.flatMap((command) => entry(commandLabel(command), sentence(command.doc))),
    ".SH OPTIONS",
    ...FLAG_GROUPS.flatMap((group) => [
      `.SS ${escape(group)}`,
      ...FLAGS.filter((flag) => flag.group === group).flatMap(flagEntry),
    ]),
    ".SH EXIT STATUS",
    ...COMMANDS.flatMap(exitCodes),
    ".SH ENVIRONMENT",
    ...FLAGS.flatMap((flag) =>
      flag.env === undefined ? [] : entry(flag.env, `Used when ${flagLabel(flag)} is not given.`)
    ),
    ".SH FILES",
    ...FILES.flatMap(([path, doc]) => entry(path, sentence(doc))),
    ".SH SETTINGS",
    escape("Keys of env/settings in the private data directory, a YAML or JSON mapping."),
    ...SETTINGS.flatMap((row) => entry(row.key, `${sentence(row.doc)} Default: ${row.default}.`)),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([line, doc]) => entry(`${PROGRAM} ${line}`, sentence(doc))),
    ".SH SEE ALSO",
    ".BR ansible\\-playbook (1),",
    ".BR ansible (1)",
  ].join("\n") + "\n";
}

/** What lies in a private data directory. */
const FILES: readonly (readonly [path: string, doc: string])[] = [
  ["project/", "playbooks and roles; the working directory of a run"],
  ["inventory/", "hosts and their variables; a file or a directory"],
  ["env/envvars", "environment variables, as all of env/ in YAML or JSON"],
  ["env/extravars", "extra variables"],
  ["env/passwords", "regular expressions of prompts, and their answers"],
  ["env/credentials", "secrets by the name of the prompt: ssh, become, vault ..."],
  ["env/settings", "how it is run, see SETTINGS"],
  ["env/cmdline", "more words for the command line of Ansible"],
  ["env/ssh_key", "a private key, which an ssh-agent of the run is given"],
  ["args", "a whole command line to run in place of a playbook"],
  ["artifacts/IDENT/", "what a run left: command, stdout, stderr, rc, status, reason, job_events/"],
  ["pid", "process id of the background run"],
  ["daemon.log", "messages of background runs"],
];

function flagEntry(flag: Flag): readonly string[] {
  const only = flag.commands.includes("run") ? "" : ` Only for ${flag.commands.join(", ")}.`;
  return entry(flagLabel(flag), sentence(flagText(flag)) + only);
}

function exitCodes(command: Command): readonly string[] {
  return [
    `.SS ${escape(command.name)}`,
    ...command.exitCodes.flatMap(([code, meaning]) => entry(code, sentence(meaning))),
  ];
}

function entry(label: string, paragraph: string): readonly string[] {
  return [".TP", `.B ${escape(label)}`, escape(paragraph)];
}

function sentence(text: string): string {
  // A path, an option or a name in code stays as it is.
  const isWord = /^[a-z]+(?=[\s,:;]|$)/.test(text);
  return `${isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}

/** Escapes what roff would read as its own. */
function escape(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return escaped.replace(/^(['.])/, "\\&$1").replace(
    /[^\x00-\x7f]/gu,
    (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
