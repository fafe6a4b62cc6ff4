/**
 * Holds the imports of src/ against the table in .github/ARCHITECTURE.md.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people

const ROOT = new URL("../", import.meta.url).pathname;
/** What each layer may import besides itself; type-only imports count too. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  internal: ["errors"],
  errors: [],
  process: ["internal", "errors"],
  events: ["internal", "errors"],
  config: ["internal", "errors"],
  command: ["config", "internal", "errors"],
  profiling: ["process", "internal", "errors"],
  sinks: ["events", "config", "internal", "errors"],
  result: ["events", "config", "process", "sinks", "internal", "errors"],
  helpers: [
    "run",
    "result",
    "config",
    "command",
    "process",
    "events",
    "sinks",
    "internal",
    "errors",
  ],
  run: [
    "config",
    "command",
    "process",
    "profiling",
    "events",
    "sinks",
    "result",
    "internal",
    "errors",
  ],
  cli: [
    "run",
    "result",
    "config",
    "command",
    "process",
    "profiling",
    "events",
    "sinks",
    "internal",
    "errors",
  ],
};

function* sourceFiles(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

/** `src/cli/main.ts` -> `cli`, `src/run.ts` -> `run`. */
function layerOf(path: string): string {
  return path.slice(`${ROOT}src/`.length).split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

/** A file's text less its doc comments, whose examples import as users do. */
function code(file: string): string {
  return Deno.readTextFileSync(file).replace(/\/\*\*[\s\S]*?\*\//g, "");
}

const graph = new Map<string, string[]>();
const problems: string[] = [];
for (const file of sourceFiles(`${ROOT}src`)) {
  const imports: string[] = [];
  for (const [, specifier] of code(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const target = new URL(specifier ?? "", `file://${file}`).pathname;
    if (!target.startsWith(`${ROOT}src/`)) continue;
    imports.push(target);
    const [from, to] = [layerOf(file), layerOf(target)];
    if (from !== to && !(ALLOWED[from] ?? []).includes(to)) {
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
