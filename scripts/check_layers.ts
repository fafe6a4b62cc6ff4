/**
 * Holds the imports of src/ against the table in .github/ARCHITECTURE.md.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people

const ROOT = new URL("../", import.meta.url).pathname;
const TABLE = `${ROOT}.github/ARCHITECTURE.md`;
/** What each layer may import besides itself, as the table says. */
const ALLOWED = readTable(Deno.readTextFileSync(TABLE));

/** Reads the rows whose first cell names parts of src/: `` | `src/run.ts`, `src/run/` | … | a, b | ``. */
function readTable(text: string): ReadonlyMap<string, readonly string[]> {
  const rows = [...text.matchAll(/^\| (`src\/.*?) \| .* \| (.*) \|$/gm)];
  return new Map(rows.flatMap(([, places = "", imports = ""]) => {
    const allowed = imports === "-" ? [] : imports.split(", ");
    return [...places.matchAll(/`src\/([^`]+?)(?:\.ts|\/)?`/g)].map(([, place = ""]) =>
      [place, allowed] as const
    );
  }));
}

function* sourceFiles(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

/** `src/cli/main.ts` -> `cli`, `src/run.ts` -> `run`; a file may have a row of its own. */
function layerOf(path: string): string {
  const place = path.slice(`${ROOT}src/`.length).replace(/\.ts$/, "");
  return ALLOWED.has(place) ? place : place.split("/")[0] ?? "";
}

/** A file's text less its doc comments, whose examples import as users do. */
function code(file: string): string {
  return Deno.readTextFileSync(file).replace(/\/\*\*[\s\S]*?\*\//g, "");
}

const problems: string[] = [];
for (const layer of new Set([...sourceFiles(`${ROOT}src`)].map(layerOf))) {
  if (!ALLOWED.has(layer)) problems.push(`src/${layer} has no row in ${TABLE}`);
}

const graph = new Map<string, string[]>();
for (const file of sourceFiles(`${ROOT}src`)) {
  const imports: string[] = [];
  for (const [, specifier] of code(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const target = new URL(specifier ?? "", `file://${file}`).pathname;
    if (!target.startsWith(`${ROOT}src/`)) continue;
    imports.push(target);
    const [from, to] = [layerOf(file), layerOf(target)];
    // What imports nothing stands on the ground: all may import it.
    if (ALLOWED.get(to)?.length === 0) continue;
    if (from !== to && !ALLOWED.get(from)?.includes(to)) {
      problems.push(`${file.slice(ROOT.length)}: ${from} may not import ${to} (${specifier})`);
    }
  }
  graph.set(file, imports);
}

const state = new Map<string, "open" | "done">();
function visit(file: string, path: readonly string[]): void {
  if (state.get(file) === "done") return;
  if (state.get(file) === "open") {
    const cycle = [...path.slice(path.indexOf(file)), file].map((name) =>
      name.slice(ROOT.length + 4)
    );
    problems.push(`cycle: ${cycle.join(" -> ")}`);
    return;
  }
  state.set(file, "open");
  for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
  state.set(file, "done");
}
for (const file of graph.keys()) visit(file, []);

for (const problem of problems) console.error(problem);
if (problems.length > 0) Deno.exit(1);
console.log(`layers: ${graph.size} files, no forbidden import, no cycle`);
