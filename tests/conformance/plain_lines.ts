/**
 * Turns events into the `stdout` file and console output that belong to them.
 *
 * @module
 */
import { formatJsonTree, memberOf, textOf } from "./json_tree.ts";
import type { EventFile } from "./normalize.ts";

/**
 * Builds the text from the events: each event's with a line feed, plain lines with the line end of
 * the terminal that they came with.
 *
 * @param events the events in order
 * @returns the text
 */
export function plainLines(events: readonly EventFile[]): string {
  return events.map(({ body }) => {
    const text = textOf(body, "stdout") ?? "";
    const plain = memberOf(body, "event_data") === undefined;
    if (!plain) return text === "" ? "" : `${text}\n`;
    const [start, end] = ["start_line", "end_line"].map((key) => memberOf(body, key));
    const unfinished = start?.kind === "literal" && end?.kind === "literal" &&
      start.text === end.text;
    return unfinished ? text : `${text}\r\n`;
  }).join("");
}

/**
 * Builds the text of `-j` from the events: each event as a line of JSON.
 *
 * @param events the events in order
 * @returns the text
 */
export function jsonLines(events: readonly EventFile[]): string {
  return events.map(({ body }) => `${formatJsonTree(body)}\n`).join("");
}
