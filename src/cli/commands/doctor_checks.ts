/**
 * What `doctor` looks at: what this host has and lacks for runs.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import {
  callerPath,
  findProgram,
  findPython,
  type ProgramOutput,
  runProgram,
} from "../../internal/programs.ts";
import { Cgroup } from "../../profiling/cgroup.ts";

/** What was found. */
export interface Finding {
  /** What was looked for. */
  readonly name: string;
  /** Whether it is there and works. */
  readonly isOk: boolean;
  /** Where it is, or what is wrong. */
  readonly text: string;
  /** The line that mends it. */
  readonly mend?: string;
}

/** A look at the host. */
export type Check = () => Finding | Promise<Finding>;

/** How long a program may take to answer. */
const ANSWER_MS = 10_000;

/** Without any of these no run works. */
export const NEEDED: readonly Check[] = [proc, ansible, python, terminal, home];

/** What single features need. */
export const USEFUL: readonly Check[] = [script, bwrap, agent, podman, docker, cgroups];

/**
 * Tells whether Deno lets us look around: /proc, /sys and programs are for those who may do all.
 */
export function canLook(): boolean {
  try {
    Deno.statSync("/proc/self");
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotCapable);
  }
}

function proc(): Finding {
  const name = "/proc";
  try {
    Deno.readTextFileSync("/proc/self/stat");
  } catch {
    return failed(name, "cannot be read", { mend: "mount -t proc proc /proc" });
  }
  try {
    Deno.readTextFileSync("/proc/1/stat");
    return ok(name, "readable");
  } catch {
    return ok(name, "readable, processes of other users are hidden");
  }
}

async function ansible(): Promise<Finding> {
  const name = "ansible-playbook";
  const path = find(name);
  if (path === undefined) {
    return failed(name, "not in PATH", {
      mend: install({ apt: "ansible-core", dnf: "ansible-core" }),
    });
  }
  const { code, stdout, stderr } = await ask([path, "--version"]);
  if (code !== 0) {
    return failed(name, `${path} fails: ${firstLine(stderr)}`, { mend: `${path} --version` });
  }
  const version = /(?:core|ansible-playbook) (\d[^\]\s]*)/.exec(stdout)?.[1];
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const isKnown = major === 2 && minor >= 9 && minor <= 21;
  const note = isKnown ? "" : " (tested with 2.9 to 2.21)";
  return ok(
    name,
    `${path}, ${version === undefined ? "version unknown" : `core ${version}`}${note}`,
  );
}

async function python(): Promise<Finding> {
  const path = findPython();
  if (path === undefined) {
    return failed("python3", "not in PATH", { mend: install({ apt: "python3", dnf: "python3" }) });
  }
  const { code, stdout, stderr } = await ask([path, "-I", "--version"]);
  return code === 0
    ? ok("python3", `${path}, ${stdout.trim().replace("Python ", "")}`)
    : failed("python3", `${path} fails: ${firstLine(stderr)}`, { mend: `${path} -I --version` });
}

async function terminal(): Promise<Finding> {
  const name = "terminal";
  const path = findPython();
  if (path === undefined) return failed(name, "cannot be opened without python3");
  const { code, stderr } = await ask([path, "-I", "-S", "-c", "import os; os.openpty()"]);
  if (code === 0) return ok(name, "pseudo-terminals can be opened");
  const mend = "mount -t devpts -o ptmxmode=0666 devpts /dev/pts";
  return failed(name, `no pseudo-terminals: ${lastLine(stderr)}`, { mend });
}

function home(): Finding {
  const name = "home";
  const own = Deno.env.get("ANSIBLE_HOME") || Deno.env.get("HOME");
  if (own === undefined || own === "") {
    return failed(name, "HOME is not set", { mend: "export HOME=/a/directory/you/may/write" });
  }
  try {
    Deno.removeSync(Deno.makeTempDirSync({ dir: own, prefix: ".ansible-runner-doctor-" }));
    return ok(name, `${own}, Ansible may write there`);
  } catch {
    return failed(
      name,
      `Ansible may not write to ${own}`,
      { mend: "export ANSIBLE_HOME=/a/directory/you/may/write" },
    );
  }
}

