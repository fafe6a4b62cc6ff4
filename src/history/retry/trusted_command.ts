/**
 * Turns the `command` file of a run into options that repeat it. A job can write that file: only
 * whoever says that it is to be trusted gets here.
 *
 * @module
 */
import type { InputOptions } from "../../config/options.ts";
import { RunnerError } from "../../errors.ts";
import { baseName } from "../../internal/paths.ts";
import { join } from "../../python/shlex.ts";

/** What a command was. */
export interface TrustedCommand {
  /** Options that repeat it. */
  readonly options: Partial<InputOptions>;
  /** What kept its job in, if anything did. */
  readonly isolation: string | null;
  /** The limit it had. */
  readonly limit: string | undefined;
}

/**
 * Reads a command.
 *
 * @param command its words and its working directory
 * @param places what the new run adds by itself
 * @throws {RunnerError} when it cannot be repeated
 */
export function optionsOfCommand(
  command: { readonly words: readonly string[]; readonly cwd: string | undefined },
  places: { readonly privateDataDir: string; readonly artifactDir: string },
): TrustedCommand {
  const { words, cwd } = command;
  const at = words.findIndex((word) => /^ansible(-playbook)?$/.test(baseName(word)));
  if (at === -1) throw refused("it did not start Ansible");
  const wrapper = at === 0 ? undefined : baseName(words[0] ?? "");
  if (wrapper !== undefined && wrapper !== "bwrap" && wrapper !== "ssh-agent") {
    throw refused(`it ran in a container or a program of its own (${wrapper})`);
  }
  const rest = words.slice(at + 1);
  if (rest.some((word) => word.includes(`${places.artifactDir}/`))) {
    throw refused("a file of inputs that it was given is gone");
  }
  const { kept, limit } = strip(rest.slice(0, -1), places.privateDataDir);
  const last = rest.at(-1) ?? "";
  const isolation = wrapper === "bwrap" ? "bwrap" : null;
  if (baseName(words[at] ?? "") === "ansible-playbook") {
    const isElsewhere = cwd !== undefined && cwd !== `${places.privateDataDir}/project`;
    return {
      options: {
        playbook: last,
        cmdline: join(kept),
        ...(isElsewhere ? { projectDir: cwd } : {}),
      },
      isolation,
      limit,
    };
  }
  return { options: { ...moduleOf(kept), hostPattern: last }, isolation, limit };
}

/** Takes out what a run adds by itself: inventory, extra vars of env/, the limit. */
function strip(
  words: readonly string[],
  privateDataDir: string,
): { kept: string[]; limit: string | undefined } {
  const kept: string[] = [];
  let limit: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const [word = "", value = ""] = words.slice(at, at + 2);
    const isOwn = word === "-i" && value === `${privateDataDir}/inventory` ||
      word === "-e" && value === `@${privateDataDir}/env/extravars`;
    if (word === "--limit" || word === "-l") limit = value;
    else if (!isOwn) {
      kept.push(word);
      continue;
    }
    at++;
  }
  return { kept, limit };
}

function moduleOf(words: readonly string[]): Partial<InputOptions> {
  const at = words.lastIndexOf("-m");
  const module = words[at + 1];
  if (at === -1 || module === undefined) throw refused("it ran no module");
  const [flag, args] = words.slice(at + 2);
  const cmdline = join(words.slice(0, at));
  return { module, cmdline, ...(flag === "-a" && args !== undefined ? { moduleArgs: args } : {}) };
}

function refused(why: string): RunnerError {
  return new RunnerError("retry.refused", `Cannot repeat the command of the run: ${why}`);
}
