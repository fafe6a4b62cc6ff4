/**
 * The completion script for bash.
 *
 * @module
 */
import { COMMANDS, SHELLS } from "../flags/commands.ts";
import { flagsOf, takesValue } from "../flags/lookup.ts";
import type { Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";
import script from "./completions_bash.sh" with { type: "text" };

/** What a value of `--credential` begins with. */
const CREDENTIALS = [
  "ssh=",
  "become=",
  "vault=",
  "vault@",
  "ssh_key_passphrase=",
  "ssh_key_passphrase@",
];

/**
 * Renders the completion script for bash.
 *
 * @returns the script, lines ended
 */
export function renderBashCompletions(): string {
  const values = FLAGS.filter(takesValue);
  const paths = values.filter(({ kind }) => kind === "path" || kind === "list");
  const choices = FLAGS.filter((flag) => flag.choices !== undefined);
  const takingIdents = COMMANDS.filter(({ takesIdents, words }) => takesIdents || words);
  const cases = COMMANDS.map(({ name }) => `    ${name}) echo "${words(flagsOf(name))}" ;;`);
  return [
    "# Completion of ansible-runner for bash: put it into",
    "# ~/.local/share/bash-completion/completions/ansible-runner",
    `_ansible_runner_commands="${COMMANDS.map(({ name }) => name).join(" ")}"`,
    `_ansible_runner_shells="${SHELLS.join(" ")}"`,
    `_ansible_runner_values="${words(values)}"`,
    `_ansible_runner_paths="${words(paths)}"`,
    `_ansible_runner_takes_idents="${takingIdents.map(({ name }) => name).join(" ")}"`,
    `_ansible_runner_credentials="${CREDENTIALS.join(" ")}"`,
    "",
    "_ansible_runner_choices() {",
    '  case "$1" in',
    ...choices.map((flag) => `    --${flag.long}) choices="${flag.choices?.join(" ")}" ;;`),
    "  esac",
    "}",
    "",
    "_ansible_runner_flags() {",
    '  case "$1" in',
    ...cases,
    `    *) echo "${words(FLAGS)}" ;;`,
    "  esac",
    "}",
  ].join("\n") + "\n\n" + script;
}

function words(flags: readonly Flag[]): string {
  return flags.flatMap(({ short, long }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    ...(long === undefined ? [] : [`--${long}`]),
  ]).join(" ");
}
