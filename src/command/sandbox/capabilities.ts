/**
 * What a run by root may do inside bwrap: which capabilities it keeps, and what of the kernel's own
 * files it sees. Pure.
 *
 * bwrap leaves root all capabilities unless it is told otherwise: a job could unmount what hides a
 * path, open a file by its number, or make itself a device.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import type { PathFacts } from "./path_facts.ts";

/**
 * What is kept: enough for users, packages, services, files of others and become, tried out with the
 * modules. Not DAC_READ_SEARCH (opens files by inode number, hidden ones too), MKNOD (raw disks),
 * SYS_ADMIN (mounts), SYS_PTRACE, SYS_RAWIO, SYS_MODULE, NET_ADMIN, NET_RAW.
 */
export const KEPT_CAPABILITIES: readonly string[] = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** Names of the kernel in the order of their numbers (linux/capability.h). */
const ALL_CAPABILITIES: readonly string[] =
  ("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE " +
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO " +
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME " +
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG " +
    "WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE").split(" ");

/** Files of the kernel through which root, without any capability, would run programs outside. */
const KERNEL_FILES = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** How modules log. */
const LOG_SOCKET = "/dev/log";

/** Paths whose facts {@linkcode rootArgv} needs. */
export const ROOT_PATHS: readonly string[] = [...KERNEL_FILES, "/sys", LOG_SOCKET];

/**
 * Decides what a run by root keeps.
 *
 * @param asked the setting: names besides the usual ones; `all`, or `none` for nothing but what is named
 * @param held what we hold ourselves, as `CapPrm` of /proc/self/status says
 * @returns names without `CAP_`, or `all`
 * @throws {ConfigError} when a name is unknown
 */
export function chooseCapabilities(
  asked: readonly string[],
  held: bigint,
): readonly string[] | "all" {
  const names = asked.map((name) => name.toUpperCase().replace(/^CAP_/, ""));
  const unknown = names.findIndex((name) =>
    !["ALL", "NONE"].includes(name) && !ALL_CAPABILITIES.includes(name)
  );
  if (unknown >= 0) {
    throw new ConfigError(
      "config.process_isolation_caps",
      `Cannot use ${
        JSON.stringify(asked[unknown])
      } of process_isolation_caps: expected all, none or the name of a capability such as net_admin`,
    );
  }
  if (names.includes("ALL")) return "all";
  const chosen = new Set([...(names.includes("NONE") ? [] : KEPT_CAPABILITIES), ...names]);
  chosen.delete("NONE");
  // bwrap cannot give what we do not have, as in a container.
  return [...chosen].filter((name) => (held >> BigInt(ALL_CAPABILITIES.indexOf(name))) & 1n)
    .sort();
}

/** What {@linkcode rootArgv} gives, by where it stands among bwrap's arguments. */
export interface RootArgv {
  /** Whether the host's devices are visible. */
  readonly hasDevices: boolean;
  /** Right after the base of the root is mounted. */
  readonly kernel: readonly string[];
  /** Which capabilities go. */
  readonly capabilities: readonly string[];
}

/**
 * Builds what makes a sandbox of root hold.
 *
 * @param capabilities see {@linkcode chooseCapabilities}; undefined for an ordinary user
 * @param facts what exists
 */
export function rootArgv(
  capabilities: readonly string[] | "all" | undefined,
  facts: PathFacts,
): RootArgv {
  if (capabilities === undefined || capabilities === "all") {
    return { hasDevices: true, kernel: [], capabilities: [] };
  }
  const isReadOnly = !capabilities.includes("SYS_ADMIN");
  return {
    hasDevices: capabilities.includes("MKNOD"),
    kernel: (isReadOnly ? KERNEL_FILES : []).filter((path) => facts.has(path))
      .flatMap((path) => ["--ro-bind", path, path]),
    capabilities: [
      "--cap-drop",
      "ALL",
      ...capabilities.flatMap((name) => ["--cap-add", `CAP_${name}`]),
    ],
  };
}

/**
 * Builds a `/dev` without the disks: null, zero, full, random, urandom, tty, terminals.
 *
 * @param facts what exists
 */
export function plainDevices(facts: PathFacts): string[] {
  const log = facts.get(LOG_SOCKET);
  if (log === undefined) return ["--dev", "/dev"];
  return log.link === undefined
    ? ["--dev", "/dev", "--bind", LOG_SOCKET, LOG_SOCKET]
    : ["--dev", "/dev", "--symlink", log.real, LOG_SOCKET];
}
