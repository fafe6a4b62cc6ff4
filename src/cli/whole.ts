/**
 * The command line of ansible-runner with all of its files: what is compiled and published.
 *
 * @module
 */
import { type CommandModules, main } from "./main.ts";

/** All modules of commands, by names that whoever packs them sees. */
const LOADERS: { readonly [Name in keyof CommandModules]: () => Promise<CommandModules[Name]> } = {
  run: () => import("./commands/run.ts"),
  transmit: () => import("./commands/transmit.ts"),
  worker: () => import("./commands/worker.ts"),
  process: () => import("./commands/process.ts"),
  other_commands: () => import("./commands/other_commands.ts"),
};

if (import.meta.main) Deno.exit(await main(Deno.args, (name) => LOADERS[name]()));
