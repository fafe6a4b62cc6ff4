/**
 * JSON that a terminal shows as it is.
 *
 * @module
 */

/** What JSON leaves as it is, though a terminal obeys it or does not show it. */
const UNSEEN =
  /[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Renders a value in one line. */
export function jsonLine(value: unknown): string {
  return jsonSeen(JSON.stringify(value));
}

/** Escapes what cannot be seen in JSON text. */
export function jsonSeen(text: string): string {
  return text.replace(
    UNSEEN,
    (character) =>
      Array.from(
        { length: character.length },
        (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}
