/**
 * Turns the sources into a stamped copy, and the copy into plain JavaScript for `deno compile`.
 *
 * @module
 */
import { SOURCES } from "./commit.ts";

const STAMP = 'const COMMIT = "";';

/** A copy of the sources, ready to be compiled. */
export interface Stage extends Disposable {
  /** The JavaScript to compile. */
  readonly entry: string;
  /** Configuration with the permissions of the program. */
  readonly config: string;
}

/**
 * Copies and bundles the sources. Bundled they start faster, the npm packages need no resolution at
 * run time, and what is compiled does not depend on where the sources lie. The parts that a run
 * loads late stay files of their own.
 *
 * @param root directory of the sources
 * @param commit what `--version` is to show besides the version
 * @returns the copy; disposing removes it
 */
export function stageSources(root: string, commit: string): Stage {
  const dir = Deno.makeTempDirSync({ prefix: "ansible-runner-compile-" });
  try {
    copySources(root, `${dir}/source`);
    stamp(`${dir}/source/src/version.ts`, commit);
    readAll(`${dir}/source/deno.json`);
    bundle(`${dir}/source`, `${dir}/bundle`);
    unwrapCommonJs(`${dir}/bundle`);
    requireLate(`${dir}/bundle`);
    forgetTimes(`${dir}/bundle`);
    const { permissions } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
    Deno.writeTextFileSync(`${dir}/bundle/deno.json`, JSON.stringify({ permissions }));
  } catch (error) {
    Deno.removeSync(dir, { recursive: true });
    throw error;
  }
  return {
    entry: `${dir}/bundle/whole.js`,
    config: `${dir}/bundle/deno.json`,
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}

function copySources(root: string, to: string): void {
  Deno.mkdirSync(to);
  const { success, stderr } = new Deno.Command("cp", {
    args: ["-R", ...SOURCES.map((name) => `${root}/${name}`), to],
    stderr: "piped",
  }).outputSync();
  if (!success) throw new Error(`Cannot copy the sources: ${new TextDecoder().decode(stderr)}`);
}

function stamp(path: string, commit: string): void {
  const text = Deno.readTextFileSync(path);
  if (!text.includes(STAMP)) {
    throw new Error(`Cannot stamp "${path}": expected a line \`${STAMP}\``);
  }
  Deno.writeTextFileSync(path, text.replace(STAMP, `const COMMIT = ${JSON.stringify(commit)};`));
}

/** A checkout reads what a run loads late when it is loaded; the bundle has to have it. */
function readAll(path: string): void {
  const { unstable: _, ...config } = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify(config));
}

/** Packages are laid out below the sources: else the bundle would name the builder's own cache. */
function bundle(source: string, to: string): void {
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--frozen",
      "--platform",
      "deno",
      "--code-splitting",
      "--node-modules-dir=auto",
      "--outdir",
      to,
      "src/cli/whole.ts",
    ],
    cwd: source,
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) throw new Error(`Cannot bundle the sources: ${new TextDecoder().decode(stderr)}`);
}

/**
 * A CommonJS package loaded with `import()` is split off with nothing but a default export: what the
 * sources take from the package is found in there.
 */
function unwrapCommonJs(dir: string): void {
  const files = [...Deno.readDirSync(dir)].map(({ name }) => name);
  const texts = new Map(files.map((name) => [name, Deno.readTextFileSync(`${dir}/${name}`)]));
  const wrapped = files.filter((name) =>
    /\nexport default require_\w+\(\);\s*$/.test(texts.get(name) ?? "")
  );
  for (const [name, text] of texts) {
    const unwrapped = text.replace(
      /\bimport\("\.\/([^"]+)"\)/g,
      (call, target) =>
        wrapped.includes(target) ? `${call}.then((module) => module.default)` : call,
    );
    if (unwrapped !== text) Deno.writeTextFileSync(`${dir}/${name}`, unwrapped);
  }
}

const EAGER_REQUIRE =
  /import \{ createRequire as (\w+) \} from "node:module";\nvar __require = \1\(import\.meta\.url\);/;

/**
 * A CommonJS package makes the bundler load Node's module system in the chunk that all others need,
 * a tenth of the start: what the package requires of Node is found when it does.
 */
function requireLate(dir: string): void {
  for (const { name } of Deno.readDirSync(dir)) {
    const text = Deno.readTextFileSync(`${dir}/${name}`);
    const late = text.replace(
      EAGER_REQUIRE,
      "var __require = (name) => process.getBuiltinModule(name);",
    );
    if (late.includes('"node:module"')) {
      throw new Error(`Cannot bundle the sources: "${name}" loads Node's modules in another way`);
    }
    if (late !== text) Deno.writeTextFileSync(`${dir}/${name}`, late);
  }
}

/** `deno compile` keeps the times of the files: without them the same sources give the same bytes. */
function forgetTimes(dir: string): void {
  for (const { name } of Deno.readDirSync(dir)) Deno.utimeSync(`${dir}/${name}`, 0, 0);
}
