/**
 * The argv of `ansible-playbook` or `ansible` for a decided run, in the original's order.
 *
 * @module
 */
import type { TakenInputs } from "./options.ts";
import type { RunMode } from "./run_config.ts";

/** What the command line is made of. */
export interface ArgvParts {
  /** What is started. */
  readonly mode: RunMode;
  /** The caller's options. */
  readonly options: TakenInputs;
  /** Words of the args file: then they are the whole command line. */
  readonly rawArgs: readonly string[] | undefined;
  /** Words of env/cmdline or the argument. */
  readonly cmdline: readonly string[];
  /** One `-i` each. */
  readonly inventories: readonly string[];
  /** One `-e @PATH` each. */
  readonly extraVarsPaths: readonly string[];
  /** The playbook, in playbook mode. */
  readonly playbook: string | undefined;
  /** Names of the credentials, which ask for prompts. */
  readonly credentials: readonly string[];
}

/**
 * Builds the argv.
 *
 * @param parts what it is made of
 * @returns the words, the program's name first
 */
export function buildArgv(parts: ArgvParts): string[] {
  if (parts.rawArgs !== undefined) return [...parts.rawArgs];
  const { options, mode } = parts;
  const argv = [options.binary ?? (mode === "module" ? "ansible" : "ansible-playbook")];
  argv.push(...parts.cmdline, ...ansibleOptions(options));
  if (mode !== "raw") argv.push(...askOptions(parts.credentials, parts.cmdline));
  for (const source of parts.inventories) argv.push("-i", source);
  if (options.limit !== undefined) argv.push("--limit", joined(options.limit));
  for (const path of parts.extraVarsPaths) argv.push("-e", `@${path}`);
  const verbosity = options.verbosity ?? 0;
  if (verbosity > 0) argv.push("-" + "v".repeat(verbosity));
  if (options.tags !== undefined) argv.push("--tags", joined(options.tags));
  if (options.skipTags !== undefined) argv.push("--skip-tags", joined(options.skipTags));
  if (options.forks !== undefined) argv.push("--forks", String(options.forks));
  if (mode === "playbook" && parts.playbook !== undefined) argv.push(parts.playbook);
  if (mode === "module") argv.push(...moduleWords(options));
  return argv;
}

/** Options that the original takes by cmdline only: they stand where its words do. */
export function ansibleOptions(options: TakenInputs): string[] {
  const words: string[] = [];
  if (options.check === true) words.push("--check");
  if (options.diff === true) words.push("--diff");
  if (options.startAtTask !== undefined) words.push("--start-at-task", options.startAtTask);
  if (options.become === true) words.push("--become");
  if (options.user !== undefined) words.push("--user", options.user);
  return words;
}

function joined(names: string | readonly string[]): string {
  return typeof names === "string" ? names : names.join(",");
}

function moduleWords(options: TakenInputs): string[] {
  const words = ["-m", options.module ?? ""];
  if (options.moduleArgs !== undefined) words.push("-a", options.moduleArgs);
  if (options.hostPattern !== undefined) words.push(options.hostPattern);
  return words;
}

/** Options of Ansible by which the secret is asked for or comes from elsewhere. */
const ASKS: readonly {
  credential: string;
  letter: string;
  names: readonly [string, ...string[]];
}[] = [
  {
    credential: "ssh",
    letter: "k",
    names: ["--ask-pass", "--connection-password-file", "--conn-pass-file"],
  },
  {
    credential: "become",
    letter: "K",
    names: ["--ask-become-pass", "--become-password-file", "--become-pass-file"],
  },
  { credential: "vault", letter: "J", names: ["--ask-vault-pass", "--ask-vault-password"] },
];

/** The options that make Ansible ask for the secrets we hold, when the command line lacks them. */
function askOptions(credentials: readonly string[], cmdline: readonly string[]): string[] {
  const vaultIds = vaultIdsOf(cmdline);
  const words: string[] = [];
  for (const { credential, letter, names } of ASKS) {
    if (!credentials.includes(credential)) continue;
    if (cmdline.some((word) => isLong(word, names) || isCluster(word, letter))) continue;
    if (credential === "vault" && vaultIds.has("")) continue;
    words.push(names[0]);
  }
  for (const name of credentials) {
    if (!name.startsWith("vault@")) continue;
    const id = name.slice("vault@".length);
    if (!vaultIds.has(id)) words.push("--vault-id", `${id}@prompt`);
  }
  return words;
}

/** The ids that the command line has sources for: of `ID@SOURCE` the part before the last `@`. */
function vaultIdsOf(cmdline: readonly string[]): ReadonlySet<string> {
  const sources = cmdline.flatMap((word, at) => {
    if (cmdline[at - 1] === "--vault-id") return [word];
    return word.startsWith("--vault-id=") ? [word.slice("--vault-id=".length)] : [];
  });
  return new Set(sources.map((source) => source.slice(0, Math.max(0, source.lastIndexOf("@")))));
}

/** Whether the word is one of these options, perhaps shortened as Ansible allows. */
function isLong(word: string, names: readonly string[]): boolean {
  const [name = ""] = word.split("=", 1);
  return name.length >= "--ask-p".length && names.some((each) => each.startsWith(name));
}

/** Whether the word is a group of one-letter options with this letter, before one that has a value. */
function isCluster(word: string, letter: string): boolean {
  const [, letters] = /^-([vbhoCDJkK]+)/.exec(word) ?? [];
  return letters?.includes(letter) ?? false;
}
