/**
 * The command line of ansible-runner, from a checkout.
 *
 * @module
 */
import { main } from "./src/cli/main.ts";
import type { LoadPart } from "./src/cli/parts.ts";

/** Parts have names that Deno does not see: it would read the files of all for each of them. */
const PLACE = "./src/cli/";

/** What Deno does not see it lets nobody read who may not read; its error says so by its text alone. */
async function load(name: string): Promise<unknown> {
  try {
    return await import(`${PLACE}${name}.ts`);
  } catch (error) {
    if (!(error instanceof TypeError && error.message.startsWith("Requires "))) throw error;
    throw new Deno.errors.NotCapable(error.message, { cause: error });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args, load as LoadPart));
