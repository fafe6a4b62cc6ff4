/**
 * The rows of the table of flags for what is printed and logged.
 *
 * @module
 */
import { ANEW, DIR, JOB, REMOTE, RUN } from "./command_sets.ts";
import { EMITTER_FLAGS } from "./emitters.ts";
import { inGroup } from "./grouped.ts";

/** Flags about output. */
export const OUTPUT_FLAGS = inGroup({ group: "Output", commands: RUN }, [
  {
    key: "jsonMode",
    long: "json",
    short: "j",
    kind: "flag",
    commands: [...ANEW, "transmit", "logs", "status", "show", "events", "diff", "prune", "profile"],
    doc: "events as JSON lines instead of text; JSON instead of a table",
  },
  {
    key: "quiet",
    long: "quiet",
    short: "q",
    kind: "flag",
    commands: [...ANEW, "transmit", "process"],
    doc: "print nothing on the console",
  },
  {
    key: "follow",
    long: "follow",
    short: "f",
    kind: "flag",
    commands: ["logs", "events"],
    origin: "ours",
    doc: "keep printing until the run ends",
  },
  {
    key: "color",
    long: "color",
    kind: "text",
    value: "WHEN",
    choices: ["auto", "always", "never"],
    default: "auto",
    commands: ["run", "retry", "process", "logs", "replay", "status", "show", "diff"],
    origin: "ours",
    doc:
      "colours on standard output: never takes Ansible's away as well, which otherwise come as " +
      "they are, into pipes too; always has them in tables without a terminal, whatever NO_COLOR " +
      "says; files in artifacts/ keep theirs",
  },
  {
    key: "terminalSize",
    long: "terminal-size",
    kind: "text",
    value: "SIZE",
    default: "24x80",
    commands: ANEW,
    origin: "ours",
    doc: "size of Ansible's terminal, by which it wraps: ROWSxCOLUMNS, or auto: that of this " +
      "terminal, where standard output is one",
  },
  {
    key: "omitEventData",
    long: "omit-event-data",
    kind: "flag",
    commands: JOB,
    doc: "leave event_data empty in every event",
  },
  {
    key: "onlyFailedEventData",
    long: "only-failed-event-data",
    kind: "flag",
    commands: JOB,
    doc: "leave event_data empty in all events but failures",
  },
  ...EMITTER_FLAGS,
  {
    key: "debug",
    long: "debug",
    kind: "flag",
    commands: [...DIR, "retry", "diff", "prune", ...REMOTE, "doctor"],
    doc: "debug log on stderr and in the log file",
  },
  {
    key: "errorFormat",
    long: "error-format",
    kind: "text",
    value: "FORMAT",
    choices: ["text", "json"],
    default: "text",
    origin: "ours",
    commands: [...DIR, "retry", "diff", "prune", ...REMOTE, "doctor"],
    doc:
      "errors of the runner itself (never Ansible's) on stderr as text, or as a JSON object a line",
  },
  {
    key: "logfile",
    long: "logfile",
    kind: "path",
    value: "FILE",
    commands: [...DIR, "retry", "diff", "prune", ...REMOTE],
    doc: "write log messages to this file",
  },
]);
