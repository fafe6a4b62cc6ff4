/**
 * The settings of a run: reader, types, options, merge and reference follow from this table
 * (`deno task readme` writes what is generated from it).
 *
 * @module
 */
import { ISOLATION_SETTINGS } from "./isolation.ts";
import { EMITTER_SETTINGS } from "./emitters.ts";
import type { SettingRow } from "./setting.ts";

/** All settings, in the order of the reference. */
export const SETTINGS: readonly SettingRow[] = [
  {
    key: "idle_timeout",
    type: "timeout",
    default: "none",
    doc: "end the run when nothing is printed for so long",
  },
  {
    key: "job_timeout",
    type: "timeout",
    default: "none",
    doc: "end the run when it takes longer",
  },
  {
    key: "pexpect_timeout",
    type: "seconds",
    default: "5",
    doc: "accepted, without effect: prompts are answered at once",
  },
  {
    key: "pexpect_use_poll",
    type: "boolean",
    default: "true",
    doc: "accepted, without effect",
  },
  {
    key: "subprocess_timeout",
    type: "timeout",
    default: "none",
    origin: "2",
    doc: "end a helper command (`runCommand` and the like) when it takes longer",
  },
  {
    key: "suppress_ansible_output",
    type: "boolean",
    default: "false",
    isOption: true,
    doc: "print nothing on the console, as `-q` does",
  },
  {
    key: "suppress_output_file",
    type: "boolean",
    default: "false",
    origin: "2",
    doc: "write no `stdout` and `stderr` files",
  },
  {
    key: "fact_cache",
    type: "text",
    default: "fact_cache",
    isOption: true,
    doc: "directory of the fact cache, below the artifact directory",
  },
  {
    key: "fact_cache_type",
    type: "text",
    default: "jsonfile",
    isOption: true,
    doc: "cache plugin; with another than jsonfile no cache variables are set",
  },
  ...ISOLATION_SETTINGS,
  ...EMITTER_SETTINGS,
  {
    key: "prompt_timeout",
    type: "seconds_or_off",
    default: "10",
    origin: "ours",
    doc: "end the run when a prompt stays without answer for so long",
  },
  {
    key: "grace_period",
    type: "seconds",
    default: "2",
    origin: "ours",
    doc: "time between TERM and KILL when a run is ended",
  },
  {
    key: "event_times",
    type: ["utc", "naive"],
    default: "utc",
    origin: "ours",
    doc: "times of events: with `+00:00`, as from 2.4 on, or without, as before; " +
      "RUNNER_EVENT_TIMES in the environment wins",
  },
  {
    key: "event_store",
    type: ["files", "jsonl"],
    default: "files",
    origin: "ours",
    doc: "one file per event, or one `events.jsonl`",
  },
  {
    key: "event_level",
    type: ["all", "no_verbose", "failures"],
    default: "all",
    origin: "ours",
    doc:
      "events that the artifacts keep: all, all but plain lines, or failures and the statistics; " +
      "handlers, emitters and the console get all",
  },
  {
    key: "artifacts_keep",
    type: "integer",
    default: "none",
    origin: "ours",
    doc: "at the start of a run, keep so many of the newest runs (the new one is one of them)",
  },
  {
    key: "artifacts_max_age",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "at the start of a run, remove runs that ended so long ago: `12h`, `30d`",
  },
  {
    key: "artifacts_max_size",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "at the start of a run, remove the oldest runs until all take no more: `500M`, `2G`",
  },
  {
    key: "tune_python",
    type: "boolean",
    default: "true",
    origin: "ours",
    doc: "let Python collect garbage less often in Ansible itself (not in containers): " +
      "less processor time, a little more memory",
  },
  {
    key: "max_event_res",
    type: "integer",
    default: "700000",
    origin: "ours",
    doc: "longest result of a task, in characters, that an event carries",
  },
  {
    key: "redact",
    type: "boolean",
    default: "true",
    origin: "ours",
    doc: "mask known secrets in all output",
  },
];
