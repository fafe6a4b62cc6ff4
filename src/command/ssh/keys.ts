/**
 * Loads private keys into an ssh-agent, without a key or a passphrase
 * ever being on disk, in an argv or in an environment.
 *
 * @module
 */
import { ConfigError, LaunchError, type RunnerError } from "../../errors.ts";
import { runProgram } from "../../internal/programs.ts";

/** A private key, or several one after another, and where it comes from. */
export interface AgentKey {
  /** What it is called in errors and in {@linkcode PassphraseLookup}, such as `env/ssh_key`. */
  readonly name: string;
  /** The key in the form that ssh-keygen writes, or several such blocks. */
  readonly text: string;
}

/** Gives the passphrase of a key, or undefined when none is known. */
export type PassphraseLookup = (name: string) => string | undefined;

/** How to reach the agent, and the programs that feed it. */
export interface AddKeyContext {
  /** Path of `ssh-add`. */
  readonly sshAdd: string;
  /** Environment of `ssh-add`, with SSH_AUTH_SOCK. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of the script that {@linkcode writeAskpass} made. */
  readonly askpass: string;
  /** Gives the passphrase by the key's name. */
  readonly passphrase: PassphraseLookup;
}

/** What the askpass script leaves on stderr each time it is asked. */
const ASKED = "RUNNER_ASKED";

/** Reads the answer from a descriptor that it inherits through ssh-add; holds no secret itself. */
const ASKPASS_SCRIPT = `#!/bin/sh
echo ${ASKED} >&2
IFS= read -r answer <&3 && printf '%s\\n' "$answer"
`;

/**
 * Takes the passphrase off its own stdin and passes it on through a pipe on descriptor 3; the rest
 * of stdin, the key, is ssh-add's. The shell's builtins do it all: no process has it as an argument,
 * and unlike an environment variable a pipe cannot be read in /proc.
 */
const ADD_SCRIPT = 'exec 4<&0; IFS= read -r phrase; printf "%s\\n" "$phrase" |' +
  ' "$0" - 3<&0 0<&4 4<&-';

/** How long an agent may take to take a key, in milliseconds; a passphrase may cost seconds. */
const ADD_WAIT_MS = 30_000;

const BEGIN = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----$/;

/**
 * Splits text into single keys, each as ssh-add needs it: no carriage returns, no indentation, one
 * newline at the end.
 *
 * @param text one private key or several one after another
 * @returns the keys; text that holds no key at all is returned as one, for ssh-add to refuse
 */
export function splitKeys(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).map((line) => line.trim());
  const starts = lines.flatMap((line, index) => BEGIN.test(line) ? [index] : []);
  const blocks = starts.map((start, index) => lines.slice(start, starts[index + 1]));
  const whole = starts.length === 0 ? [lines] : blocks;
  return whole
    .map((block) => block.join("\n").trim())
    .filter((block) => block !== "")
    .map((block) => `${block}\n`);
}

/**
 * Writes the script that answers ssh-add's question.
 *
 * @param dir private directory (0700) on a file system that allows execution
 */
export function writeAskpass(dir: string): string {
  const path = `${dir}/askpass`;
  Deno.writeTextFileSync(path, ASKPASS_SCRIPT, { createNew: true, mode: 0o700 });
  return path;
}

/**
 * Adds all keys of a text to the agent, one ssh-add each: given several, it would load the first.
 *
 * @throws {ConfigError} naming the key, when one is not accepted
 */
export async function addKeys(
  key: AgentKey,
  context: AddKeyContext,
): Promise<void> {
  const blocks = splitKeys(key.text);
  const phrase = context.passphrase(key.name);
  if (phrase !== undefined && /[\r\n\0]/.test(phrase)) {
    throw new ConfigError(
      "config.ssh_key",
      `Cannot load "${key.name}": its passphrase has more than one line`,
    );
  }
  for (const [index, block] of blocks.entries()) {
    const signal = AbortSignal.timeout(ADD_WAIT_MS);
    const { code, stderr } = await runProgram(["/bin/sh", "-c", ADD_SCRIPT, context.sshAdd], {
      env: {
        ...context.env,
        SSH_ASKPASS: context.askpass,
        SSH_ASKPASS_REQUIRE: "force",
        // OpenSSH before 8.4 asks the script only when there is a display and no terminal.
        DISPLAY: "none:0",
      },
      stdin: `${phrase ?? ""}\n${block}`,
      signal,
    });
    if (code === 0) continue;
    if (signal.aborted) throw lateError(key.name);
    const which = blocks.length > 1 ? `key ${index + 1} of "${key.name}"` : `"${key.name}"`;
    throw keyError(which, { code, stderr, hasPhrase: phrase !== undefined });
  }
}

function lateError(name: string): RunnerError {
  const limit = `its ssh-agent did not answer within ${ADD_WAIT_MS / 1000} s`;
  return new LaunchError("launch.agent", `Cannot load "${name}": ${limit}`);
}

const LOST_AGENT = /connect|communication with agent/i;

/** How an ssh-add ended that failed. */
interface FailedAdd {
  readonly code: number;
  readonly stderr: string;
  readonly hasPhrase: boolean;
}

function keyError(which: string, { code, stderr, hasPhrase }: FailedAdd): RunnerError {
  if (stderr.includes(ASKED)) {
    const reason = hasPhrase ? "wrong passphrase" : "its passphrase is missing";
    return new ConfigError("config.ssh_key_passphrase", `Cannot load ${which}: ${reason}`, {
      hint: "Give the passphrase as the credential ssh_key_passphrase or ssh_key_passphrase@FILE",
    });
  }
  const complaint = stderr.split("\n").find((line) => line.trim() !== "");
  if (complaint === undefined || code > 128 || LOST_AGENT.test(complaint)) {
    // Nothing is wrong with the key.
    const ended = code > 128 ? `was ended by signal ${code - 128}` : `ended with exit code ${code}`;
    const why = LOST_AGENT.test(complaint ?? "") ? "its ssh-agent is gone" : `ssh-add ${ended}`;
    return new LaunchError("launch.agent", `Cannot load ${which}: ${why}`);
  }
  const reason = complaint.replace(/^Error loading key "\(stdin\)": /, "").trim();
  return new ConfigError(
    "config.ssh_key",
    `Cannot load ${which}: ssh-add does not take it as a private key (${reason})`,
  );
}
