/**
 * The rows of the table of flags for commands about runs that were made: which runs, which events.
 *
 * @module
 */
import { inGroup } from "./grouped.ts";

/** Flags that choose among runs and events. */
export const PAST_RUN_FLAGS = inGroup({ group: "Past runs", commands: ["status"] }, [
  {
    key: "last",
    long: "last",
    kind: "int",
    value: "N",
    origin: "ours",
    doc: "only the N newest runs",
  },
  {
    key: "failed",
    long: "failed",
    kind: "flag",
    commands: ["status", "events"],
    origin: "ours",
    doc: "only what failed: runs that failed, timed out or were canceled",
  },
  {
    key: "running",
    long: "running",
    kind: "flag",
    origin: "ours",
    doc: "only runs that go on",
  },
  {
    key: "since",
    long: "since",
    kind: "text",
    value: "TIME",
    origin: "ours",
    doc: "only runs since then: 30m, 2h, 7d, or a date such as 2026-01-31",
  },
  {
    key: "host",
    long: "host",
    kind: "text",
    value: "HOST",
    commands: ["status", "events"],
    origin: "ours",
    doc: "only what has to do with this host",
  },
  {
    key: "task",
    long: "task",
    kind: "text",
    value: "NAME",
    commands: ["events"],
    origin: "ours",
    doc: "only events of tasks whose name has this in it",
  },
  {
    key: "event",
    long: "event",
    kind: "text",
    value: "N",
    commands: ["events"],
    origin: "ours",
    doc: "only the event with this counter, or events of this name",
  },
  {
    key: "sinceCounter",
    long: "since-counter",
    kind: "int",
    value: "N",
    commands: ["events"],
    origin: "ours",
    doc: "only events after the one with this counter",
  },
  {
    key: "retryIdent",
    short: "i",
    kind: "text",
    value: "IDENT",
    default: "the latest run",
    commands: ["retry"],
    origin: "ours",
    doc: "the run that is repeated",
  },
  {
    key: "newIdent",
    long: "ident",
    kind: "text",
    value: "NEW",
    default: "a random UUID",
    commands: ["retry"],
    origin: "ours",
    doc: "name of the new run",
  },
  {
    key: "trustArtifacts",
    long: "trust-artifacts",
    kind: "flag",
    commands: ["retry"],
    origin: "ours",
    doc:
      "repeat what the artifacts say where there is no other record; its job could have written them",
  },
  {
    key: "waitTimeout",
    long: "timeout",
    kind: "number",
    value: "SECONDS",
    commands: ["wait"],
    origin: "ours",
    doc: "wait no longer than this",
  },
]);
