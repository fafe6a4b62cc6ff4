/**
 * What `doctor` looks at: what this host has and lacks for runs.
 *
 * @module
 */
import { RunnerError } from "../errors.ts";
import {
  callerPath,
  findProgram,
  findPython,
  type ProgramOutput,
  runProgram,
} from "../internal/programs.ts";
import { printable } from "../internal/printable.ts";
import { quote } from "../python/shlex.ts";
import { Cgroup } from "../profiling/cgroup.ts";

/** What was found of one thing that runs need. */
export interface HostFinding {
  /** What was looked for, such as `python3` or `terminal`. */
  readonly name: string;
  /** Whether it is there and works, is there and does not, or is not there. */
  readonly state: "ok" | "broken" | "missing";
  /** Where it is, or what is wrong. */
  readonly text: string;
  /** The line that mends it. */
  readonly mend?: string | undefined;
}

/** A look at the host. */
export type Check = () => HostFinding | Promise<HostFinding>;

/** Looks at all of them at once; what programs say is shown as it is, and obeyed by no terminal. */
export function lookAt(checks: readonly Check[]): Promise<HostFinding[]> {
  return Promise.all(checks.map(async (check) => {
    const { mend, ...found } = await check();
    const text = printable(found.text);
    return { ...found, text, ...(mend === undefined ? {} : { mend: printable(mend) }) };
  }));
}

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

function proc(): HostFinding {
  const name = "/proc";
  try {
    Deno.readTextFileSync("/proc/self/stat");
  } catch {
    return broken(name, "cannot be read", { mend: "mount -t proc proc /proc" });
  }
  try {
    Deno.readTextFileSync("/proc/1/stat");
    return ok(name, "readable");
  } catch {
    return ok(name, "readable, processes of other users are hidden");
  }
}

async function ansible(): Promise<HostFinding> {
  const name = "ansible-playbook";
  const path = find(name);
  if (path === undefined) {
    return missing(name, "not in PATH", {
      mend: install({ apt: "ansible-core", dnf: "ansible-core" }),
    });
  }
  const { code, stdout, stderr } = await ask([path, "--version"]);
  if (code !== 0) {
    return broken(name, `${path} fails: ${complaint(stderr)}`, { mend: `${path} --version` });
  }
  const version = /(?:core|ansible-playbook) (\d[^\]\s]*)/.exec(stdout)?.[1];
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const isKnown = major === 2 && minor >= 9 && minor <= 21;
  const note = isKnown ? "" : " (tested with 2.9 to 2.21)";
  const text = `${path}, ${version === undefined ? "version unknown" : `core ${version}`}${note}`;
  const slow = uncompiledPlace(stdout);
  if (slow === undefined) return ok(name, text);
  const sudo = Deno.uid() === 0 ? "" : "sudo ";
  const mend = `${sudo}python${slow.python} -m compileall -q ${quote(slow.place)}`;
  return { ...ok(name, `${text}; starts slowly: Python compiles it each time`), mend };
}

/**
 * Where Ansible lies when Python has nowhere kept it compiled, which costs seconds at each start.
 *
 * @param answer of `ansible-playbook --version`, which would have left it there
 */
function uncompiledPlace(answer: string): { python: string; place: string } | undefined {
  const place = /^ *ansible python module location = (\/.*)$/m.exec(answer)?.[1];
  const [, major, minor] = /^ *python version = (3)\.(\d+)\./m.exec(answer) ?? [];
  if (place === undefined || minor === undefined || Deno.env.get("PYTHONPYCACHEPREFIX")) return;
  try {
    const suffix = `.cpython-${major}${minor}.pyc`;
    const compiled = [...Deno.readDirSync(`${place}/cli/__pycache__`)];
    if (compiled.some(({ name }) => name.endsWith(suffix))) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
  }
  return { python: `${major}.${minor}`, place };
}

async function python(): Promise<HostFinding> {
  const path = findPython();
  if (path === undefined) {
    return missing("python3", "not in PATH", { mend: install({ apt: "python3", dnf: "python3" }) });
  }
  const { code, stdout, stderr } = await ask([path, "-I", "--version"]);
  return code === 0
    ? ok("python3", `${path}, ${stdout.trim().replace("Python ", "")}`)
    : broken("python3", `${path} fails: ${complaint(stderr)}`, { mend: `${path} -I --version` });
}

async function terminal(): Promise<HostFinding> {
  const name = "terminal";
  const path = findPython();
  if (path === undefined) return missing(name, "cannot be opened without python3");
  const { code, stderr } = await ask([path, "-I", "-S", "-c", "import os; os.openpty()"]);
  if (code === 0) return ok(name, "pseudo-terminals can be opened");
  const mend = "mount -t devpts -o ptmxmode=0666 devpts /dev/pts";
  return broken(name, `no pseudo-terminals: ${lastLine(stderr)}`, { mend });
}

