/**
 * The command line of ansible-runner with all of its files: what is compiled and published.
 *
 * @module
 */
import { main } from "./main.ts";
import { type LoadPart, PARTS } from "./parts.ts";

if (import.meta.main) Deno.exit(await main(Deno.args, ((name) => PARTS[name]()) as LoadPart));
