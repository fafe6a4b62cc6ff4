/**
 * What is mounted for a helper without being asked: the caller's
 * directory, the files that its words name, keys for ssh. Pure. Contract: as the original does.
 *
 * @module
 */
import { baseName, isBelow, makeAbsolute, parentOf } from "../../internal/paths.ts";
import type { PathPair } from "./paths.ts";

/** Tells kind and real path of a path of the host; undefined when it does not exist. */
export type LookAtPath = (
  path: string,
) => { readonly real: string; readonly isDirectory: boolean } | undefined;

/** A helper's command and its caller. */
export interface HelperCall {
  /** The words, the program first, with paths of the host. */
  readonly argv: readonly string[];
  /** Where relative paths among them begin; absolute. */
  readonly cwd: string;
  /** Whether the command runs there. */
  readonly isMounted: boolean;
  /** The caller's home. */
  readonly home: string | undefined;
  /** Socket of the caller's ssh-agent. */
  readonly agentSocket: string | undefined;
}

/** What the engine is told. */
export interface AutomaticMounts {
  /** Working directory inside; undefined when it is another's to say. */
  readonly workdir: string | undefined;
  /** Words before `--workdir`. */
  readonly beforeWorkdir: readonly string[];
  /** Words after it. */
  readonly words: readonly string[];
  /** What is mounted where. */
  readonly pairs: readonly PathPair[];
}

/** Options of Ansible's programs that name a file which is mounted, or `label@file`. */
const FILE_OPTIONS: ReadonlySet<string> = new Set([
  "-i",
  "--inventory",
  "--inventory-file",
  "--vault-id",
  "--vault-password-file",
  "--vault-pass-file",
  "--private-key",
  "--key-file",
]);

/** Other options of ansible-playbook with a word after them, which is no playbook. */
const VALUE_OPTIONS: ReadonlySet<string> = new Set([
  ...["-e", "--extra-vars", "-l", "--limit", "-t", "--tags", "--skip-tags", "--start-at-task"],
  ...["-u", "--user", "--become-method", "--become-user", "-c", "--connection", "-T", "--timeout"],
  ...["-f", "--forks", "-M", "--module-path", "--ssh-common-args", "--ssh-extra-args"],
  ...["--sftp-extra-args", "--scp-extra-args", "--become-password-file", "--become-pass-file"],
  ...["--connection-password-file", "--conn-pass-file"],
]);

const HOME_INSIDE = "/home/runner";

const KNOWN_HOSTS = "/etc/ssh/ssh_known_hosts";

/**
 * Decides what is mounted for a helper's command.
 *
 * @param helper the command; undefined for a run, which gets nothing
 * @param host the working directory that the caller chose inside, and what exists
 * @returns the engine's words, and what they mount
 */
export function automaticMounts(
  helper: HelperCall | undefined,
  { workdir, look }: { readonly workdir: string | undefined; readonly look: LookAtPath },
): AutomaticMounts {
  const mounts = new Mounts(look);
  if (helper === undefined) return { workdir: undefined, beforeWorkdir: [], ...mounts.all() };
  const { cwd, home } = helper;
  const isThere = helper.isMounted && workdir === undefined && look(cwd)?.isDirectory === true;
  if (isThere) mounts.add(cwd);
  const beforeWorkdir = mounts.take();
  for (const path of namedFiles(helper.argv)) mounts.add(makeAbsolute(path, cwd));
  if (helper.agentSocket) mounts.addAgent(makeAbsolute(helper.agentSocket, cwd), home);
  for (const inside of home ? [HOME_INSIDE, "/root"] : []) {
    mounts.add(makeAbsolute(`${home}/.ssh`, cwd), `${inside}/.ssh`);
  }
  mounts.add(KNOWN_HOSTS);
  return { workdir: isThere ? cwd : undefined, beforeWorkdir, ...mounts.all() };
}

/** Mounts of directories, or of those that files are in; each once. */
class Mounts {
  readonly #look: LookAtPath;
  readonly #texts = new Set<string>();
  readonly #pairs: PathPair[] = [];
  #words: string[] = [];

  constructor(look: LookAtPath) {
    this.#look = look;
  }

  add(source: string, target = source): void {
    const found = this.#look(source);
    if (found === undefined) return;
    const [host, inside] = found.isDirectory
      ? [source, target]
      : [parentOf(source), parentOf(target)];
    const text = `${withSlash(host)}:${withSlash(inside)}`;
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#pairs.push({ host, inside });
    this.#words.push("-v", text);
  }

  /** The socket is elsewhere inside when it is in the caller's home. */
  addAgent(socket: string, home: string | undefined): void {
    const isAtHome = home !== undefined && isBelow(socket, home);
    const isThere = this.#look(socket) !== undefined;
    const inside = isAtHome && isThere ? HOME_INSIDE + socket.slice(home.length) : socket;
    this.add(socket, inside);
    this.#words.push("-e", `SSH_AUTH_SOCK=${inside}`);
  }

  /** The words so far, which are given once. */
  take(): string[] {
    const words = this.#words;
    this.#words = [];
    return words;
  }

  all(): Pick<AutomaticMounts, "words" | "pairs"> {
    return { words: this.take(), pairs: this.#pairs };
  }
}

/** Playbooks first, then the values of options. */
function namedFiles([program = "", ...words]: readonly string[]): string[] {
  const name = baseName(program);
  if (!name.startsWith("ansible") || words.includes("-h") || words.includes("--help")) return [];
  const playbooks: string[] = [];
  const files: string[] = [];
  for (const [at, word] of words.entries()) {
    const before = words[at - 1] ?? "";
    const [option = "", ...value] = word.split("=");
    if (FILE_OPTIONS.has(before)) files.push(word);
    else if (FILE_OPTIONS.has(option) && value.length > 0) files.push(value.join("="));
    else if (!word.startsWith("-") && !VALUE_OPTIONS.has(before)) playbooks.push(word);
  }
  // A list of hosts, `prompt` or a script of another label names no file.
  const paths = files.filter((file) => file !== "" && !file.endsWith(","))
    .map((file) => /^[^\s/=,@]*@(.+)/.exec(file)?.[1] ?? file);
  return [...(name.includes("ansible-playbook") ? playbooks : []), ...paths];
}

function withSlash(path: string): string {
  return path === "/" ? path : `${path}/`;
}
