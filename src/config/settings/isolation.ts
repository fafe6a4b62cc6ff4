/**
 * The rows of the table of settings for isolation, containers and profiling.
 *
 * @module
 */
import type { SettingRow } from "./setting.ts";

/** Settings for isolation, containers and profiling. */
export const ISOLATION_SETTINGS: readonly SettingRow[] = [
  {
    key: "process_isolation",
    type: "boolean",
    default: "false",
    isOption: true,
    doc: "run under bwrap or a container engine",
  },
  {
    key: "process_isolation_executable",
    type: "text",
    default: "bwrap",
    isOption: true,
    doc:
      "program that isolates: bwrap or the like, podman, docker (podman when a container is asked for)",
  },
  {
    key: "process_isolation_path",
    type: "text",
    isPath: true,
    default: "/tmp",
    isOption: true,
    doc: "where staging directories are made",
  },
  {
    key: "process_isolation_hide_paths",
    type: "paths",
    default: "none",
    isOption: true,
    doc: "hidden from the run",
  },
  {
    key: "process_isolation_show_paths",
    type: "paths",
    default: "none",
    isOption: true,
    doc: "shown to the run, read-write",
  },
  {
    key: "process_isolation_ro_paths",
    type: "paths",
    default: "none",
    isOption: true,
    doc: "shown to the run, read-only",
  },
  {
    key: "process_isolation_root",
    type: ["host", "minimal"],
    default: "host",
    origin: "ours",
    doc: "what bwrap starts from: the whole host, or only its programs and /etc, as 2.x does",
  },
  {
    key: "process_isolation_caps",
    type: "list",
    default: "none",
    origin: "ours",
    doc:
      "capabilities that root keeps under bwrap besides those that users, packages, services and files " +
      "need, such as `net_admin`; `all`, or `none` before the only ones",
  },
  {
    key: "process_isolation_ro_inputs",
    type: "boolean",
    default: "false",
    origin: "ours",
    doc:
      "an isolated run can write nothing of the private data directory but its artifact directory",
  },
  {
    key: "directory_isolation_base_path",
    type: "text",
    isPath: true,
    default: "none",
    origin: "2",
    isOption: true,
    doc: "run in a copy of the project, made below this directory",
  },
  {
    key: "directory_isolation_cleanup",
    type: "boolean",
    default: "true",
    origin: "2",
    doc: "remove that copy afterwards",
  },
  {
    key: "container_image",
    type: "text",
    default: "none",
    origin: "2",
    isOption: true,
    doc: "image to run in",
  },
  {
    key: "container_volume_mounts",
    type: "list",
    default: "none",
    origin: "2",
    isOption: true,
    doc: "more mounts, `source:target[:labels]`",
  },
  {
    key: "container_options",
    type: "list",
    default: "none",
    origin: "2",
    isOption: true,
    doc: "more options for the engine",
  },
  {
    key: "container_auth_data",
    type: "registry",
    default: "none",
    origin: "2",
    isOption: true,
    doc: "credentials of the image's registry",
  },
  {
    key: "resource_profiling",
    type: "boolean",
    default: "false",
    origin: "1.4",
    isOption: true,
    doc: "measure cpu, memory and processes per task",
  },
  {
    key: "resource_profiling_base_cgroup",
    type: "text",
    default: "ansible-runner",
    origin: "1.4",
    isOption: true,
    doc: "cgroup below which the run's own is made",
  },
  {
    key: "resource_profiling_cpu_poll_interval",
    type: "seconds",
    default: "0.25",
    origin: "1.4",
    isOption: true,
    doc: "time between two looks at the cpu",
  },
  {
    key: "resource_profiling_memory_poll_interval",
    type: "seconds",
    default: "0.25",
    origin: "1.4",
    isOption: true,
    doc: "time between two looks at the memory",
  },
  {
    key: "resource_profiling_pid_poll_interval",
    type: "seconds",
    default: "0.25",
    origin: "1.4",
    isOption: true,
    doc: "time between two looks at the number of processes",
  },
  {
    key: "resource_profiling_results_dir",
    type: "text",
    isPath: true,
    default: "profiling_data",
    origin: "1.4",
    isOption: true,
    doc: "where the results go; by default in the private data directory",
  },
];
