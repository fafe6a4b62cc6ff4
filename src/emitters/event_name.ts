/**
 * The name of an event, found in its JSON without parsing it.
 *
 * @module
 */

/** The plugin writes the name first; a quotation mark inside of a text has a backslash. */
const EVENT_NAME = /(?<!\\)"event": "(\w+)"/;

/** Name of an event, or undefined where its JSON has none. */
export function eventNameOf(json: string): string | undefined {
  return EVENT_NAME.exec(json)?.[1];
}
