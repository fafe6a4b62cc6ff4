/**
 * Holds our runs against the original's on every version of Ansible that is claimed.
 *
 * `deno task matrix [VERSION...]` makes the Python environments that are missing (pip, pyenv) and
 * prints a line per version; `--prepare VERSION...` only makes them. `newest` is the newest version
 * that the Pythons of this machine run.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people
import {
  NEWEST_VERSIONS,
  testCacheDirectory,
  TESTED_VERSIONS,
  type TestedVersion,
} from "../tests/testing/original.ts";

/** What pip installs for each line of the original, and the Pythons it runs with. */
const ORIGINALS = {
  "2.3": { requirement: "ansible-runner==2.3.6", pythons: ["3.8", "3.9", "3.10", "3.11"] },
  "2.4": { requirement: "ansible-runner==2.4.3", pythons: ["3.11", "3.10", "3.12", "3.13"] },
} as const;

const onlyPrepare = Deno.args.includes("--prepare");
const wanted: string[] = [];
for (const word of Deno.args) {
  if (word === "newest") wanted.push(await newestVersion());
  else if (!word.startsWith("-")) wanted.push(word);
}
const unknown = wanted.filter((name) => !TESTED_VERSIONS.some((version) => version.name === name));
if (unknown.length > 0) {
  console.error(`matrix: no such version: ${unknown.join(" ")}`);
  Deno.exit(2);
}
let failures = 0;
for (const version of TESTED_VERSIONS) {
  if (wanted.length > 0 && !wanted.includes(version.name)) continue;
  const problem = await prepare(version);
  if (problem !== undefined) console.log(`SKIP ${version.name}: ${problem}`);
  else if (onlyPrepare) console.log(`${version.name}: ${environmentOf(version)}`);
  else if (!await compare(version)) failures++;
}
Deno.exit(failures > 0 ? 1 : 0);

/** The newest version that can be made here; the last choice where none can, which then says why. */
async function newestVersion(): Promise<string> {
  let newest = "";
  for (const version of NEWEST_VERSIONS) {
    newest = version.name;
    if (await prepare(version) === undefined) break;
  }
  return newest;
}

function environmentOf(version: TestedVersion): string {
  return `${testCacheDirectory()}/ansible-core-${version.name}`;
}

/** Makes the environments of a version and of its original; gives what is in the way. */
async function prepare(version: TestedVersion): Promise<string | undefined> {
  return await makeEnvironment(environmentOf(version), version) ??
    await makeEnvironment(
      `${testCacheDirectory()}/runner-${version.original}`,
      ORIGINALS[version.original],
    );
}

async function makeEnvironment(
  dir: string,
  { pythons, requirement }: Pick<TestedVersion, "pythons" | "requirement">,
): Promise<string | undefined> {
  if (isFile(`${dir}/bin/ansible-playbook`) || isFile(`${dir}/bin/ansible-runner`)) {
    return undefined;
  }
  const python = await findPython(pythons);
  if (python === undefined) return `no Python ${pythons.join(" or ")} (pyenv versions)`;
  const venv = python.includes("/2.7") ? "virtualenv" : "venv";
  for (
    const argv of [
      [python, "-m", venv, dir],
      [
        `${dir}/bin/pip`,
        "install",
        "--quiet",
        "--disable-pip-version-check",
        ...requirement.split(" "),
      ],
    ]
  ) {
    const { code, stderr } = await new Deno.Command(argv[0] ?? "", { args: argv.slice(1) })
      .output();
    if (code === 0) continue;
    await Deno.remove(dir, { recursive: true }).catch(() => {});
    return `${argv.join(" ")}: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`;
  }
  return undefined;
}

/** The first of some Pythons that pyenv or PATH has. */
async function findPython(versions: readonly string[]): Promise<string | undefined> {
  const root = `${Deno.env.get("PYENV_ROOT") ?? `${Deno.env.get("HOME")}/.pyenv`}/versions`;
  for (const version of versions) {
    try {
      for (const { name } of Deno.readDirSync(root)) {
        if (name.startsWith(`${version}.`)) return `${root}/${name}/bin/python`;
      }
    } catch {
      // No pyenv here.
    }
    const program = `python${version}`;
    const found = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
    if (found.success) return program;
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Runs the corpus on one version and prints how many cases came out how. */
async function compare(version: TestedVersion): Promise<boolean> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--frozen", "tests/conformance/conformance_test.ts"],
    cwd: new URL("..", import.meta.url).pathname,
    env: { RUNNER_CONFORMANCE_VERSIONS: version.name, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  const failures = text.slice(Math.max(0, text.lastIndexOf(" FAILURES ")));
  const bad = [...failures.matchAll(/^a run leaves .*? \.\.\. (\S.*?) => /gm)].map(([, name]) =>
    name
  );
  const good = / passed \((\d+) steps?\)/.exec(text)?.[1] ?? "0";
  const original = ORIGINALS[version.original].requirement;
  console.log(`${version.name}: ${good} as ${original}, ${bad.length} not ${bad.join(" ")}`);
  if (code !== 0) console.log(text.slice(-8000) + new TextDecoder().decode(stderr));
  return code === 0;
}
