/**
 * The rows of DIFFERENCES.md that no comparison with the original can show.
 *
 * @module
 */
import type { AcceptedDifference } from "../../tests/integration/accepted_differences.ts";

/** Differences in how runs end, in time, in safety; each has tests of its own. */
export const MORE_DIFFERENCES = {
  "ansible-options": {
    original: "refuses `--tags`, `-e`, `--check` and other options of Ansible",
    ours:
      "takes eight of them as flags and options, `-l` as `--limit`; of the rest it says the `--cmdline`",
    reason: "they are what people type first",
  },
  "helper-mounts": {
    original:
      "mounts no playbook behind an option, no second one, no `--inventory=X`, nothing for /usr/bin/ansible-playbook or --vault-id; the agent of a home at a wrong place",
    ours: "mounts them for a helper's command in a container",
    reason: "the command fails without",
  },
  "remote-secrets": {
    original: "writes passwords, keys and variables that a job brings into the worker's env/",
    ours: "keeps them in memory",
    reason: "a worker's directory may stay",
  },
  "remote-errors": {
    original: "ends without a word on the stream when a worker cannot run a job",
    ours: "sends a status `error` with the reason, and the end of the stream",
    reason: "whoever sent the job sees why",
  },
  "remote-early-cancel": {
    original: "forgets a signal that comes before the job, and dies of HUP leaving its directory",
    ours: "tells the sender `canceled`, exits with 254 and leaves nothing",
    reason: "canceled means canceled",
  },
  "remote-zip": {
    original:
      "dies of sockets in the directory, shifts times between time zones, writes through links",
    ours: "leaves sockets out, sends times in UTC as well, refuses a zip that leads outside",
    reason: "no job reaches other files",
  },
  "remote-artifact-dir": {
    original: "`process` without -i writes into `artifacts/` itself",
    ours: "takes the ident of the job; `--artifact-dir DIR` is the directory itself",
    reason: "a second job does not mix with the first",
  },
  "remote-process-exit": {
    original: "`process` exits with 0 when the stream is cut or the worker failed",
    ours: "exits with 1 and says why; `--exit-code` gives the job's own",
    reason: "a script sees it",
  },
  "remote-inventory": {
    original:
      "`transmit` writes host lists and texts into inventory/hosts, role plays into project/",
    ours: "sends them as files of the stream alone",
    reason: "the user's directory stays as it is",
  },
  "remote-cleanup": {
    original:
      '`worker cleanup` removes live jobs and keeps dead ones; `--exclude-strings "a b"` is one text',
    ours: "keeps live jobs, and splits at blanks and commas",
    reason: "AWX passes them so",
  },
  "several-lines-inside": {
    original:
      "writes a variable of several lines into env.list as it is, which the engine misreads",
    ours: "pass it by a script inside the container",
    reason: "the value arrives whole",
  },
  "value-with-dash": {
    original: "refuses a value that begins with a dash",
    ours: "takes it: `--cmdline --ask-vault-pass`, `-a -x`",
    reason: "there is no other way to say it",
  },
  "start-forms": {
    original: "wants -p, -m or -r even when `args` or -b say what to run",
    ours: "accepts `args` or -b alone",
    reason: "nothing is missing",
  },
  "died-of-signal": {
    original: "ends with exit code 0 and writes `None` when Ansible died of a signal",
    ours: "exits with 128+N and writes it",
    reason: "a killed run is no success",
  },
  "configured-callbacks": {
    original: "does not hear callback_plugins and stdout_callback of ansible.cfg",
    ours: "loads the callbacks that ansible-playbook alone would load, and shows what the stdout " +
      "callback of ansible.cfg shows; a warning and the default where that cannot be loaded",
    reason: "the same text with and without a runner",
    switchBack: "ANSIBLE_STDOUT_CALLBACK: default in env/envvars",
  },
  "run-in-a-run": {
    original:
      "a run that a task of a run starts inherits AD_HOC_COMMAND_ID and the plugin of the outer one",
    ours: "makes its events as if it was started by hand",
    reason: "a playbook has plays and tasks wherever it is started",
  },
  "fact-cache-forms": {
    original:
      "get_fact_cache gives {} and set_fact_cache writes what is not read with ansible-core 2.19 and later",
    ours: "reads and writes the form of every version",
    reason: "facts are facts",
  },
  "extravars-pipe": {
    original: "drops env/extravars when it is a named pipe",
    ours: "reads it like the other files",
    reason: "the manual says so",
  },
  "piped-counters": {
    original: "counts the events of a piped command's stderr from 1 again",
    ours: "counts them on from those of its stdout",
    reason: "counters are unique in a run",
  },
  "silent-pipe": {
    original: "waits forever for the writer of a named pipe",
    ours: "stops after 30 s and names the pipe",
    reason: "a forgotten writer is an error",
  },
  "http-starting": {
    original: "posts command, cwd and the whole environment with the status `starting`",
    ours: "posts status and runner_ident, as with every other status",
    reason: "the environment holds secrets; the artifact `command` has the rest",
  },
  "callbacks-past-plugin": {
    original:
      "gets no events of results with the stdout callbacks json and jsonl; 2.3 cannot run them",
    ours: "makes every event, and shows their text",
    reason: "the chosen callback decides what is shown, not what is recorded",
  },
  "callbacks-without-options": {
    original: "2.4 fails (rc 250) with a stdout callback that has no options of its own (oneline)",
    ours: "shows it",
    reason: "every stdout callback can be chosen",
  },
  "receiver-fails": {
    original: "ends with a stack trace when nobody listens at runner_http_url",
    ours: "goes on, tries again while nobody answers, says what was lost in log and `reason`",
    reason: "a run is not the receiver's",
    switchBack: "`emitter_on_error: fail`",
  },
  "receiver-redirects": {
    original: "follows a redirect of runner_http_url, as GET or with its headers",
    ours: "fails with an error that names the target",
    reason: "events and headers go to no host that nobody named",
  },
  "receiver-socket": {
    original: "takes any existing path for a unix socket, `./https:/host` too",
    ours: "takes http(s):// for a URL, and a socket by its absolute path only",
    reason: "who can write into the working directory gets no events",
  },
  "hang-up": {
    original: "dies of HUP and leaves Ansible running, rc and status unwritten",
    ours: "cancels the run, also one in the background; honours `nohup`",
    reason: "nothing is left behind when a session ends",
    switchBack: "nohup ansible-runner …",
  },
  "crashed-runs": {
    original: "leaves behind whatever a killed runner left",
    ours:
      "ends and clears it at the next command on the directory, with status failed and the reason",
    reason: "a crashed run can be told from a running one",
  },
  "looking-creates-nothing": {
    original: "creates the private data dir and daemon.log for is-alive and stop",
    ours: "creates nothing",
    reason: "looking changes nothing",
  },
  "pid-file-mode": {
    original: "writes a pid file that everyone can read",
    ours: "writes it with mode 0600, and a record beside it that exposes a recycled pid",
    reason: "no process but the run is ever signalled",
  },
  "plain-regexes": {
    original:
      "adds its markers to the line that env/passwords is matched with, so that `^` never fits",
    ours: "matches what a person sees",
    reason: "the manual's meaning",
  },
  "password-patterns": {
    original: "drops all of env/passwords when one pattern is invalid",
    ours: "stops and names the pattern",
    reason: "the run would wait for an answer that never comes",
  },
  "prompt-end": {
    original: "never matches `:$` with a prompt that ends in a blank, as Ansible's do",
    ours: "matches `$` before the blanks at the end of an unfinished line, too",
    reason: "the manual's own patterns are written so",
  },
  "prompt-window": {
    original: "searches the last 100 characters of output for prompts",
    ours: "searches everything since the last answer (64 KiB)",
    reason: "long prompts are prompts too",
  },
  "slow-pattern": {
    original: "stands still while a regex of passwords goes back again and again in some output",
    ours: "ends the run after 1 s with the reason `pattern_too_slow`, which names the regex",
    reason: "timeouts and signals count, whatever a job prints",
  },
  "forged-event": {
    original: "believes what a job writes where the plugin leaves its events",
    ours: "checks each body; what is none becomes a `verbose` event, with a warning",
    reason: "counters, uuids and file names are the runner's, and event files are JSON",
  },
  "unanswered-prompt": {
    original: "waits forever at an unanswered prompt",
    ours: "ends the run after 10 s and says which prompt it was",
    reason: "a run without a person cannot go on",
    switchBack: "prompt_timeout: 0 in env/settings",
  },
  "extravars-hidden": {
    original: "passes extra variables on the command line, where every user can see them",
    ours: "passes them in a private file",
    reason: "they may be secret",
  },
  "shown-answers": {
    original: "masks no answer of env/passwords",
    ours: "masks each, unless it answered `vars_prompt` with `private: false` or `pause` with echo",
    reason: "what everybody saw typed is no secret, and host names stay whole",
    switchBack: "redact: false",
  },
  "secrets-masked": {
    original: "writes passwords and tokens of the environment into `command`",
    ours: "writes ******** instead",
    reason: "artifacts are kept and passed on",
    switchBack: "redact: false in env/settings",
  },
  "json-plain-text": {
    original: "mixes lines that belong to no event into the JSON lines of -j",
    ours: "prints them as verbose events",
    reason: "every line can be parsed",
  },
  "unfinished-line": {
    original:
      "withholds a line without newline from the console, and the last one from the file too",
    ours: "shows it at once, and writes it",
    reason: "prompts are such lines",
  },
  "live-ident": {
    original: "lets two runs write into one artifact directory",
    ours: "refuses an ident whose run is alive",
    reason: "their events would be mixed",
  },
  "idle-timeout-bytes": {
    original: "counts idle_timeout from the last event",
    ours: "counts from the last byte of output",
    reason: "a long task that prints is not idle",
  },
  "files-before-status": {
    original: "calls the last status handler before the files are written",
    ours: "calls it once they are there",
    reason: "whoever hears of the end can read the result",
  },
  "all-processes-end": {
    original: "leaves processes of Ansible running after cancel, timeout and stop",
    ours: "ends all processes of the run within 2 s, also those that left its session",
    reason: "a canceled run changes nothing more",
    switchBack: "grace_period in env/settings gives more time",
  },
  "stop-writes": {
    original: "leaves no rc and status when a run is stopped, in some versions",
    ours: "writes rc 254 and status canceled",
    reason: "an ended run has a result",
  },
  "start-errors": {
    original: "writes errors before the start of a background run to the log only",
    ours: "prints them and exits with 1",
    reason: "the caller learns that nothing runs",
  },
  "second-start": {
    original: "overwrites the pid file at a second `start` and loses the first run",
    ours: "refuses it, unless it has an ident of its own",
    reason: "every run can be stopped",
  },
  "recycled-pid": {
    original: "signals whatever process has the number in the pid file",
    ours: "signals it only if it is the run",
    reason: "pids are reused",
  },
  "unsafe-directory": {
    original: "accepts a private data dir that everyone may write to",
    ours: "refuses it",
    reason: "whoever writes there runs commands as you",
    switchBack: "--allow-unsafe-private-data-dir",
  },
  "rotation-spares-live-runs": {
    original: "removes artifacts of running runs when it rotates",
    ours: "removes only those of ended runs",
    reason: "a run keeps its files",
  },
  "debug-on-stderr": {
    original: "prints the log of --debug on standard output, also with -q",
    ours: "prints it on standard error",
    reason: "standard output is Ansible's",
  },
  "handler-false": {
    original: "keeps an event out of the artifacts when the event handler returns anything falsy",
    ours: "does so only when it returns `false`",
    reason: "a handler that returns nothing loses no events",
  },
  "handler-os-error": {
    original:
      "goes on without that event's file when an event handler or a plugin raises an OSError (a file that is not there, a connection that breaks)",
    ours: "ends the run, as with every error of a handler",
    reason: "whoever wants to go on catches it; no event is lost without a word",
  },
  "handler-throws": {
    original: "leaves Ansible running when a handler throws",
    ours: "ends the run, writes its artifacts, then throws CallbackError",
    reason: "no run goes on without its owner",
  },
  "signal-handlers": {
    original: "replaces the signal handlers of the program that uses the library",
    ours: "sets none in the library",
    reason: "they are the program's",
  },
} as const satisfies Record<string, AcceptedDifference>;
