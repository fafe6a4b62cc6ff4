/**
 * Refuses arguments that Deno changed because they are not UTF-8.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import { splitAtNul } from "../../internal/bytes.ts";

/**
 * Refuses arguments that did not arrive as they were typed.
 *
 * @param args what Deno made of them
 * @throws {UsageError} when one is not UTF-8
 */
export function refuseOddArguments(args: readonly string[]): void {
  // What is not UTF-8 arrives as U+FFFD, which somebody may also have typed.
  if (!args.some((arg) => arg.includes("\ufffd"))) return;
  const typed = splitAtNul(Deno.readFileSync("/proc/self/cmdline")).slice(-args.length);
  for (const [index, bytes] of typed.entries()) {
    if (isUtf8(bytes)) continue;
    throw new UsageError(
      `Cannot read argument ${index + 1}: expected UTF-8, got "${printable(bytes)}"`,
    );
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function printable(bytes: Uint8Array): string {
  return Array.from(
    bytes.subarray(0, 60),
    (byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}
