/**
 * The rows of the table of flags for isolation, profiling and containers.
 *
 * @module
 */
import { inGroup } from "./grouped.ts";
import type { CommandName } from "./flag.ts";

const RUN: readonly CommandName[] = ["run", "start", "retry"];

const PROCESS = inGroup({ group: "Process isolation", commands: RUN }, [
  {
    key: "processIsolation",
    long: "process-isolation",
    kind: "flag",
    doc: "run under bwrap, or in a container when one is asked for",
  },
  {
    key: "processIsolationExecutable",
    long: "process-isolation-executable",
    commands: [...RUN, "worker"],
    kind: "path",
    value: "PROGRAM",
    default: "podman with a container option, else bwrap",
    doc: "bwrap-like program, or podman or docker",
  },
  {
    key: "processIsolationPath",
    long: "process-isolation-path",
    kind: "path",
    value: "DIR",
    default: "/tmp",
    doc: "where staging directories are made",
  },
  {
    key: "processIsolationHidePaths",
    long: "process-isolation-hide-paths",
    kind: "list",
    value: "PATH",
    repeatable: true,
    doc: "paths hidden from the run",
  },
  {
    key: "processIsolationShowPaths",
    long: "process-isolation-show-paths",
    kind: "list",
    value: "PATH",
    repeatable: true,
    doc: "paths shown to the run, writable",
  },
  {
    key: "processIsolationRoPaths",
    long: "process-isolation-ro-paths",
    kind: "list",
    value: "PATH",
    repeatable: true,
    doc: "paths shown to the run, read-only",
  },
]);

const DIRECTORY = inGroup({ group: "Directory isolation", commands: RUN }, [
  {
    key: "directoryIsolationBasePath",
    long: "directory-isolation-base-path",
    kind: "path",
    value: "DIR",
    doc: "run in a copy of the project made in this directory",
  },
]);

const PROFILING = inGroup({ group: "Resource profiling", commands: RUN }, [
  {
    key: "resourceProfiling",
    long: "resource-profiling",
    kind: "flag",
    origin: "1.4",
    doc: "measure cpu, memory and processes of each task in a cgroup",
  },
  {
    key: "resourceProfilingBaseCgroup",
    long: "resource-profiling-base-cgroup",
    kind: "text",
    value: "CGROUP",
    default: "ansible-runner",
    origin: "1.4",
    doc: "cgroup below which the run gets its own",
  },
  {
    key: "resourceProfilingCpuPollInterval",
    long: "resource-profiling-cpu-poll-interval",
    kind: "number",
    value: "SECONDS",
    default: "0.25",
    origin: "1.4",
    doc: "time between two measures of cpu",
  },
  {
    key: "resourceProfilingMemoryPollInterval",
    long: "resource-profiling-memory-poll-interval",
    kind: "number",
    value: "SECONDS",
    default: "0.25",
    origin: "1.4",
    doc: "time between two measures of memory",
  },
  {
    key: "resourceProfilingPidPollInterval",
    long: "resource-profiling-pid-poll-interval",
    kind: "number",
    value: "SECONDS",
    default: "0.25",
    origin: "1.4",
    doc: "time between two counts of processes",
  },
  {
    key: "resourceProfilingResultsDir",
    long: "resource-profiling-results-dir",
    kind: "path",
    value: "DIR",
    default: "PRIVATE_DATA_DIR/profiling_data",
    commands: [...RUN, "report", "profile"],
    origin: "1.4",
    doc: "where the measures are written",
  },
]);

const CONTAINER = inGroup({ group: "Container", commands: [...RUN, "transmit"] }, [
  {
    key: "containerImage",
    long: "container-image",
    kind: "text",
    value: "IMAGE",
    origin: "2",
    doc: "image to run Ansible in",
  },
  {
    key: "containerVolumeMounts",
    long: "container-volume-mount",
    kind: "text",
    value: "SRC:DST[:LABELS]",
    repeatable: true,
    origin: "2",
    doc: "mount a directory into the container; repeatable",
  },
  {
    key: "containerOptions",
    long: "container-option",
    kind: "text",
    value: "OPTION",
    repeatable: true,
    origin: "2",
    doc: "option for the container engine; repeatable",
  },
]);

/** Flags for isolation, profiling and containers. */
export const ISOLATION_FLAGS = [...PROCESS, ...DIRECTORY, ...PROFILING, ...CONTAINER] as const;
