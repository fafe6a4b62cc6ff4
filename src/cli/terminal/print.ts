/**
 * Turns text into bytes on standard output and standard error.
 *
 * @module
 */

/**
 * Prints a text to standard output; a reader that is gone is no error.
 *
 * @param text what to print; a newline is added when it lacks one
 */
export function print(text: string): void {
  writeText(Deno.stdout, text);
}

/**
 * Prints a text to standard error.
 *
 * @param text what to print; a newline is added when it lacks one
 */
export function printDiagnostic(text: string): void {
  writeText(Deno.stderr, text);
}

function writeText(target: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text.endsWith("\n") ? text : text + "\n");
  try {
    for (let at = 0; at < bytes.length;) at += target.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads it any more.
  }
}
