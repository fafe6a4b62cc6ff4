/**
 * Writes the generated parts of the README anew: `deno task readme`.
 *
 * @module
 */
import { updateReadme } from "./readme/sections.ts";

const path = `${import.meta.dirname}/../README.md`;
Deno.writeTextFileSync(path, updateReadme(Deno.readTextFileSync(path)));
