/**
 * Turns the directories of the corpus into cases: a private data dir and the arguments of one run.
 *
 * @module
 */

/** One case of the corpus. */
export interface Case {
  /** Its directory's name. */
  readonly name: string;
  /** What it shows, one line. */
  readonly about: string;
  /** The words behind `run <private data dir>`. */
  readonly args: readonly string[];
  /** Additions to the environment of the caller. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of the artifact directory; null when the program makes one up. */
  readonly ident: string | null;
  /**
   * Where plain text between events comes from, if there is any: how the original writes that to
   * its `stdout` file and console depends on how its reads fall, so those are compared with what
   * the events say.
   */
  readonly plainText: string | undefined;
  /** Whether worker processes print by themselves, so that neighbouring verbose events race. */
  readonly races: boolean;
  /** From which release on the original cannot run it, and lines that ours has to show all the same. */
  readonly originalFails: OriginalFails | undefined;
  /** The template of the private data dir. */
  readonly template: string;
  /** Changes when any file of the case does. */
  readonly digest: string;
}

/** A case that some originals cannot run. */
export interface OriginalFails {
  /** The first release: `2.4`. */
  readonly since: string;
  /** What goes wrong in it. */
  readonly why: string;
  /** Lines of our `stdout` file. */
  readonly shows: readonly string[];
}

interface CaseFile {
  readonly about: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
  readonly ident?: string | null;
  readonly plainText?: string;
  readonly races?: boolean;
  readonly originalFails?: OriginalFails;
}

/** The directory with the cases. */
export const corpusDirectory = `${import.meta.dirname}/corpus`;

/**
 * Reads the corpus. RUNNER_CONFORMANCE_CASES, a regular expression, picks some by name.
 *
 * @returns the cases in order of their names
 */
export async function loadCases(): Promise<Case[]> {
  const wanted = new RegExp(Deno.env.get("RUNNER_CONFORMANCE_CASES") ?? "");
  const names: string[] = [];
  for await (const entry of Deno.readDir(corpusDirectory)) {
    if (entry.isDirectory && wanted.test(entry.name)) names.push(entry.name);
  }
  return await Promise.all(names.sort().map(loadCase));
}

async function loadCase(name: string): Promise<Case> {
  const directory = `${corpusDirectory}/${name}`;
  const file = JSON.parse(await Deno.readTextFile(`${directory}/case.json`)) as CaseFile;
  return {
    name,
    about: file.about,
    args: file.args,
    env: file.env ?? {},
    ident: file.ident === undefined ? "conf" : file.ident,
    plainText: file.plainText,
    races: file.races ?? false,
    originalFails: file.originalFails,
    template: `${directory}/private`,
    digest: await digestOf(directory),
  };
}

async function digestOf(directory: string): Promise<string> {
  const parts: string[] = [];
  for (const path of await listFiles(directory)) {
    const executable = ((await Deno.stat(`${directory}/${path}`)).mode ?? 0) & 0o100;
    const bytes = await Deno.readFile(`${directory}/${path}`);
    parts.push(`${path} ${executable} ${await sha256(bytes)}`);
  }
  return await sha256(new TextEncoder().encode(parts.join("\n")));
}

/**
 * Lists the files below a directory, whatever they are.
 *
 * @param directory where to look
 * @returns relative paths in order
 */
export async function listFiles(directory: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${directory}/${below}`)) {
    const path = `${below}${entry.name}`;
    if (entry.isDirectory) found.push(...await listFiles(directory, `${path}/`));
    else found.push(path);
  }
  return found.sort();
}

/**
 * Hashes bytes.
 *
 * @param bytes any content
 * @returns SHA-256 as hex digits
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