function home(): HostFinding {
  const name = "home";
  const own = Deno.env.get("ANSIBLE_HOME") || Deno.env.get("HOME");
  if (own === undefined || own === "") {
    return missing(name, "HOME is not set", { mend: "export HOME=/a/directory/you/may/write" });
  }
  try {
    Deno.removeSync(Deno.makeTempDirSync({ dir: own, prefix: ".ansible-runner-doctor-" }));
    return ok(name, `${own}, Ansible may write there`);
  } catch {
    return broken(
      name,
      `Ansible may not write to ${own}`,
      { mend: "export ANSIBLE_HOME=/a/directory/you/may/write" },
    );
  }
}

async function script(): Promise<HostFinding> {
  const path = find("script");
  const mend = install({ apt: "bsdutils", dnf: "util-linux" });
  if (path === undefined) {
    return missing("script", "not in PATH, Python opens the terminal instead", { mend });
  }
  const { stdout } = await ask([path, "--version"]);
  const [, major, minor] = /util-linux (\d+)\.(\d+)/.exec(stdout) ?? [];
  // Since 2.35 it can be told not to echo what is typed.
  return Number(major) * 1000 + Number(minor) >= 2035
    ? ok("script", `${path}, ${stdout.trim().replace(/^script from /, "")}`)
    : broken("script", `${path} is not of util-linux 2.35 or newer: no terminal for runs`, {
      mend,
    });
}

async function bwrap(): Promise<HostFinding> {
  const path = find("bwrap");
  if (path === undefined) {
    const mend = install({ apt: "bubblewrap", dnf: "bubblewrap" });
    return missing("bwrap", "not in PATH (process isolation)", { mend });
  }
  const { code, stderr } = await ask([path, "--unshare-pid", "--dev-bind", "/", "/", "true"]);
  if (code === 0) return ok("bwrap", `${path}, works`);
  const mend = Deno.uid() === 0
    ? "run the container with --security-opt seccomp=unconfined --cap-add SYS_ADMIN"
    : "sudo sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1";
  return broken("bwrap", `refuses: ${lastLine(stderr)}`, { mend });
}

function agent(): HostFinding {
  const lacking = ["ssh-agent", "ssh-add", "ssh"].filter((program) => find(program) === undefined);
  const found = find("ssh-agent") ?? "";
  if (lacking.length === 0) return ok("ssh-agent", found);
  const mend = install({ apt: "openssh-client", dnf: "openssh-clients" });
  return missing("ssh-agent", `${lacking.join(", ")} not in PATH (ssh keys)`, { mend });
}

async function podman(): Promise<HostFinding> {
  const path = find("podman");
  const mend = install({ apt: "podman", dnf: "podman" });
  if (path === undefined) return missing("podman", "not in PATH (container isolation)", { mend });
  const { code, stdout, stderr } = await ask([path, "version", "--format", "{{.Client.Version}}"]);
  return code === 0
    ? ok("podman", `${path}, ${stdout.trim()}`)
    : broken("podman", `fails: ${lastLine(stderr)}`, { mend: `${path} info` });
}

async function docker(): Promise<HostFinding> {
  const path = find("docker");
  if (path === undefined) {
    const mend = install({ apt: "docker.io", dnf: "moby-engine" });
    return missing("docker", "not in PATH (container isolation)", { mend });
  }
  const { code, stdout } = await ask([path, "version", "--format", "{{.Server.Version}}"]);
  return code === 0
    ? ok("docker", `${path}, ${stdout.trim()}`)
    : broken("docker", `${path}, its service does not answer`, {
      mend: "sudo systemctl start docker",
    });
}

async function cgroups(): Promise<HostFinding> {
  try {
    await using group = await Cgroup.create({ base: "ansible-runner", name: `doctor-${Deno.pid}` });
    const dirs = group.procsFiles.map((file) => file.split("/").slice(0, -2).join("/"));
    return ok("cgroups", `v${dirs.length > 1 ? 1 : 2}, groups can be made in ${dirs[0]}`);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    const mend = error.hint?.replace(/^Make that group first: /, "") ?? "boot with cgroups";
    return missing("cgroups", `${error.message.replace(/^Cannot/, "cannot")} (profiling)`, {
      mend,
    });
  }
}

function ok(name: string, text: string): HostFinding {
  return { name, state: "ok", text };
}

/** What mends it. */
interface Mend {
  readonly mend?: string;
}

function missing(name: string, text: string, { mend }: Mend = {}): HostFinding {
  return { name, state: "missing", text, ...(mend === undefined ? {} : { mend }) };
}

function broken(name: string, text: string, options: Mend): HostFinding {
  return { ...missing(name, text, options), state: "broken" };
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

/** What a program that failed said: a traceback says it at its end. */
function complaint(stderr: string): string {
  const [first = ""] = stderr.trim().split("\n");
  const text = first.startsWith("Traceback ") ? lastLine(stderr) : first;
  return text === "" ? `no answer within ${ANSWER_MS / 1000} s, or no reason given` : text;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
