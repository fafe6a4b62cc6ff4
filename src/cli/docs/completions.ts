/**
 * Completion scripts for shells, by the tables of commands and flags.
 *
 * @module
 */
import { renderBashCompletions } from "./completions_bash.ts";
import { renderFishCompletions } from "./completions_fish.ts";
import { renderZshCompletions } from "./completions_zsh.ts";
import type { ShellName } from "../flags/flag.ts";

/**
 * Renders the completion script of a shell.
 *
 * @returns the script, lines ended
 */
export function renderCompletions(shell: ShellName): string {
  switch (shell) {
    case "bash":
      return renderBashCompletions();
    case "zsh":
      return renderZshCompletions();
    case "fish":
      return renderFishCompletions();
  }
}
