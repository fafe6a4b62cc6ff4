/**
 * The completion script for fish.
 *
 * @module
 */
import { quote } from "../../python/shlex.ts";
import { COMMANDS, SHELLS } from "../flags/commands.ts";
import { takesValue } from "../flags/lookup.ts";
import type { Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";

/**
 * Renders the completion script for fish.
 *
 * @returns the script, lines ended
 */
export function renderFishCompletions(): string {
  const names = COMMANDS.map(({ name }) => name).join(" ");
  const dirCommands = COMMANDS.filter(({ operand }) => operand === "PRIVATE_DATA_DIR");
  const seen = dirCommands.map(({ name }) => name).join(" ");
  return [
    "# Completion of ansible-runner for fish: put it into",
    "# ~/.config/fish/completions/ansible-runner.fish",
    "complete -c ansible-runner -f",
    ...COMMANDS.map(({ name, doc }) =>
      complete(`not __fish_seen_subcommand_from ${names}`, ["-a", name, "-d", quote(doc)])
    ),
    complete(`__fish_seen_subcommand_from ${seen}`, ["-a", quote("(__fish_complete_directories)")]),
    complete("__fish_seen_subcommand_from completions", ["-a", quote(SHELLS.join(" "))]),
    ...FLAGS.map((flag) => complete(condition(flag, names), flagWords(flag))),
  ].join("\n") + "\n";
}

/** Options may stand before the command: they are offered as long as there is none, too. */
function condition(flag: Flag, names: string): string {
  const own = `__fish_seen_subcommand_from ${flag.commands.join(" ")}`;
  return `not __fish_seen_subcommand_from ${names}; or ${own}`;
}

function flagWords(flag: Flag): readonly string[] {
  const words: string[] = [];
  if (flag.short !== undefined) words.push("-s", flag.short);
  if (flag.long !== undefined) words.push("-l", flag.long);
  if (takesValue(flag)) words.push("-r");
  if (flag.choices !== undefined) words.push("-a", quote(flag.choices.join(" ")));
  if (flag.kind === "path" || flag.kind === "list") words.push("-F");
  return [...words, "-d", quote(flag.doc)];
}

function complete(when: string, words: readonly string[]): string {
  return ["complete -c ansible-runner -n", quote(when), ...words].join(" ");
}
