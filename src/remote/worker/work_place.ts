/**
 * The private data dir of one job: the directory that a worker is told, or a new one.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { makeAbsolute, parentOf } from "../../internal/paths.ts";
import { ARTIFACT_ROOT } from "../../run_layout.ts";
import { removeTree } from "../../internal/remove_tree.ts";
import { workingDirectory } from "../../internal/working_directory.ts";
import {
  makeTemporaryPlace,
  sweepTemporaryPlaces,
  temporaryDir,
  type TemporaryPlace,
} from "./temporary_place.ts";

/** Which directory, and what becomes of it. */
export interface WorkPlaceOptions {
  /** The directory; without it a new one is made, and removed at the end. */
  readonly privateDataDir?: string | undefined;
  /** Whether all that is in it is removed before and after. */
  readonly isDeleted: boolean;
}

/** A directory for one job. */
export class WorkPlace implements Disposable {
  /** Absolute path. */
  readonly path: string;
  /** Directory for large temporary files; undefined: the system's. */
  readonly spoolDir: string | undefined;
  readonly #isRemoved: boolean;
  readonly #place: TemporaryPlace | undefined;

  /**
   * Makes the directory if need be.
   *
   * @throws {ConfigError} when it cannot be had
   */
  constructor({ privateDataDir, isDeleted }: WorkPlaceOptions) {
    this.#isRemoved = isDeleted || privateDataDir === undefined;
    if (privateDataDir === undefined) {
      sweepTemporaryPlaces(temporaryDir());
      const place = this.#place = makeTemporaryPlace();
      this.path = place.path;
      return;
    }
    this.path = this.spoolDir = makeAbsolute(privateDataDir, workingDirectory());
    try {
      if (isDeleted) clear(this.path);
      const parent = parentOf(this.path);
      Deno.mkdirSync(parent, { recursive: true, mode: 0o755 });
      Deno.mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new ConfigError(
        "config.private_data_dir",
        `Cannot use private data dir "${this.path}": ${describeOsError(error)}`,
        { cause: error },
      );
    }
  }

  /**
   * Keeps artifacts in a directory that is to be removed: a link in their place came with the job, and
   * what is written where it leads would stay.
   */
  keepArtifactsInside(): void {
    const root = `${this.path}/${ARTIFACT_ROOT}`;
    if (this.#isRemoved && isLink(root)) Deno.removeSync(root);
  }

  /** Removes what is to be removed. */
  [Symbol.dispose](): void {
    // A mount point stays, and nothing in it.
    if (this.#isRemoved && !removeTree(this.path)) emptied(this.path);
    this.#place?.[Symbol.dispose]();
  }
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}

/** Removes what an earlier job left. */
function clear(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (path === "/") throw new Error("it is to be deleted, and is the root of all");
  if (!info.isDirectory) throw new Error("it is to be deleted, and is not a directory");
  if (!emptied(path)) throw new Error("what is in it cannot be deleted");
}

function emptied(path: string): boolean {
  const names = Array.from(Deno.readDirSync(path), ({ name }) => name);
  return names.map((name) => removeTree(`${path}/${name}`)).every(Boolean);
}
