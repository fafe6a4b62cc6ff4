/**
 * The command line of ansible-runner, from a checkout.
 *
 * @module
 */
import { main } from "./src/cli/main.ts";
import type { LoadPart } from "./src/cli/parts.ts";

/** Parts have names that Deno does not see: it would read the files of all for each of them. */
const PLACE = "./src/cli/";

function load(name: string): Promise<unknown> {
  return import(`${PLACE}${name}.ts`);
}

if (import.meta.main) Deno.exit(await main(Deno.args, load as LoadPart));
