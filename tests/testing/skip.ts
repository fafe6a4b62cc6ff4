/**
 * Registers tests that need something a machine may lack: they say `SKIP name: reason`.
 *
 * @module
 */

/**
 * Registers a test, or prints why it is skipped.
 *
 * @param name the test's title
 * @param reason why it cannot run here, or undefined when it can
 * @param run the test, or its definition less name
 */
export function testOrSkip(
  name: string,
  reason: string | undefined,
  run: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (reason === undefined) {
    Deno.test(name, run);
    return;
  }
  // deno-lint-ignore no-console -- a skipped test must say so
  console.log(`SKIP ${name}: ${reason}`);
  Deno.test({ name, ignore: true, fn: run });
}
