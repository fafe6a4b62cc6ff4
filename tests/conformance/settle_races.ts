/**
 * Turns the events of a case whose worker processes print by themselves into one fixed order.
 *
 * A worker announces a message with an empty event of its own, while the main process prints the
 * text of that message: which of the two comes first is a race inside Ansible, with the original
 * as with us. Only neighbouring `verbose` events are put in order: the empty ones first.
 *
 * @module
 */
import { type JsonTree, memberOf, textOf } from "./json_tree.ts";
import type { EventFile } from "./normalize.ts";

/**
 * Orders every run of neighbouring verbose events and numbers counters and lines anew.
 *
 * @param events the events in order of their counters
 * @returns the same events, in the fixed order
 */
export function settleRaces(events: readonly EventFile[]): EventFile[] {
  const settled: EventFile[] = [];
  let at = 0;
  while (at < events.length) {
    let end = at;
    while (textOf(events[end]?.body, "event") === "verbose") end++;
    settled.push(...settleRun(events.slice(at, end), at + 1));
    const other = events[end];
    if (other !== undefined) settled.push(other);
    at = end + 1;
  }
  return settled;
}

function settleRun(run: readonly EventFile[], firstCounter: number): EventFile[] {
  const empty = run.filter(({ body }) => textOf(body, "stdout") === "");
  const shown = run.filter(({ body }) => textOf(body, "stdout") !== "");
  return numberAnew([...empty, ...shown], firstCounter, numberOf(run[0]?.body, "start_line"));
}

/**
 * Gives events new counters and line numbers, as if they had come in this order.
 *
 * @param events the events
 * @param firstCounter counter of the first
 * @param firstLine line of the first
 * @returns the same events, numbered
 */
export function numberAnew(
  events: readonly EventFile[],
  firstCounter = 1,
  firstLine = 0,
): EventFile[] {
  let line = firstLine;
  return events.map((event, index) => {
    const start = line;
    line += numberOf(event.body, "end_line") - numberOf(event.body, "start_line");
    const counter = firstCounter + index;
    return {
      ...event,
      name: event.name.replace(/\d+/, String(counter)),
      body: withNumbers(event.body, { counter, start_line: start, end_line: line }),
    };
  });
}

function numberOf(body: JsonTree | undefined, key: string): number {
  const member = memberOf(body, key);
  return member?.kind === "literal" ? Number(member.text) : NaN;
}

function withNumbers(body: JsonTree, numbers: Record<string, number>): JsonTree {
  if (body.kind !== "object") return body;
  const members = body.members.map(([key, value]): [string, JsonTree] => {
    const number = numbers[key];
    return [key, number === undefined ? value : { kind: "literal", text: String(number) }];
  });
  return { kind: "object", members };
}
