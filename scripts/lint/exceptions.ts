/**
 * Functions that take three parameters all the same: the list only gets shorter.
 *
 * @module
 */

/** By the path of their module. */
export const THREE_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  // The signature is the language's: a reviver of JSON.parse.
  "src/python/json_read.ts": ["exactNumber"],
  // On the hot path: an object per call would cost.
  "src/events/spool/body_check.ts": ["hasAt"],
  "src/events/pairing.ts": ["#emit"],
  "src/events/spool/spool.ts": ["#refuse"],
  "src/events/tokenizer.ts": ["#marker", "#text"],
};
