/**
 * Escapes texts of others, so that HTML shows them as they are.
 *
 * @module
 */
import { printable, printableBlock } from "../../internal/printable.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What `printable` leaves as it is: most texts are of this only. */
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** Escapes a name, for text and for attributes in quotes: it stays in one line. */
export function escapeLine(text: string): string {
  return escapeMarkup(printable(text));
}

/** Escapes a text of several lines; tabs stay. */
export function escapeBlock(text: string): string {
  if (PLAIN.test(text)) return escapeMarkup(text);
  return escapeMarkup(printableBlock(text));
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
