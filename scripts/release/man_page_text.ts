/**
 * Turns the tables of commands and flags, version and date into the man page of a release.
 *
 * @module
 */
import { renderManPage } from "../../src/cli/docs/man_page.ts";
import { VERSION } from "../../src/version.ts";
import { commitDate } from "./commit.ts";

/**
 * Renders the man page of the checkout.
 *
 * @param root directory of the sources
 * @returns roff source, dated as the commit
 */
export function manPage(root: string): string {
  return renderManPage({ version: VERSION, date: commitDate(root) });
}
