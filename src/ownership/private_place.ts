/**
 * The directories where no job, and no other user, can write what we believe.
 *
 * They are found from every environment of the same user (cron, sudo, without XDG_RUNTIME_DIR) and
 * survive a logout, so that fixed places come first. A name that somebody else took is no obstacle:
 * another is made beside it, and found again by its beginning.
 *
 * @module
 */
import { isConfined } from "../process/proc_access.ts";

/** A directory in which one of ours may be, and what ours is called there. */
interface Base {
  readonly dir: string;
  readonly name: string;
}

/** How long a look counts as what is now, in milliseconds: from the start of a run to its claim. */
const FRESH_MS = 100;

let seen:
  | { readonly uid: number; readonly at: number; readonly places: readonly string[] }
  | undefined;

/**
 * Makes the private directories of our user, best place first.
 *
 * @returns paths, each made when it is asked for; none on a read-only system
 */
export function* makePrivatePlaces(): Generator<string> {
  const uid = ownUid();
  if (uid === undefined) return;
  for (const base of basesOf(uid)) {
    if (!mayUse(base.dir)) continue;
    const place = makeIn(base, uid);
    if (place === undefined) continue;
    // Another run has just made it: its records are not to be missed.
    if (seen?.places.includes(place) === false) seen = undefined;
    yield place;
  }
}

/**
 * Makes the private directory that outlives a reboot, or another where that cannot be.
 *
 * @returns its path, or undefined on a read-only system
 */
export function makeLastingPlace(): string | undefined {
  const uid = ownUid();
  if (uid === undefined) return undefined;
  const [lasting] = basesOf(uid).filter(({ dir }) => dir === "/var/tmp" && mayUse(dir));
  const place = lasting === undefined ? undefined : makeIn(lasting, uid);
  return place ?? makePrivatePlaces().next().value ?? undefined;
}

/**
 * Lists the private directories that a user has.
 *
 * @param uid the user @default {ours}
 * @returns paths of directories that are this user's alone
 */
export function privatePlaces(uid: number | undefined = ownUid()): readonly string[] {
  if (uid === undefined) return [];
  const now = performance.now();
  if (seen?.uid === uid && now - seen.at < FRESH_MS) return seen.places;
  const places = basesOf(uid).filter(({ dir }) => mayUse(dir))
    .flatMap((base) => findIn(base, uid));
  seen = { uid, at: now, places };
  return places;
}

/** Lists what a sandbox must not see: our own places, and for root those of the other users. */
export function placesToHide(): readonly string[] {
  if (ownUid() !== 0) return privatePlaces();
  const others = ["/var/tmp", "/tmp"].flatMap((dir) =>
    entriesIn(dir).filter((entry) =>
      entry.isDirectory && /^ansible-runner-\d+(-|$)/.test(entry.name)
    ).map(({ name }) => `${dir}/${name}`)
  );
  return Array.from(new Set([...privatePlaces(), ...others]));
}

/** Our user id; undefined for a program that may not ask. */
export function ownUid(): number | undefined {
  try {
    return Deno.uid() ?? undefined;
  } catch {
    return undefined;
  }
}

function basesOf(uid: number): Base[] {
  const named = (dir: string): Base => ({ dir, name: `ansible-runner-${uid}` });
  const bases = [
    ...(uid === 0 ? [{ dir: "/run", name: "ansible-runner" }] : []),
    named("/var/tmp"),
    named("/tmp"),
    named(`/run/user/${uid}`),
  ];
  if (uid !== ownUid()) return bases;
  for (const variable of ["XDG_RUNTIME_DIR", "TMPDIR"]) {
    const dir = variableOf(variable);
    if (dir?.startsWith("/") && !bases.some((base) => base.dir === dir)) bases.push(named(dir));
  }
  return bases;
}

function variableOf(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

/** A program with few permissions must not ask its user for more. */
function mayUse(path: string): boolean {
  if (!isConfined()) return true;
  return (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path }).state === "granted"
  );
}

function makeIn(base: Base, uid: number): string | undefined {
  if (!isSafeBase(base.dir, uid)) return undefined;
  const path = `${base.dir}/${base.name}`;
  if (kindOf(path, uid) === "ours") return path;
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
    seen = undefined;
    // The umask may have taken our own right away.
    Deno.chmodSync(path, 0o700);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) return undefined;
  }
  const [found] = findIn(base, uid);
  if (found !== undefined) return found;
  try {
    seen = undefined;
    return Deno.makeTempDirSync({ dir: base.dir, prefix: `${base.name}-` });
  } catch {
    return undefined;
  }
}

function findIn(base: Base, uid: number): string[] {
  if (!isSafeBase(base.dir, uid)) return [];
  const path = `${base.dir}/${base.name}`;
  const kind = kindOf(path, uid);
  if (kind === "ours") return [path];
  if (kind === "none") return [];
  // Somebody took the name: ours, if there is one, begins with it.
  return entriesIn(base.dir).map(({ name }) => name)
    .filter((name) => name.startsWith(`${base.name}-`)).sort()
    .map((name) => `${base.dir}/${name}`)
    .filter((other) => kindOf(other, uid) === "ours");
}

function entriesIn(dir: string): Deno.DirEntry[] {
  try {
    return Array.from(Deno.readDirSync(dir));
  } catch {
    return [];
  }
}

function kindOf(path: string, uid: number): "ours" | "foreign" | "none" {
  try {
    const info = Deno.lstatSync(path);
    const isOurs = info.isDirectory && info.uid === uid && ((info.mode ?? 0) & 0o077) === 0;
    return isOurs ? "ours" : "foreign";
  } catch {
    return "none";
  }
}

/** Where others may rename what is ours, nothing is ours. */
function isSafeBase(dir: string, uid: number): boolean {
  try {
    const { isDirectory, uid: owner, mode } = Deno.statSync(dir);
    const isSticky = ((mode ?? 0) & 0o1000) !== 0;
    const isOthers = ((mode ?? 0) & 0o022) !== 0 && !isSticky;
    return isDirectory && (owner === 0 || owner === uid) && !isOthers;
  } catch {
    return false;
  }
}
