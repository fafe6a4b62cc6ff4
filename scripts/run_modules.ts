/**
 * Writes the list of the modules that a plain run loads: `deno task modules`.
 *
 * @module
 */
import { readModules } from "../tests/testing/module_graph.ts";

/** The list. */
const LIST = "src/cli/run_modules.ts";

const HEAD = `/**
 * The modules that a plain run loads, in their order: \`deno task modules\` writes this file.
 *
 * Deno looks up a module twice when it is the first to import others that are new. Named here, each of
 * them comes after all that it imports, and is looked up once: 4 of 103 ms of CPU for a run.
 *
 * @module
 */
`;

/**
 * Lists what a module imports, and what that imports, in the order in which it is run.
 *
 * @param entry path of the module
 */
async function importsOf(entry: string): Promise<string[]> {
  const { root, imports } = await readModules(entry);
  const seen = new Set<string>();
  const ordered: string[] = [];
  const visit = (url: string): void => {
    if (seen.has(url)) return;
    seen.add(url);
    for (const { isDynamic, code } of imports.get(url) ?? []) {
      if (isDynamic !== true && code?.specifier !== undefined) visit(code.specifier);
    }
    if (url !== root) ordered.push(url);
  };
  visit(root);
  return ordered;
}

/**
 * Makes the text of the list.
 *
 * @param root directory of the sources, with a slash at its end
 */
export async function runModules(root: URL): Promise<string> {
  const own = new Set([new URL(LIST, root).href]);
  for (const url of await importsOf(new URL("cli.ts", root).pathname)) own.add(url);
  const imports = await importsOf(new URL("src/cli/commands/run.ts", root).pathname);
  const lines = imports.filter((url) => url.endsWith(".ts") && !own.has(url))
    .map((url) => `import "${url.replace(new URL("src/", root).href, "../")}";\n`);
  return HEAD + lines.join("").replaceAll('"../cli/', '"./');
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  Deno.writeTextFileSync(new URL(LIST, root), await runModules(root));
}
