/**
 * The words that people look for, about a line that is no JSON.
 *
 * @module
 */
import { messageOf } from "../errors.ts";

/** Contract: so much of it is shown, in bytes. */
const MAX_SHOWN = 1000;

/** Says what is wrong with a line. Contract: the words up to "Error:". */
export function describeBrokenLine(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_SHOWN));
  return "Failed to JSON parse a line from worker stream. " +
    `Error: ${jsonErrorOf(text)} Line with invalid JSON data: ` +
    pythonBytes(bytes.subarray(0, MAX_SHOWN));
}

function jsonErrorOf(text: string): string {
  try {
    JSON.parse(text);
    return "it is cut";
  } catch (error) {
    return messageOf(error);
  }
}

/** Bytes as Python shows them. */
function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const shown = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    const escaped = SHORT[char];
    if (escaped !== undefined) return escaped;
    if (char === quote) return `\\${char}`;
    return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : char;
  });
  return `b${quote}${shown.join("")}${quote}`;
}

const SHORT: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
};
