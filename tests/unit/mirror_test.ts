/**
 * Holds the mirror: the test of `src/a/b.ts` is `tests/unit/a/b_test.ts`.
 */
import { assert, assertEquals } from "../testing/assert.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** At least so many modules have a test of their own; raise it with them. */
const FEWEST = 80;

/** Tests of what several modules do together, or of what is no module. */
const OF_SEVERAL = [
  "api_page",
  "cli/exit_codes",
  "cli/parse/parse_errors",
  "events/spool/spool_reading",
  "lint/house_rules",
  "mirror",
  "testing/memory_tmp",
  "testing/python3",
  "testing/program_version",
];

/** Modules without logic: types, tables that other tests walk through, Contract texts. */
const WITHOUT_LOGIC = [
  "cli/flags/flag",
  "cli/run_modules",
  "config/options",
  "config/run_config",
  "config/system",
  "python/regex/piece",
  "run/run_options",
];

function modulesBelow(dir: string, suffix: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/${dir}`)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return modulesBelow(`${dir}/${name}`, suffix).map((path) => `${name}/${path}`);
    return name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [];
  }).sort();
}

/** Most files of one folder: more of them hold two ideas. */
const MOST_FILES = 14;

function foldersOf(dir: string): string[] {
  const inside = [...Deno.readDirSync(`${ROOT}/${dir}`)].filter(({ isDirectory }) => isDirectory);
  return [dir, ...inside.flatMap(({ name }) => foldersOf(`${dir}/${name}`))];
}

const sources = new Set(modulesBelow("src", ".ts"));
const tests = modulesBelow("tests/unit", "_test.ts");

Deno.test("every unit test has its module, at the same place", () => {
  const stray = tests.filter((path) => !sources.has(path) && !OF_SEVERAL.includes(path));
  assertEquals(stray, []);
});

Deno.test("most modules have a unit test of their own", () => {
  const tested = tests.filter((path) => sources.has(path));
  assert(tested.length >= FEWEST, `${tested.length} modules`);
});

Deno.test("the lists of exceptions name nothing that is gone, or has a test by now", () => {
  assertEquals(OF_SEVERAL.filter((path) => !tests.includes(path) || sources.has(path)), []);
  assertEquals(WITHOUT_LOGIC.filter((path) => !sources.has(path) || tests.includes(path)), []);
});

for (const path of WITHOUT_LOGIC) {
  Deno.test(`src/${path}.ts has no logic`, () => {
    const text = Deno.readTextFileSync(`${ROOT}/src/${path}.ts`);
    assert(!/\b(if|while|catch|switch)\b \(?/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")));
  });
}

Deno.test("no folder of src/ is a heap, and none is called after nothing", () => {
  const sizes = foldersOf("src").map((dir) => {
    const files = [...Deno.readDirSync(`${ROOT}/${dir}`)].filter(({ isFile }) => isFile);
    return { dir, files: files.length };
  });
  assertEquals(sizes.filter(({ files }) => files > MOST_FILES), []);
  const names = [...sources, ...sizes.map(({ dir }) => dir)];
  assertEquals(names.filter((path) => /(^|\/)(types|utils|helpers)$/.test(path)), []);
  assertEquals([...sources].filter((path) => /(^|\/)options$/.test(path)), ["config/options"]);
});
