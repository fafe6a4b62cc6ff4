import type { EmitterMessage } from "../../../../src/emitters/emitter.ts";
import { acceptsOf } from "../../../../src/emitters/http/message_filter.ts";
import { assertEquals } from "../../../testing/assert.ts";

function event(name: string, host?: string): EmitterMessage {
  const json = JSON.stringify({ event: name, event_data: host === undefined ? {} : { host } });
  return { kind: "event", json, id: "a/1" };
}

const STATUS: EmitterMessage = { kind: "status", json: "{}", id: "a/running" };

const MESSAGES = [
  STATUS,
  event("playbook_on_stats"),
  event("runner_on_ok", "web"),
  event("runner_on_failed", "web"),
  event("runner_on_ok", "db"),
];

Deno.test("acceptsOf lets through what is named: events, hosts, failures, status", () => {
  assertEquals(acceptsOf({}), undefined);
  const taken = (filter: Parameters<typeof acceptsOf>[0]): number[] =>
    MESSAGES.flatMap((message, at) => acceptsOf(filter)?.(message) === true ? [at] : []);
  assertEquals(taken({ hosts: ["web"] }), [0, 1, 2, 3], "events of no host are for all");
  assertEquals(taken({ hosts: [] }), [0, 1]);
  assertEquals(taken({ events: ["runner_on_ok"] }), [0, 2, 4]);
  assertEquals(taken({ events: ["runner_on_ok"], hosts: ["db"] }), [0, 4]);
  assertEquals(taken({ only: "failures" }), [0, 1, 3]);
  assertEquals(taken({ only: "status" }), [0]);
});

Deno.test("acceptsOf refuses by the name without parsing", () => {
  const accepts = acceptsOf({ events: ["runner_on_ok"] });
  const cut = '{"event": "verbose", "stdout": ';
  assertEquals(accepts?.({ kind: "event", id: "a/1", json: cut }), false);
});
