/**
 * The table of all commands: parser, help, completions and reference
 * read it.
 *
 * @module
 */
import type { Command, CommandName, ShellName } from "./flag.ts";

const RUN_EXIT_CODES: Command["exitCodes"] = [
  ["0", "successful"],
  ["1, 2, 4, 250 ...", "Ansible's own: 1 error, 2 failed hosts, 4 unreachable hosts"],
  ["1", "could not be run (reason on stderr)"],
  ["2", "bad usage"],
  ["127", "program not found"],
  ["128+N", "died of signal N"],
  [
    "254",
    "ended before its time: canceled, timed out, a prompt without answer, or artifacts not written",
  ],
];

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "run",
    operand: "PRIVATE_DATA_DIR",
    doc: "run Ansible in the foreground",
    exitCodes: RUN_EXIT_CODES,
  },
  {
    name: "start",
    operand: "PRIVATE_DATA_DIR",
    doc: "run Ansible in the background",
    exitCodes: [["0", "started"], ["1", "could not be started"], ["2", "bad usage"]],
  },
  {
    name: "stop",
    operand: "PRIVATE_DATA_DIR",
    doc: "stop a background run and all its processes",
    exitCodes: [["0", "stopped"], ["1", "nothing was running"], ["2", "bad usage"]],
    ignoresRunFlags: true,
  },
  {
    name: "is-alive",
    operand: "PRIVATE_DATA_DIR",
    doc: "report by the exit code whether a background run is alive",
    exitCodes: [["0", "alive"], ["1", "not alive"], ["2", "bad usage"]],
    ignoresRunFlags: true,
  },
  {
    name: "status",
    operand: "PRIVATE_DATA_DIR",
    doc: "list the runs: status, exit code, time, hosts, and what failed",
    exitCodes: [["0", "listed"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "logs",
    operand: "PRIVATE_DATA_DIR",
    doc: "print the output of a run so far",
    exitCodes: [["0", "printed"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "wait",
    operand: "PRIVATE_DATA_DIR",
    doc: "wait until a run has ended",
    exitCodes: [
      ["0", "the run was successful"],
      ["the rc of the run", "it was not; why is on stderr"],
      ["1", "no such run"],
      ["2", "bad usage"],
      ["124", "not ended after --timeout"],
    ],
  },
  {
    name: "show",
    operand: "PRIVATE_DATA_DIR",
    doc: "tell what came of a run: hosts, failures, slow tasks, warnings",
    exitCodes: [["0", "told"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "events",
    operand: "PRIVATE_DATA_DIR",
    doc: "print the events of a run as JSON lines",
    exitCodes: [["0", "printed"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "retry",
    operand: "PRIVATE_DATA_DIR",
    doc: "run a run again, for the hosts that failed or could not be reached",
    exitCodes: [
      ["0", "the new run was successful"],
      ["the rc of the new run", "it was not"],
      ["1", "cannot be repeated (reason on stderr)"],
      ["2", "bad usage"],
    ],
  },
  {
    name: "report",
    operand: "PRIVATE_DATA_DIR",
    doc: "write what came of runs as HTML, JUnit XML, Markdown or annotations",
    exitCodes: [["0", "written"], ["1", "no such run, or not written"], ["2", "bad usage"]],
    takesIdents: true,
  },
  {
    name: "deliver",
    operand: "PRIVATE_DATA_DIR",
    doc: "send what HTTP receivers have not got of ended runs, in order",
    exitCodes: [["0", "nothing is left"], ["1", "something is left"], ["2", "bad usage"]],
  },
  {
    name: "transmit",
    operand: "PRIVATE_DATA_DIR",
    doc: "send a job to a worker: options and private data directory, on standard output",
    exitCodes: [["0", "sent"], ["1", "could not be sent"], ["2", "bad usage"]],
  },
  {
    name: "worker",
    action: "cleanup",
    doc: "run a job from standard input and send back what comes of it",
    exitCodes: [
      ["0", "successful, or what came was no job (the sender is told)"],
      ["1, 2, 4 ...", "of the job, as with run; 1: it could not be run"],
      ["254", "canceled or timed out"],
    ],
  },
  {
    name: "process",
    operand: "PRIVATE_DATA_DIR",
    doc: "turn what a worker sends on standard input into events and artifacts",
    exitCodes: [
      ["0", "processed, whatever became of the job"],
      ["1", "the stream is broken, or the worker could not run the job"],
      ["2", "bad usage"],
    ],
  },
  {
    name: "diff",
    operand: "PRIVATE_DATA_DIR",
    words: ["A", "B"],
    doc: "tell what is different between two runs",
    exitCodes: [["0", "told"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "replay",
    operand: "PRIVATE_DATA_DIR",
    doc: "print the output of a run at its own pace",
    exitCodes: [["0", "printed"], ["1", "no such run"], ["2", "bad usage"]],
  },
  {
    name: "prune",
    operand: "PRIVATE_DATA_DIR",
    doc: "remove the artifacts of ended runs",
    exitCodes: [["0", "removed"], ["1", "one could not be removed"], ["2", "bad usage"]],
  },
  {
    name: "profile",
    operand: "PRIVATE_DATA_DIR",
    doc: "tell what the tasks of a profiled run took",
    exitCodes: [["0", "told"], ["1", "no such run, or not profiled"], ["2", "bad usage"]],
  },
  {
    name: "doctor",
    doc: "check what this host has for runs and what is missing",
    exitCodes: [["0", "a plain run works"], ["1", "a plain run cannot work"], ["2", "bad usage"]],
  },
  {
    name: "completions",
    operand: "SHELL",
    doc: "print a completion script for bash, zsh or fish",
    exitCodes: [["0", "printed"], ["2", "bad usage"]],
  },
];

/** Shells for which completions are made. */
export const SHELLS: readonly ShellName[] = ["bash", "zsh", "fish"];

/**
 * Finds a command by its name.
 *
 * @returns its row, or undefined
 */
export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** Finds the row of a known command. */
export function commandOf(name: CommandName): Command {
  const command = findCommand(name);
  if (command === undefined) throw new RangeError(`Cannot find command "${name}"`);
  return command;
}

/** A command as it is typed, with what follows it. */
export function commandLabel({ name, operand, action, words = [] }: Command): string {
  if (action !== undefined) return `${name} [${action}]`;
  return operand === undefined ? name : [name, operand, ...words].join(" ");
}
