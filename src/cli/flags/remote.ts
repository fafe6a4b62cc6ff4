/**
 * The rows of the table of flags for remote jobs, and for what they leave behind.
 *
 * @module
 */
import { inGroup } from "./grouped.ts";

const JOBS = inGroup({ group: "Remote jobs", commands: ["worker"] }, [
  {
    key: "nodes",
    long: "node",
    kind: "text",
    value: "NODE[,NODE...]",
    repeatable: true,
    commands: ["run"],
    origin: "ours",
    doc: "run on these nodes of a Receptor mesh, or on ssh://[user@]host[:port], one run on each",
  },
  {
    key: "receptorSocket",
    long: "receptor-socket",
    kind: "path",
    value: "SOCKET",
    default: "/run/receptor/receptor.sock",
    env: "RECEPTORCTL_SOCKET",
    commands: ["run"],
    origin: "ours",
    doc: "control socket of a Receptor node, for --node",
  },
  {
    key: "receptorSign",
    long: "receptor-sign",
    kind: "flag",
    commands: ["run"],
    origin: "ours",
    doc: "have Receptor sign the work, for nodes that want it",
  },
  {
    key: "onlyTransmitKwargs",
    long: "only-transmit-kwargs",
    kind: "flag",
    commands: ["transmit"],
    origin: "ours",
    doc: "send no files: the worker has the same private data directory",
  },
  {
    key: "workerDir",
    long: "private-data-dir",
    kind: "path",
    value: "DIR",
    default: "a new one, removed at the end",
    origin: "2",
    doc: "where the job is unpacked and run",
  },
  {
    key: "isDeleted",
    long: "delete",
    kind: "flag",
    origin: "2",
    doc: "remove all that is in the private data directory, before and after the job",
  },
  {
    key: "keepaliveSeconds",
    long: "keepalive-seconds",
    kind: "int",
    value: "N",
    default: "0, never",
    env: "ANSIBLE_RUNNER_KEEPALIVE_SECONDS",
    origin: "2",
    doc: "send a line when nothing was sent for so long",
  },
  {
    key: "workerInfo",
    long: "worker-info",
    kind: "flag",
    origin: "2",
    doc: "print what this machine has, as YAML, and run nothing",
  },
  {
    key: "isExitCode",
    long: "exit-code",
    kind: "flag",
    commands: ["process"],
    origin: "ours",
    doc: "exit with the code of the job",
  },
]);

const CLEANUP = inGroup({ group: "Cleanup", commands: ["worker"] }, [
  {
    key: "filePattern",
    long: "file-pattern",
    kind: "text",
    value: "PATTERN",
    origin: "2",
    doc: "remove the directories that match, but those of live runs",
  },
  {
    key: "excludeStrings",
    long: "exclude-strings",
    kind: "list",
    value: "TEXT",
    repeatable: true,
    origin: "2",
    doc: "keep directories with one of these in their path",
  },
  {
    key: "gracePeriodMinutes",
    long: "grace-period",
    kind: "int",
    value: "MINUTES",
    default: "60",
    origin: "2",
    doc: "keep younger directories",
  },
  {
    key: "removeImages",
    long: "remove-images",
    kind: "list",
    value: "IMAGE",
    repeatable: true,
    origin: "2",
    doc: "remove these images",
  },
  {
    key: "imagePrune",
    long: "image-prune",
    kind: "flag",
    origin: "2",
    doc: "remove images that nothing uses",
  },
]);

/** Flags for remote jobs. */
export const REMOTE_FLAGS = [...JOBS, ...CLEANUP] as const;
