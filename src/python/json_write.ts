/**
 * Writes JSON with the separators and escapes of Python's `json.dumps`.
 *
 * @module
 */

/**
 * Quotes a text as a JSON string in ASCII.
 *
 * @param text any text, lone surrogates included
 * @returns the quoted text, as Python's `json.dumps` writes it
 */
export function quoteAscii(text: string): string {
  const quoted = JSON.stringify(text);
  // Everything outside printable ASCII that JSON.stringify leaves alone.
  if (!/[\x7f-\uffff]/.test(quoted)) return quoted;
  return quoted.replace(
    /[\x7f-\uffff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * Writes a plain value as JSON with `, ` and `: ` between its parts, text left as UTF-8.
 *
 * @param value null, boolean, number, text, list or mapping; undefined members are left out
 */
export function pythonJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && !("toJSON" in value)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
