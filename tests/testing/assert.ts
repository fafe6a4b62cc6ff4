/**
 * The assertions our tests use, on top of Deno's built-in `node:assert`.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";

/** Fails unless the value is truthy. */
export function assert(value: unknown, message?: string): asserts value {
  if (!value) {
    throw new nodeAssert.AssertionError({
      message: message ?? `expected truthy, got ${Deno.inspect(value)}`,
    });
  }
}

/** Fails unless both are deeply equal. */
export function assertEquals(actual: unknown, expected: unknown, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Fails unless the text matches. */
export function assertMatch(text: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(text)) {
    throw new nodeAssert.AssertionError({
      message: message ?? `expected ${pattern} in ${Deno.inspect(text)}`,
    });
  }
}

/** Fails unless the text contains the part. */
export function assertStringIncludes(text: string, part: string, message?: string): void {
  if (!text.includes(part)) {
    throw new nodeAssert.AssertionError({
      message: message ?? `expected ${Deno.inspect(part)} in ${Deno.inspect(text)}`,
    });
  }
}

/** Fails unless the call throws; returns the error. */
export function assertThrows(call: () => unknown, includes = ""): Error {
  let caught: unknown;
  try {
    call();
  } catch (error) {
    caught = error;
  }
  return checkError(caught, includes);
}

/** Fails unless the promise rejects; returns the error. */
export async function assertRejects(call: () => Promise<unknown>, includes = ""): Promise<Error> {
  let caught: unknown;
  try {
    await call();
  } catch (error) {
    caught = error;
  }
  return checkError(caught, includes);
}

function checkError(caught: unknown, includes: string): Error {
  // Made when it is needed: to show an error takes longer than most tests.
  if (!(caught instanceof Error)) assert(false, `expected an Error, got ${Deno.inspect(caught)}`);
  assertStringIncludes(caught.message, includes);
  return caught;
}
