/**
 * Says whether a directory whose content becomes code can be changed by others.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { readTextIfThere } from "../../internal/file_system.ts";
import { othersReach } from "../../internal/others_reach.ts";
import { isWithin } from "../../internal/paths.ts";

/** Directories of a private data dir from which code, or settings that are as good as code, are read. */
const CODE_DIRECTORIES = ["env", "project", "inventory", "roles"];

/** Owner of what belongs to nobody in our user namespace: host's root, for one, as a rootless container sees it. */
const OVERFLOW_UID = 65534;

/** What the host itself says of its user ids: all are known. */
const ALL_MAPPED = /^\s*0\s+0\s+4294967295\s*$/;

/** Whether a caller accepts directories that others may write to: by the flag or by the environment. */
export function isUnsafeAllowed(flag: boolean | undefined): boolean {
  return flag === true || Deno.env.get("RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR") === "1";
}

/** What helps against a refusal. */
export const UNSAFE_HINT =
  "Change its mode or owner, or pass --allow-unsafe-private-data-dir (RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR=1)";

/**
 * Looks at a private data dir, what lies in it, and the directories around it: a handful of lstat calls.
 *
 * @param privateDataDir absolute path of a directory that is there
 * @returns why others could change what is run, or undefined
 */
export function whyUnsafe(privateDataDir: string): string | undefined {
  const own = reasonOf(Deno.statSync(privateDataDir));
  if (own !== undefined) return own;
  for (const name of CODE_DIRECTORIES) {
    const info = lookAt(`${privateDataDir}/${name}`);
    const reason = info?.isDirectory ? reasonOf(info) : undefined;
    if (reason !== undefined) return reason.replace(/\bit\b/, `"${name}"`);
  }
  return whyParentsUnsafe(privateDataDir);
}

/**
 * Looks at a file whose content becomes code, and the directories around it.
 *
 * @param path absolute path of a file that is there
 * @returns why others could change what is run, or undefined
 */
export function whyFileUnsafe(path: string): string | undefined {
  return reasonOf(Deno.statSync(path)) ?? whyParentsUnsafe(path);
}

/** Directories outside of the private data dir whose content becomes code, too. */
export interface OtherDirectories {
  /** The private data dir, which was looked at before. */
  readonly privateDataDir: string;
  /** Playbooks. */
  readonly projectDir: string;
  /** Where the project is copied to. */
  readonly basePath: string | undefined;
}

/**
 * Refuses a project dir of one's own, or a base of copies, that others could change.
 *
 * @throws {ConfigError} when that is so
 */
export function refuseUnsafe({ privateDataDir, projectDir, basePath }: OtherDirectories): void {
  const isOutside = !isWithin(projectDir, privateDataDir);
  if (isOutside && lookAt(projectDir) !== undefined) {
    refuse(`project dir "${projectDir}"`, whyFileUnsafe(projectDir));
  }
  if (basePath !== undefined && lookAt(basePath) !== undefined) {
    // What is made in it must stay what we made: as with any parent.
    const reason = whyParentsUnsafe(basePath, { itself: true });
    refuse(`directory isolation base path "${basePath}"`, reason);
  }
}

function refuse(what: string, reason: string | undefined): void {
  if (reason === undefined) return;
  throw new ConfigError("config.unsafe_dir", `Cannot use ${what}: ${reason}`, {
    hint: UNSAFE_HINT,
  });
}

/** Whoever may rename what is in a parent can put another directory in its place. */
function whyParentsUnsafe(
  path: string,
  options: { readonly itself?: boolean } = {},
): string | undefined {
  for (const { parent, by, uid = null, isSticky } of othersReach(path, options)) {
    if (by === "everybody") return `everybody may replace it in "${parent}"`;
    if (by === "user" && isSticky !== true && !isUnmapped(uid)) {
      return `another user (uid ${uid}) may replace it in "${parent}"`;
    }
  }
  return undefined;
}

function isUnmapped(uid: number | null): boolean {
  return uid === OVERFLOW_UID && !ALL_MAPPED.test(readTextIfThere("/proc/self/uid_map") ?? "");
}

/** Links count as what they lead to; what we may not look at, others may have to look after. */
function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function reasonOf(info: Deno.FileInfo): string | undefined {
  if (((info.mode ?? 0) & 0o002) !== 0) return "everybody may write to it";
  const uid = Deno.uid();
  // An image's files belong to a user that it does not run as, and to group 0, as it does.
  const isGroupZero = uid !== 0 && info.gid === 0 && Deno.gid() === 0;
  if (uid === null || info.uid === null || info.uid === uid || info.uid === 0 || isGroupZero) {
    return undefined;
  }
  return `it belongs to another user (uid ${info.uid})`;
}
