/**
 * The files that `deno run` reads before a module runs: what it imports, and what its literal dynamic
 * imports name.
 *
 * @module
 */

interface Dependency {
  readonly specifier: string;
  /** Absent for what only types are taken of. */
  readonly code?: { readonly specifier?: string };
}

/**
 * Lists the modules.
 *
 * @param entry path of a module
 * @returns their addresses, such as `file:///…/src/run.ts`, `npm:yaml@2.9.1`
 */
export async function moduleGraph(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", entry],
  }).output();
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout));
  const imports = new Map<string, readonly Dependency[]>(
    modules.map(({ specifier, dependencies = [] }: {
      specifier: string;
      dependencies?: Dependency[];
    }) => [specifier, dependencies]),
  );
  const found = new Set<string>(roots);
  for (const module of found) {
    for (const { code } of imports.get(module) ?? []) {
      if (code?.specifier !== undefined) found.add(code.specifier);
    }
  }
  return [...found];
}
