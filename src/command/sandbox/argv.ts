/**
 * Turns a sandbox plan into bwrap's arguments. Pure: what exists on this host is an argument.
 *
 * @module
 * @see manual of ansible-runner, "Running with Process Isolation"
 */

import { isWithin } from "../../internal/paths.ts";
import type { PathFact, PathFacts } from "./path_facts.ts";
import { plainDevices, ROOT_PATHS, type RootArgv, rootArgv } from "./capabilities.ts";

/** What a run under bwrap sees of the host. */
export interface SandboxPlan {
  /** bwrap, or a program that takes its arguments: a name or a path. */
  readonly executable: string;
  /** `host`: all of the host, less what is hidden. `minimal`: only system directories and what is shown. */
  readonly root: "host" | "minimal";
  /** Where the staging directory is made. */
  readonly stagingPath: string;
  /** Paths that look empty inside. */
  readonly hidePaths: readonly string[];
  /** Directories with what the runner believes: empty inside, whatever else is shown. @default {none} */
  readonly ownPlaces?: readonly string[];
  /** Paths that cannot be written inside. */
  readonly roPaths: readonly string[];
  /** Paths that are visible and writable inside. */
  readonly showPaths: readonly string[];
  /** Always visible and writable. */
  readonly privateDataDir: string;
  /** What the run needs besides the private data dir, wherever it is: artifact dir, agent socket. */
  readonly neededPaths: readonly string[];
  /** Working directory inside; visible wherever it is. */
  readonly cwd: string;
  /** What cannot be written inside, the private data dir perhaps: only what lies in it and is needed. @default {none} */
  readonly roInputs?: readonly string[] | undefined;
  /** What a run by root may do inside; undefined for an ordinary user, who has no capabilities. */
  readonly capabilities?: readonly string[] | "all" | undefined;
  /** HOME of the run: made in a `minimal` root, where the host's own is not visible. */
  readonly home?: string | undefined;
}

/** An empty file or directory that stands in for a hidden path. */
export interface Cover {
  /** Where it must be made. */
  readonly path: string;
  /** Whether a directory or a file. */
  readonly isDirectory: boolean;
}

/** What {@linkcode buildSandboxArgv} gives. */
export interface SandboxArgv {
  /** The program and its arguments; the command to isolate comes after them. */
  readonly argv: readonly string[];
  /** What must exist in the staging directory before it runs. */
  readonly covers: readonly Cover[];
  /** Paths that were asked for but do not exist, for the debug log. */
  readonly skipped: readonly string[];
}

/** What {@linkcode buildSandboxArgv} has to know of the host. */
export interface SandboxHost {
  /** What exists. */
  readonly facts: PathFacts;
  /** The staging directory. */
  readonly stagingDir: string;
}

interface Mount {
  readonly kind: "hide" | "ro" | "show";
  readonly source: string;
  readonly target: string;
}

/** Directories of the system that a `minimal` root has. Contract: the original's four, in its order. */
const BASE_DIRS = ["/bin", "/etc", "/usr", "/opt"];

/** The original leaves these out, without them nothing starts where they are not part of /usr. */
const MORE_BASE_DIRS = ["/lib", "/lib32", "/libx32", "/sbin"];

const RESOLVER = "/etc/resolv.conf";

/**
 * Lists every path whose facts {@linkcode buildSandboxArgv} needs.
 *
 * @param plan what the sandbox is to be
 */
export function listPaths(plan: SandboxPlan): readonly string[] {
  const system = [...BASE_DIRS, ...MORE_BASE_DIRS, "/lib64", RESOLVER];
  return [
    ...(plan.root === "minimal" ? system : []),
    ...(plan.capabilities === undefined ? [] : ROOT_PATHS),
    ...plan.hidePaths,
    ...plan.ownPlaces ?? [],
    ...plan.roPaths,
    ...plan.showPaths,
    ...plan.roInputs ?? [],
    ...neededPaths(plan),
  ];
}

/**
 * Builds bwrap's arguments.
 *
 * Hidden, read-only and shown paths come in this order, each kind sorted, as in the original. Where
 * that would mount a directory over something below it (hide `/srv/a`, show `/srv`), all are
 * mounted from the top down instead, so that what was said of the narrower path holds.
 *
 * @param plan what the sandbox is to be
 * @param host what exists, and where the staging directory is
 * @returns the arguments and what must be made for them
 */
export function buildSandboxArgv(plan: SandboxPlan, host: SandboxHost): SandboxArgv {
  const covers: Cover[] = [];
  const hide = (fact: PathFact): Mount => {
    const path = `${host.stagingDir}/hidden${covers.length}`;
    covers.push({ path, isDirectory: fact.isDirectory });
    return { kind: "hide", source: path, target: fact.real };
  };
  const hidden = resolvePaths(plan.hidePaths, host.facts).map(hide);
  const roInputs = plan.roInputs ?? [];
  const shown = [...plan.showPaths, plan.privateDataDir].filter((path) => !roInputs.includes(path));
  const mounts = orderMounts([
    ...hidden,
    ...resolvePaths([...plan.roPaths, ...roInputs], host.facts).map((fact) =>
      bind("ro", fact.real)
    ),
    ...resolvePaths(shown, host.facts).map((fact) => bind("show", fact.real)),
  ]);
  const base = plan.root === "minimal" ? baseDirs(host.facts) : ["/"];
  const usual = orderMounts([...mounts, ...neededMounts(plan, host.facts, { base, mounts })]);
  const own = visibleOwnPlaces(plan, host.facts, { base, mounts: usual });
  const all = [...usual, ...own.map(hide)];
  const inside = rootArgv(plan.capabilities, host.facts);
  const argv = [
    plan.executable,
    "--die-with-parent",
    "--unshare-pid",
    ...inside.capabilities,
    ...(plan.root === "minimal"
      ? minimalRoot(plan, host.facts, inside)
      : hostRoot(host.facts, inside)),
    ...all.flatMap((mount) => [
      mount.kind === "ro" ? "--ro-bind" : "--bind",
      mount.source,
      mount.target,
    ]),
    "--chdir",
    plan.cwd,
  ];
  const asked = [...plan.hidePaths, ...plan.roPaths, ...plan.showPaths];
  return { argv, covers, skipped: asked.filter((path) => !host.facts.has(path)) };
}