async function script(): Promise<Finding> {
  const path = find("script");
  const mend = install({ apt: "bsdutils", dnf: "util-linux" });
  const instead = "Python opens the terminal instead";
  if (path === undefined) return failed("script", `not in PATH, ${instead}`, { mend });
  const { stdout } = await ask([path, "--version"]);
  return stdout.includes("util-linux")
    ? ok("script", `${path}, ${stdout.trim().replace(/^script from /, "")}`)
    : failed("script", `${path} is not of util-linux, ${instead}`, { mend });
}

async function bwrap(): Promise<Finding> {
  const path = find("bwrap");
  if (path === undefined) {
    const mend = install({ apt: "bubblewrap", dnf: "bubblewrap" });
    return failed("bwrap", "not in PATH (process isolation)", { mend });
  }
  const { code, stderr } = await ask([path, "--unshare-pid", "--dev-bind", "/", "/", "true"]);
  if (code === 0) return ok("bwrap", `${path}, works`);
  const mend = Deno.uid() === 0
    ? "run the container with --security-opt seccomp=unconfined --cap-add SYS_ADMIN"
    : "sudo sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1";
  return failed("bwrap", `refuses: ${lastLine(stderr)}`, { mend });
}

function agent(): Finding {
  const missing = ["ssh-agent", "ssh-add", "ssh"].filter((program) => find(program) === undefined);
  const found = find("ssh-agent") ?? "";
  if (missing.length === 0) return ok("ssh-agent", found);
  const mend = install({ apt: "openssh-client", dnf: "openssh-clients" });
  return failed("ssh-agent", `${missing.join(", ")} not in PATH (ssh keys)`, { mend });
}

async function podman(): Promise<Finding> {
  const path = find("podman");
  const mend = install({ apt: "podman", dnf: "podman" });
  if (path === undefined) return failed("podman", "not in PATH (container isolation)", { mend });
  const { code, stdout, stderr } = await ask([path, "version", "--format", "{{.Client.Version}}"]);
  return code === 0
    ? ok("podman", `${path}, ${stdout.trim()}`)
    : failed("podman", `fails: ${lastLine(stderr)}`, { mend: `${path} info` });
}

async function docker(): Promise<Finding> {
  const path = find("docker");
  if (path === undefined) {
    const mend = install({ apt: "docker.io", dnf: "moby-engine" });
    return failed("docker", "not in PATH (container isolation)", { mend });
  }
  const { code, stdout } = await ask([path, "version", "--format", "{{.Server.Version}}"]);
  return code === 0
    ? ok("docker", `${path}, ${stdout.trim()}`)
    : failed("docker", `${path}, its service does not answer`, {
      mend: "sudo systemctl start docker",
    });
}

async function cgroups(): Promise<Finding> {
  try {
    await using group = await Cgroup.create({ base: "ansible-runner", name: `doctor-${Deno.pid}` });
    const dirs = group.procsFiles.map((file) => file.split("/").slice(0, -2).join("/"));
    return ok("cgroups", `v${dirs.length > 1 ? 1 : 2}, groups can be made in ${dirs[0]}`);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    const mend = error.hint?.replace(/^Make that group first: /, "") ?? "boot with cgroups";
    return failed("cgroups", `${error.message.replace(/^Cannot/, "cannot")} (profiling)`, { mend });
  }
}

function ok(name: string, text: string): Finding {
  return { name, isOk: true, text };
}

function failed(name: string, text: string, { mend }: { readonly mend?: string } = {}): Finding {
  return { name, isOk: false, text, ...(mend === undefined ? {} : { mend }) };
}

function find(name: string): string | undefined {
  return findProgram(name, callerPath());
}

function ask(argv: readonly [string, ...string[]]): Promise<ProgramOutput> {
  return runProgram(argv, { signal: AbortSignal.timeout(ANSWER_MS) });
}

/** The package manager that this host has, as a command line. */
function install({ apt, dnf }: { readonly apt: string; readonly dnf: string }): string {
  const sudo = Deno.uid() === 0 ? "" : "sudo ";
  if (find("apt-get") !== undefined) return `${sudo}apt-get install ${apt}`;
  if (find("dnf") !== undefined) return `${sudo}dnf install ${dnf}`;
  return `install the package ${apt === dnf ? apt : `${apt} (Debian) or ${dnf} (Fedora)`}`;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
