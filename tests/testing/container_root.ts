/**
 * Runs the container's entrypoint in a root like the image's, without an engine.
 *
 * @module
 */

const ENTRYPOINT = new URL("../../scripts/container/entrypoint", import.meta.url).pathname;
const DEMO = new URL("../../demo", import.meta.url).pathname;
const DECODER = new TextDecoder();

/** Whom the container runs as, and with what. */
export interface ContainerOptions {
  /** User. @default {0} */
  readonly uid?: number;
  /** Group. @default {0} */
  readonly gid?: number;
  /** Environment on top of the image's. */
  readonly env?: Readonly<Record<string, string>>;
  /** /etc/passwd cannot be written. @default {false} */
  readonly isPasswdReadOnly?: boolean;
}

/** What a container left. */
export interface ContainerResult {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained of. */
  readonly stderr: string;
}

/** Says what is missing for it, if anything. */
export function whyNoContainerRoot(): string | undefined {
  if (Deno.uid() !== 0) return "root needed to run as any uid";
  const missing = ["tini", "bwrap", "setpriv", "getent"].filter((name) => !isInPath(name));
  return missing.length === 0 ? undefined : `no ${missing.join(", ")}`;
}

/** The files of a container: /runner with the demo, /etc/passwd, the program. */
export class ContainerRoot implements Disposable {
  /** Where they lie. */
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_container_" });

  /**
   * Lays the files.
   *
   * @param program what stands for /usr/local/bin/ansible-runner
   */
  constructor(program: string) {
    Deno.chmodSync(this.dir, 0o755);
    Deno.mkdirSync(`${this.dir}/runner/artifacts`, { recursive: true });
    Deno.mkdirSync(`${this.dir}/bin`);
    for (const name of ["env", "inventory", "project"]) {
      sync(["cp", "-R", `${DEMO}/${name}`, `${this.dir}/runner/`]);
    }
    sync(["cp", program, `${this.dir}/bin/ansible-runner`]);
    sync(["cp", ENTRYPOINT, `${this.dir}/bin/entrypoint`]);
    Deno.writeTextFileSync(`${this.dir}/passwd`, "root:x:0:0:root:/root:/bin/sh\n");
    // As the Containerfile does.
    sync(["chgrp", "-R", "0", `${this.dir}/runner`, `${this.dir}/passwd`]);
    sync(["chmod", "-R", "g=u", `${this.dir}/runner`, `${this.dir}/passwd`]);
    sync(["chmod", "-R", "a+rX", this.dir]);
  }

  /**
   * Starts the image's entrypoint.
   *
   * @param args command given after the image's name
   * @param options uid, gid, environment
   * @returns the process, its output piped
   */
  spawn(args: readonly string[], options: ContainerOptions = {}): Deno.ChildProcess {
    const { uid = 0, gid = 0, env = {}, isPasswdReadOnly = false } = options;
    return new Deno.Command("setpriv", {
      args: [
        ...["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "bwrap"],
        ...["--die-with-parent", "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc"],
        ...["bin", "sbin", "lib", "lib64"].flatMap((
          name,
        ) => ["--symlink", `usr/${name}`, `/${name}`]),
        ...["--dev-bind", "/dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
        ...["--bind", `${this.dir}/runner`, "/runner", "--bind", `${this.dir}/bin`, "/opt/bin"],
        ...[isPasswdReadOnly ? "--ro-bind" : "--bind", `${this.dir}/passwd`, "/etc/passwd"],
        ...["--chdir", "/runner", "tini", "-s", "--", "entrypoint", ...args],
      ],
      env: { PATH: "/opt/bin:/usr/bin:/bin", HOME: "/runner", ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /**
   * Runs the image to its end.
   *
   * @param args command given after the image's name
   * @param options uid, gid, environment
   * @returns exit code and output
   */
  async run(args: readonly string[], options: ContainerOptions = {}): Promise<ContainerResult> {
    const { code, stdout, stderr } = await this.spawn(args, options).output();
    return { code, stdout: DECODER.decode(stdout), stderr: DECODER.decode(stderr) };
  }

  /** Removes the files. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

function isInPath(name: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${name}`], stdout: "null" })
    .outputSync().success;
}

function sync([program = "", ...args]: readonly string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success) throw new Error(DECODER.decode(stderr));
}