/** They are covered last, so that nothing that is shown shows them, and nothing changes its order. */
function visibleOwnPlaces(
  { ownPlaces = [] }: SandboxPlan,
  facts: PathFacts,
  { base, mounts }: { base: readonly string[]; mounts: readonly Mount[] },
): PathFact[] {
  return resolvePaths(ownPlaces, facts).filter(({ real }) => {
    const mount = mounts.findLast(({ target }) => isWithin(real, target));
    return mount === undefined ? isWithinAny(real, base) : mount.kind !== "hide";
  });
}

function hostRoot(facts: PathFacts, { hasDevices, kernel }: RootArgv): string[] {
  return [
    ...(hasDevices ? ["--dev-bind", "/", "/"] : ["--bind", "/", "/", ...plainDevices(facts)]),
    ...["--proc", "/proc", ...kernel],
    ...(kernel.length > 0 && facts.has("/sys") ? ["--ro-bind", "/sys", "/sys"] : []),
  ];
}

function minimalRoot(
  plan: SandboxPlan,
  facts: PathFacts,
  { hasDevices, kernel }: RootArgv,
): string[] {
  const devices = hasDevices ? ["--dev-bind", "/dev", "dev"] : ["--dev", "/dev"];
  const argv = [...devices, "--proc", "/proc", ...kernel, "--dir", "/tmp"];
  for (const path of BASE_DIRS) if (facts.has(path)) argv.push("--ro-bind", path, path);
  for (const path of MORE_BASE_DIRS) argv.push(...sameAsHost(path, facts));
  const lib64 = sameAsHost("/lib64", facts);
  argv.push(...(lib64.length > 0 ? lib64 : ["--symlink", "usr/lib64", "/lib64"]));
  argv.push("--dir", "/var/tmp");
  const home = plan.home;
  if (home?.startsWith("/") && !isWithinAny(home, baseDirs(facts))) argv.push("--dir", home);
  // Often a link to a file below /run, which is not part of this root.
  const resolver = facts.get(RESOLVER)?.real;
  if (resolver !== undefined && !isWithinAny(resolver, baseDirs(facts))) {
    argv.push("--ro-bind", resolver, resolver);
  }
  return argv;
}

function sameAsHost(path: string, facts: PathFacts): string[] {
  const fact = facts.get(path);
  if (fact === undefined) return [];
  return fact.link === undefined ? ["--ro-bind", path, path] : ["--symlink", fact.link, path];
}

function baseDirs(facts: PathFacts): string[] {
  return BASE_DIRS.filter((path) => facts.has(path));
}

/** Sorted, without doubles, without what does not exist. */
function resolvePaths(paths: readonly string[], facts: PathFacts): PathFact[] {
  const byReal = new Map<string, PathFact>();
  for (const path of paths) {
    const fact = facts.get(path);
    if (fact !== undefined) byReal.set(fact.real, fact);
  }
  return [...byReal.values()].sort((a, b) => a.real < b.real ? -1 : 1);
}

function bind(kind: "ro" | "show", path: string): Mount {
  return { kind, source: path, target: path };
}

function orderMounts(mounts: readonly Mount[]): readonly Mount[] {
  const isCovered = mounts.some((mount, index) =>
    mounts.slice(index + 1).some((later) =>
      later.target !== mount.target && isWithin(mount.target, later.target)
    )
  );
  if (!isCovered) return mounts;
  const depth = (mount: Mount) => mount.target.split("/").filter((part) => part !== "").length;
  return [...mounts].sort((a, b) => depth(a) - depth(b));
}

function neededPaths(plan: SandboxPlan): string[] {
  return [plan.privateDataDir, plan.cwd, ...plan.neededPaths];
}

/** Mounts that bring back what the run cannot do without, where the others do not show it already. */
function neededMounts(
  plan: SandboxPlan,
  facts: PathFacts,
  { base, mounts }: { base: readonly string[]; mounts: readonly Mount[] },
): Mount[] {
  const added: Mount[] = [];
  const sight = (path: string) => {
    const mount = [...mounts, ...added].findLast((each) => isWithin(path, each.target));
    if (mount !== undefined) return mount.kind;
    return isWithinAny(path, base) ? (plan.root === "host" ? "show" : "ro") : "hide";
  };
  for (const path of neededPaths(plan)) {
    const real = facts.get(path)?.real;
    if (real === undefined) continue;
    // A working directory that the caller made read-only stays so, as inputs do; all else must be writable.
    const mayBeReadOnly = path === plan.cwd || plan.roInputs?.includes(path) === true;
    const isEnough = sight(real) === "show" || (mayBeReadOnly && sight(real) === "ro");
    if (!isEnough) added.push(bind("show", real));
    // The name by which the run knows it may lead through a link that is not visible.
    if (path !== real && sight(path) === "hide") {
      added.push({ kind: "show", source: real, target: path });
    }
  }
  return added;
}

function isWithinAny(path: string, dirs: readonly string[]): boolean {
  return dirs.some((dir) => isWithin(path, dir));
}
