/**
 * Prints the man page: `deno task man > ansible-runner.1`.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people
import { manPage } from "./release/man_page_text.ts";

console.log(manPage(`${import.meta.dirname}/..`).trimEnd());
