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

/** What a program reads of a result; the type check of this file is the test of the types. */
function summaryOf(event: JobEvent): string {
  switch (event.event) {
    case "runner_on_ok":
    case "runner_on_failed":
    case "runner_item_on_ok":
    case "runner_item_on_failed": {
      const { res } = event.event_data;
      const changed: boolean | undefined = res.changed;
      const rc: number | undefined = res.rc;
      const lines: readonly string[] = [...res.stdout_lines ?? [], ...res.stderr_lines ?? []];
      const texts: readonly (string | undefined)[] = [res.stdout, res.stderr];
      const own: unknown = res["ansible_facts"];
      return JSON.stringify([changed, res.failed, res.skipped, rc, res.msg, lines, texts, own]);
    }
    default:
      // @ts-expect-error: other events have no result.
      return String(event.event_data.res);
  }
}

Deno.test("a result has the fields of every module with their types, and its own", () => {
  const res = { changed: true, rc: 3, msg: "no", stdout: "a\nb", stdout_lines: ["a", "b"], own: 1 };
  const event = { ...START, event: "runner_on_failed", event_data: { ...START.event_data, res } };
  assertEquals(
    summaryOf(event as unknown as JobEvent),
    '[true,null,null,3,"no",["a","b"],["a\\nb",null],null]',
  );
});
