/**
 * Any character for random tests.
 *
 * @module
 */
import fc from "fast-check";

/** Any character, halves of some too. fast-check's own unit for that takes a second to be made. */
export function anyCharacter(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
}
