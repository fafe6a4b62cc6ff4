/**
 * Hints for what is often mistyped.
 *
 * @module
 */
import { kindOfPath } from "../../config/inputs/private_data_dir.ts";
import type { TakenInputs } from "../../config/options.ts";
import { checkIdent } from "../../config/resolve.ts";
import { baseName, makeAbsolute, pathBelow } from "../../internal/paths.ts";
import { RunnerError } from "../../errors.ts";
import { workingDirectory } from "../../internal/working_directory.ts";
import { nearest } from "../nearest.ts";

/** Names of a directory that are looked at for a near one. */
const MOST_NAMES = 1000;

/**
 * Says that `-i` names the run, to whoever gave it an inventory as Ansible's own takes it.
 *
 * @returns the hint; undefined when nothing looks like that
 * @throws {RunnerError} when it can be no ident either
 */
export function identHint({ ident, inventory }: Pick<TakenInputs, "ident" | "inventory">):
  | string
  | undefined {
  if (ident === undefined || inventory !== undefined) return undefined;
  const isSource = ident.endsWith(",") ||
    kindOfPath(makeAbsolute(ident, workingDirectory())) === "file";
  const hint = `-i names the run; an inventory is --inventory ${ident}`;
  try {
    checkIdent(ident);
  } catch (error) {
    if (!(error instanceof RunnerError) || !ident.includes("/")) throw error;
    throw new RunnerError(error.code, error.message, { hint, cause: error });
  }
  return isSource ? hint : undefined;
}

/** Where a playbook is looked for. */
export type PlaybookSearch = Pick<
  TakenInputs,
  "playbook" | "privateDataDir" | "projectDir" | "binary"
>;

/**
 * Says where a playbook is looked for that is not there, and what was perhaps meant.
 *
 * @returns the hint; undefined when it is there, or no path of ours to look at
 */
export function playbookHint(
  { playbook, binary, ...options }: PlaybookSearch,
): string | undefined {
  if (typeof playbook !== "string" || playbook.startsWith("/") || binary !== undefined) {
    return undefined;
  }
  const here = workingDirectory();
  const dataDir = makeAbsolute(options.privateDataDir, here);
  const project = makeAbsolute(options.projectDir ?? `${dataDir}/project`, here);
  // An args file says itself what is run; a collection has playbooks without path.
  if (kindOfPath(`${dataDir}/args`) !== undefined || /^\w+\.\w+\.\w+$/.test(playbook)) {
    return undefined;
  }
  const base = kindOfPath(project) === "dir" ? project : dataDir;
  if (kindOfPath(makeAbsolute(playbook, base)) !== undefined) return undefined;
  const found = [here, dataDir].map((dir) => makeAbsolute(playbook, dir))
    .find((path) => kindOfPath(path) === "file");
  const where = `A playbook is looked for in ${base}`;
  const inside = found === undefined ? undefined : pathBelow(found, base);
  if (inside !== undefined) return `${where}: -p ${inside}`;
  if (found !== undefined) return `${where}: put it there, or name the whole path, -p ${found}`;
  const near = nearest(baseName(playbook), namesIn(base));
  return near === undefined ? where : `${where}: did you mean "${near}"?`;
}

function namesIn(dir: string): string[] {
  const names: string[] = [];
  try {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      if (!isDirectory) names.push(name);
      if (names.length >= MOST_NAMES) break;
    }
  } catch {
    // What cannot be read has no names.
  }
  return names;
}
