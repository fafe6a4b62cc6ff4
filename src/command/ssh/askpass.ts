/**
 * Lets an ssh that has no terminal ask on the terminal of the run.
 *
 * From ansible-core 2.19 on ssh is started without a terminal and could not ask for the passphrase
 * of a key. A program that ssh starts in place of asking shows the question where it stood before
 * and reads the answer there: whoever answers prompts answers it, and no secret is in a file.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";

/**
 * `$1` is the question. The terminal is the input of the next process above that is on one: ssh
 * itself may have another, of Ansible's, as its input. By its descriptor: a sandbox of root has
 * terminals of its own under the names. One question at a time.
 */
const ASK = `#!/bin/sh
question=$1
case $question in *assphrase*) ;; *) exit 1 ;; esac
pid=$PPID terminal=
while [ "$pid" -gt 1 ]; do
  stat=$(cat "/proc/$pid/stat")
  set -- \${stat##*) }
  if [ "$5" != 0 ]; then
    terminal=/proc/$pid/fd/0
    break
  fi
  pid=$2
done
[ -c "$terminal" ] || exit 1
exec 8< "$0" 9<> "$terminal"
[ -t 9 ] || exit 1
command -v flock > /dev/null && flock 8
printf '%s' "$question" >&9
IFS= read -r answer <&9
printf '\\n' >&9
printf '%s\\n' "$answer"
`;

/**
 * Makes the program, for runs that hold an answer to such a question.
 *
 * @returns variables for the run; none when it is not needed, or the user has such a program
 */
export function askpassEnvironment(config: RunConfig): Record<string, string> {
  const isInContainer = config.isolation?.kind === "container";
  if (isInContainer || config.env["SSH_ASKPASS"] !== undefined || !hasPassphrase(config)) return {};
  const path = `${config.scratchDir}/askpass`;
  Deno.writeTextFileSync(path, ASK, { createNew: true, mode: 0o700 });
  return {
    SSH_ASKPASS: path,
    // ssh asks this way only when it has no terminal, and only with a display.
    DISPLAY: config.env["DISPLAY"] || ":none",
  };
}

function hasPassphrase({ credentials, passwords }: RunConfig): boolean {
  return Object.keys(credentials).some((name) => name.startsWith("ssh_key_passphrase")) ||
    passwords.some(([pattern, answer]) => answer !== null && /assphrase/.test(pattern));
}
