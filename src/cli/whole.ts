/**
 * The command line of ansible-runner with all of its files: what is compiled and published.
 *
 * @module
 */
import { main } from "./main.ts";

if (import.meta.main) {
  Deno.exit(await main(Deno.args, () => import("./commands/other_commands.ts")));
}
