/**
 * Turns the tables of commands and flags into a completion script for bash.
 *
 * @module
 */
import { COMMANDS, SHELLS } from "../flags/commands.ts";
import { flagsOf, takesValue } from "../flags/lookup.ts";
import type { Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";

/** What the script does with the words it has found out: nothing here depends on the tables. */
const FUNCTION = `
_ansible_runner() {
  local cur prev command= dir= word i skip=0
  COMPREPLY=()
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD-1]}
  # bash cuts --name=value at the sign.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then skip=1
    elif ((skip)); then skip=0
    elif [[ " $_ansible_runner_values " == *" $word "* ]]; then
      [[ \${COMP_WORDS[i+1]} == = ]] || skip=1
    elif [[ $word == -* ]]; then :
    elif [[ -z $command ]]; then command=$word
    elif [[ -z $dir ]]; then dir=$word
    fi
  done
  if [[ " $_ansible_runner_paths " == *" $prev "* ]]; then
    _ansible_runner_path "$prev" "$dir"
  elif [[ " $_ansible_runner_values " == *" $prev "* ]]; then
    return
  elif [[ $cur == -* ]]; then
    _ansible_runner_words "$(_ansible_runner_flags "$command")"
  elif [[ -z $command ]]; then
    _ansible_runner_words "$_ansible_runner_commands"
  elif [[ $command == completions ]]; then
    _ansible_runner_words "$_ansible_runner_shells"
  elif [[ -z $dir && $command != doctor ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
  fi
}

_ansible_runner_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_ansible_runner_path() {
  compopt -o filenames
  if [[ ($1 == -p || $1 == --playbook) && -d $2/project ]]; then
    mapfile -t COMPREPLY < <(cd -- "$2/project" && compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}

complete -F _ansible_runner ansible-runner
`;

/**
 * Renders the completion script for bash.
 *
 * @returns the script, lines ended
 */
export function renderBashCompletions(): string {
  const values = FLAGS.filter(takesValue);
  const paths = values.filter(({ kind }) => kind === "path" || kind === "list");
  const cases = COMMANDS.map(({ name }) => `    ${name}) echo "${words(flagsOf(name))}" ;;`);
  return [
    "# Completion of ansible-runner for bash: put it into",
    "# ~/.local/share/bash-completion/completions/ansible-runner",
    `_ansible_runner_commands="${COMMANDS.map(({ name }) => name).join(" ")}"`,
    `_ansible_runner_shells="${SHELLS.join(" ")}"`,
    `_ansible_runner_values="${words(values)}"`,
    `_ansible_runner_paths="${words(paths)}"`,
    "",
    "_ansible_runner_flags() {",
    '  case "$1" in',
    ...cases,
    `    *) echo "${words(FLAGS)}" ;;`,
    "  esac",
    "}",
  ].join("\n") + "\n" + FUNCTION;
}

function words(flags: readonly Flag[]): string {
  return flags.flatMap(({ short, long }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    ...(long === undefined ? [] : [`--${long}`]),
  ]).join(" ");
}
