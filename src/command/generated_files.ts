/**
 * Writes inline playbooks, inventories and extra vars as files, and removes them at the end.
 *
 * @module
 */
import { kindOfPath } from "../config/inputs/private_data_dir.ts";
import type { Material, RunConfig } from "../config/run_config.ts";
import { ConfigError } from "../errors.ts";
import { describeOsError } from "../internal/file_system.ts";
import { isBelow, parentOf } from "../internal/paths.ts";

/**
 * Turns a word into the same in the copy of the project: a playbook that we generated lies there.
 *
 * @returns the word, or the path in the copy
 */
export function intoCopy(
  word: string,
  { config, copy }: { readonly config: RunConfig; readonly copy: string },
): string {
  const isOurs = config.materials.some(({ path }) => path === word);
  return isOurs && isBelow(word, config.projectDir)
    ? copy + word.slice(config.projectDir.length)
    : word;
}

/** Where what is made is noted and undone. */
export interface MaterialContext {
  /** Notes a path that must not outlive the run; one that ends with a slash is an empty directory. */
  readonly noteRemains: (path: string) => void;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/**
 * Makes the files that a run needs, for its owner only.
 *
 * @param context where to note and undo what is made
 * @throws {ConfigError} when one cannot be made
 */
export function makeMaterials(config: RunConfig, context: MaterialContext): void {
  for (const material of config.materials) {
    const isScratch = isBelow(material.path, config.scratchDir);
    if (!isScratch) {
      context.noteRemains(material.path);
      makeParent(material.path, context);
      context.stack.defer(() => remove(material.path));
    }
    writeMaterial(material);
  }
}

/** Contract: a project dir that we had to make goes with the generated playbook. */
function makeParent(path: string, context: MaterialContext): void {
  const dir = parentOf(path);
  if (kindOfPath(dir) !== undefined) return;
  // Noted after the file in it, and so cleared after it; the slash says that it must be empty.
  context.noteRemains(`${dir}/`);
  try {
    Deno.mkdirSync(dir, { mode: 0o700 });
  } catch {
    return;
  }
  // Removed only if nothing else came into it meanwhile.
  context.stack.defer(() => remove(dir));
}

function writeMaterial({ path, text }: Material): void {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
  } catch (error) {
    throw new ConfigError(
      "config.material",
      `Cannot write "${path}": ${describeOsError(error)}`,
      { cause: error },
    );
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or a directory in use by others.
  }
}
