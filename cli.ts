/**
 * The command line of ansible-runner, from a checkout.
 *
 * @module
 */
import { main } from "./src/cli/main.ts";

/** A name that Deno does not see: it would read a hundred files more before each run. */
const OTHER_COMMANDS = "./src/cli/commands/other_commands.ts";

if (import.meta.main) Deno.exit(await main(Deno.args, () => import(OTHER_COMMANDS)));
