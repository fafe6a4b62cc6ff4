/**
 * The command line of ansible-runner, from a checkout.
 *
 * @module
 */
import { main } from "./src/cli/main.ts";

/** Names that Deno does not see: it would read the files of all commands before each of them. */
const COMMANDS = "./src/cli/commands/";

if (import.meta.main) Deno.exit(await main(Deno.args, (name) => import(`${COMMANDS}${name}.ts`)));
