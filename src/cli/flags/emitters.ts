/**
 * The flags about events that go to other systems.
 *
 * @module
 */
import type { CommandName } from "./flag.ts";
import { inGroup } from "./grouped.ts";

/** Commands that tell of a run as it goes on. */
const TOLD: readonly CommandName[] = ["run", "start", "process"];

/** Flags of runs, and of what is sent afterwards. */
export const EMITTER_FLAGS = inGroup({ group: "Output", commands: ["run", "start"] }, [
  {
    key: "emitter",
    long: "emitter",
    kind: "text",
    value: "NAME",
    commands: ["deliver"],
    origin: "ours",
    doc: "only what this receiver has not got: http, or its name in runner_http_receivers",
  },
  {
    key: "watch",
    long: "watch",
    kind: "flag",
    commands: ["deliver"],
    origin: "ours",
    doc: "go on until INT or TERM: look again every 2 s",
  },
  {
    key: "plugins",
    long: "plugin",
    kind: "text",
    value: "CMD",
    repeatable: true,
    commands: TOLD,
    origin: "ours",
    doc:
      "program that reads events and status as JSON lines, besides those of runner_plugins; repeatable",
  },
  {
    key: "metricsFile",
    long: "metrics-file",
    kind: "path",
    value: "FILE",
    commands: TOLD,
    origin: "ours",
    doc: "keep the run's metrics in this file, in Prometheus' text format",
  },
  {
    key: "syslog",
    long: "syslog",
    kind: "flag",
    commands: TOLD,
    origin: "ours",
    doc: "tell the local syslog or journal of start, failures and end",
  },
  {
    key: "syslogServer",
    long: "syslog-server",
    kind: "text",
    value: "HOST[:PORT]",
    commands: TOLD,
    origin: "ours",
    doc: "tell this syslog server of them, by UDP",
  },
  {
    key: "onFailure",
    long: "on-failure",
    kind: "text",
    value: "CMD",
    origin: "ours",
    doc: "program to run after a run that was not successful; it reads a summary as JSON",
  },
  {
    key: "onEnd",
    long: "on-end",
    kind: "text",
    value: "CMD",
    origin: "ours",
    doc: "program to run after each run; it reads a summary as JSON",
  },
]);
