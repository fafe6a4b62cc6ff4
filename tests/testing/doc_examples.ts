/**
 * The examples in the documentation of the library.
 *
 * @module
 */
import { filesBelow } from "./leaks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The name by which examples import this library. */
export const LIBRARY_NAME = "@ansible-runner/ansible-runner";

/** One of them, with the file whose doc comment it stands in. */
export interface DocExample {
  readonly path: string;
  readonly code: string;
}

/** The TypeScript examples in all doc comments that import this library by its name. */
export function docExamples(): DocExample[] {
  return ["mod.ts", ...filesBelow(`${ROOT}src`, "src/")].filter((name) => name.endsWith(".ts"))
    .map((name) => `${ROOT}${name}`)
    .flatMap((path) => examplesOf(path).map((code) => ({ path, code })));
}

function examplesOf(path: string): string[] {
  const text = Deno.readTextFileSync(path);
  return Array.from(
    text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm),
    ([, code]) => (code ?? "").replaceAll(/^ *\* ?/gm, ""),
  ).filter((code) => code.includes(LIBRARY_NAME));
}
