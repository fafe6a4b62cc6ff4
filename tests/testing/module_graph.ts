/**
 * The files that `deno run` reads before a module runs: what it imports, and what its literal dynamic
 * imports name.
 *
 * @module
 */

/** What a module names in an import. */
export interface Dependency {
  readonly specifier: string;
  readonly isDynamic?: boolean;
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
  const { root, imports } = await readModules(entry);
  const found = new Set([root]);
  for (const module of found) {
    for (const { code } of imports.get(module) ?? []) {
      if (code?.specifier !== undefined) found.add(code.specifier);
    }
  }
  return [...found];
}

/** What Deno knows of a module and of all that it leads to. */
export interface Modules {
  /** Its address. */
  readonly root: string;
  /** What each module imports, by its address. */
  readonly imports: ReadonlyMap<string, readonly Dependency[]>;
}

/**
 * Asks Deno for the modules that one leads to.
 *
 * @param entry its path
 */
export async function readModules(entry: string): Promise<Modules> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", entry],
  }).output();
  const { roots: [root], modules } = JSON.parse(new TextDecoder().decode(stdout));
  const imports = new Map<string, readonly Dependency[]>(
    modules.map(({ specifier, dependencies = [] }: {
      specifier: string;
      dependencies?: Dependency[];
    }) => [specifier, dependencies]),
  );
  return { root, imports };
}
