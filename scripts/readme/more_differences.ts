/**
 * Turns the differences that no comparison with the original can show into rows of DIFFERENCES.md.
 *
 * @module
 */
import type { AcceptedDifference } from "../../tests/integration/accepted_differences.ts";

/** Differences in how runs end, in time, in safety; each has tests of its own. */
export const MORE_DIFFERENCES = {
  "value-with-dash": {
    original: "refuses a value that begins with a dash",
    ours: "take it: `--cmdline --ask-vault-pass`, `-a -x`",
    reason: "there is no other way to say it",
  },
  "start-forms": {
    original: "wants -p, -m or -r even when `args` or -b say what to run",
    ours: "be content with `args` or -b",
    reason: "nothing is missing",
  },
  "died-of-signal": {
    original: "ends with exit code 0 and writes `None` when Ansible died of a signal",
    ours: "128+N in both places",
    reason: "a killed run is no success",
  },
  "extravars-pipe": {
    original: "drops env/extravars when it is a named pipe",
    ours: "read it as the other files",
    reason: "the manual says so",
  },
  "silent-pipe": {
    original: "waits for ever for the writer of a named pipe",
    ours: "stop after 30 s, naming the pipe",
    reason: "a forgotten writer is an error",
  },
  "hang-up": {
    original: "dies of HUP and leaves Ansible running, rc and status unwritten",
    ours: "cancel the run, also one in the background; `nohup` is honoured",
    reason: "nothing is left behind when a session ends",
    switchBack: "nohup ansible-runner …",
  },
  "crashed-runs": {
    original: "leaves what a killed runner left, for ever",
    ours:
      "end and clear it at the next command on the directory, with status failed and the reason",
    reason: "a crashed run is told from a running one",
  },
  "looking-creates-nothing": {
    original: "makes the private data dir and daemon.log when is-alive or stop ask",
    ours: "make nothing",
    reason: "looking changes nothing",
  },
  "pid-file-mode": {
    original: "writes the pid file for all to read",
    ours: "0600, and a record beside it that tells a recycled pid",
    reason: "nobody else's process is ever signalled",
  },
  "plain-regexes": {
    original:
      "adds its markers to the line that env/passwords is matched with, so that `^` never fits",
    ours: "match what a person sees",
    reason: "the manual's meaning",
  },
  "password-patterns": {
    original: "drops all of env/passwords when one pattern is invalid",
    ours: "stop, naming the pattern",
    reason: "the run would wait for an answer that never comes",
  },
  "prompt-window": {
    original: "searches the last 100 characters of output for prompts",
    ours: "search all since the last answer (64 KiB)",
    reason: "long prompts are prompts",
  },
  "unanswered-prompt": {
    original: "waits for ever at a prompt that nobody answers",
    ours: "end the run after 10 s, and say which prompt it was",
    reason: "a run without a person cannot go on",
    switchBack: "prompt_timeout: 0 in env/settings",
  },
  "extravars-hidden": {
    original: "passes extra variables on the command line, where every user sees them",
    ours: "pass them in a private file",
    reason: "they may be secret",
  },
  "secrets-masked": {
    original: "writes passwords and tokens of the environment into `command`",
    ours: "write ******** in their place",
    reason: "artifacts are kept and passed on",
    switchBack: "redact: false in env/settings",
  },
  "json-plain-text": {
    original: "mixes lines that belong to no event into the JSON lines of -j",
    ours: "print them as verbose events",
    reason: "every line can be parsed",
  },
  "unfinished-line": {
    original: "keeps a line without newline from the console, and the last one from the file too",
    ours: "show it at once, and write it",
    reason: "prompts are such lines",
  },
  "live-ident": {
    original: "lets two runs write into one artifact directory",
    ours: "refuse an ident whose run is alive",
    reason: "their events would be mixed",
  },
  "idle-timeout-bytes": {
    original: "counts idle_timeout from the last event",
    ours: "count from the last byte of output",
    reason: "a long task that prints is not idle",
  },
  "files-before-status": {
    original: "calls the last status handler before the files are written",
    ours: "call it when they are there",
    reason: "who hears of the end can read the result",
  },
  "all-processes-end": {
    original: "leaves processes of Ansible running after cancel, timeout and stop",
    ours: "end all processes of the run, also those that left its session, within 2 s",
    reason: "a canceled run changes nothing any more",
    switchBack: "grace_period in env/settings gives more time",
  },
  "stop-writes": {
    original: "leaves no rc and status when a run is stopped, in some versions",
    ours: "write rc 254 and status canceled",
    reason: "an ended run has a result",
  },
  "start-errors": {
    original: "writes errors before the start of a background run to the log only",
    ours: "print them, exit code 1",
    reason: "the caller learns that nothing runs",
  },
  "second-start": {
    original: "overwrites the pid file at a second `start` and loses the first run",
    ours: "refuse it, unless it has an ident of its own",
    reason: "every run can be stopped",
  },
  "recycled-pid": {
    original: "signals whatever process has the number in the pid file",
    ours: "signal it only if it is the run",
    reason: "numbers are used again",
  },
  "unsafe-directory": {
    original: "takes a private data dir that everyone may write to",
    ours: "refuse it",
    reason: "whoever writes there runs commands as you",
    switchBack: "--allow-unsafe-private-data-dir",
  },
  "rotation-spares-live-runs": {
    original: "removes artifacts of running runs when it rotates",
    ours: "remove those of ended runs only",
    reason: "a run keeps its files",
  },
  "debug-on-stderr": {
    original: "prints the log of --debug on standard output, also with -q",
    ours: "print it on standard error",
    reason: "standard output is Ansible's",
  },
  "handler-false": {
    original: "keeps an event out of the artifacts when the event handler returns anything falsy",
    ours: "only when it returns `false`",
    reason: "a handler that returns nothing loses no events",
  },
  "handler-throws": {
    original: "leaves Ansible running when a handler throws",
    ours: "end the run, write its artifacts, then throw CallbackError",
    reason: "no run without its owner",
  },
  "signal-handlers": {
    original: "replaces the signal handlers of the program that uses the library",
    ours: "set none in the library",
    reason: "they are the program's",
  },
} as const satisfies Record<string, AcceptedDifference>;
