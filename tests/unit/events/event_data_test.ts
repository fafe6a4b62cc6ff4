import { assertEquals } from "../../testing/assert.ts";
import { EventRecord } from "../../../src/events/event_json.ts";
import type { JobEvent } from "../../../src/events/status_event.ts";

/** What the plugin writes for a host's start in a module run. */
const START = {
  event: "runner_on_start",
  ad_hoc_command_id: 1,
  pid: 12,
  created: "2026-01-01T00:00:00.000000",
  parent_uuid: "t",
  event_data: {
    playbook: "__adhoc_playbook__",
    playbook_uuid: "p",
    task: "setup",
    task_uuid: "t",
    task_action: "setup",
    resolved_action: null,
    task_args: "",
    task_path: "",
    host: "h",
    uuid: "u",
  },
} as const;

Deno.test("a host event of a module run has its type, without a play", () => {
  const json = new TextEncoder().encode(JSON.stringify(START));
  const body = { key: "1.1", uuid: "u", json };
  const event = new EventRecord({ counter: 1, stdout: "", startLine: 0, endLine: 0, body }, {
    ident: "i",
    zone: "",
  })
    .parsed();
  // The type check of this file is the test of the type.
  const expected: JobEvent = {
    uuid: "u",
    counter: 1,
    stdout: "",
    start_line: 0,
    end_line: 0,
    runner_ident: "i",
    ...START,
  };
  assertEquals(event, expected);
  assertEquals(expected.event_data.play?.length, undefined);
});
