/**
 * A file system of its own at a directory, for the time of a test.
 *
 * @module
 */

/** A mounted file system, until disposed. */
export class Mount implements Disposable {
  /** Where it is. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Mounts a small file system that can be filled.
   *
   * @param path a directory
   * @param size such as `1M`
   * @returns the file system
   */
  static small(path: string, size: string): Mount {
    run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path);
    return new Mount(path);
  }

  /**
   * Mounts a file system with room for few files.
   *
   * @param path a directory
   * @param files how many, the directory itself among them
   * @returns the file system
   */
  static fewFiles(path: string, files: number): Mount {
    run("mount", "-t", "tmpfs", "-o", `nr_inodes=${files}`, "tmpfs", path);
    return new Mount(path);
  }

  /**
   * Makes a directory read-only, for whoever opens a path in it from now on.
   *
   * @param path the directory
   * @returns the file system
   */
  static readOnly(path: string): Mount {
    run("mount", "--bind", path, path);
    run("mount", "-o", "remount,bind,ro", path);
    return new Mount(path);
  }

  /** Unmounts it. */
  [Symbol.dispose](): void {
    run("umount", "-l", this.path);
  }
}

/**
 * Tries to mount.
 *
 * @returns why no file system can be mounted here, or undefined
 */
export function whyNoMount(): string | undefined {
  const dir = Deno.makeTempDirSync();
  try {
    using _mount = Mount.small(dir, "64k");
    return undefined;
  } catch (error) {
    return `no file system may be mounted here: ${(error as Error).message}`;
  } finally {
    Deno.removeSync(dir);
  }
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args, stderr: "piped" }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}
