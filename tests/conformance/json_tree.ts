/**
 * Turns JSON text into a tree that keeps the order of keys and the spelling of numbers.
 *
 * @module
 */

/** A JSON value as it was written. */
export type JsonTree =
  | { readonly kind: "object"; members: [key: string, value: JsonTree][] }
  | { readonly kind: "array"; items: JsonTree[] }
  | JsonLeaf;

/** A text, or a number, a truth value or null as it is spelled. */
export type JsonLeaf =
  | { readonly kind: "string"; value: string }
  | { readonly kind: "literal"; text: string };

const token = /[ \t\n\r]*([{}[\],:]|"(?:[^"\\\x00-\x1f]+|\\.)*"|[^\s{}[\],:"]+)/y;

/**
 * Reads JSON text; `NaN` and the infinities of Python are read as literals too.
 *
 * @param text the whole text of one value
 * @returns the tree
 * @throws {SyntaxError} when the text is not JSON
 */
export function parseJsonTree(text: string): JsonTree {
  const scanner = { text, at: 0 };
  const tree = readValue(scanner, next(scanner));
  if (text.slice(scanner.at).trim() !== "") throw new SyntaxError("Text behind the JSON value");
  return tree;
}

/**
 * Writes a tree as Python's `json.dumps` does with its defaults.
 *
 * @param tree the value
 * @returns ASCII text
 */
export function formatJsonTree(tree: JsonTree): string {
  switch (tree.kind) {
    case "object":
      return `{${
        tree.members.map(([key, value]) => `${quote(key)}: ${formatJsonTree(value)}`).join(", ")
      }}`;
    case "array":
      return `[${tree.items.map(formatJsonTree).join(", ")}]`;
    case "string":
      return quote(tree.value);
    case "literal":
      return tree.text;
  }
}

/**
 * Looks a member up.
 *
 * @param tree any value
 * @param keys the way down, object keys only
 * @returns the value there, if there is one
 */
export function memberOf(tree: JsonTree | undefined, ...keys: string[]): JsonTree | undefined {
  let found = tree;
  for (const key of keys) {
    if (found?.kind !== "object") return undefined;
    found = found.members.find(([name]) => name === key)?.[1];
  }
  return found;
}

/**
 * Gives the text of a member that is a string.
 *
 * @param tree any value
 * @param keys the way down, object keys only
 * @returns the text, if there is one
 */
export function textOf(tree: JsonTree | undefined, ...keys: string[]): string | undefined {
  const found = memberOf(tree, ...keys);
  return found?.kind === "string" ? found.value : undefined;
}

/**
 * Builds a new tree by giving every leaf (string or literal) to a function, in document order.
 *
 * @param tree the value
 * @param change gets the leaf and its path (array items are `*`), returns what stands there instead
 * @param path where the tree itself stands
 * @returns the new tree
 */
export function mapLeaves(
  tree: JsonTree,
  change: (leaf: JsonLeaf, path: string) => JsonLeaf,
  path = "",
): JsonTree {
  if (tree.kind === "object") {
    const members = tree.members.map(([key, value]): [string, JsonTree] => [
      key,
      mapLeaves(value, change, `${path}/${key}`),
    ]);
    return { kind: "object", members };
  }
  if (tree.kind === "array") {
    return { kind: "array", items: tree.items.map((item) => mapLeaves(item, change, `${path}/*`)) };
  }
  return change(tree, path);
}

/**
 * Builds a new tree in which the keys of some mappings are in alphabetical order.
 *
 * @param tree the value
 * @param where matches the paths of those mappings
 * @param path where the tree itself stands
 * @returns the new tree
 */
export function sortMappings(tree: JsonTree, where: RegExp, path = ""): JsonTree {
  if (tree.kind === "array") {
    const items = tree.items.map((item) => sortMappings(item, where, `${path}/*`));
    return { kind: "array", items };
  }
  if (tree.kind !== "object") return tree;
  const members = tree.members.map(([key, value]): [string, JsonTree] => [
    key,
    sortMappings(value, where, `${path}/${key}`),
  ]);
  if (where.test(path)) members.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return { kind: "object", members };
}

interface Scanner {
  readonly text: string;
  at: number;
}

function next(scanner: Scanner): string {
  token.lastIndex = scanner.at;
  const found = token.exec(scanner.text)?.[1];
  if (found === undefined) throw new SyntaxError(`No JSON at character ${scanner.at}`);
  scanner.at = token.lastIndex;
  return found;
}

function readValue(scanner: Scanner, first: string): JsonTree {
  if (first === "{") return readObject(scanner);
  if (first === "[") return readArray(scanner);
  if (first.startsWith('"')) return { kind: "string", value: JSON.parse(first) as string };
  if (/^(?:true|false|null|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(first)) {
    return { kind: "literal", text: first };
  }
  throw new SyntaxError(`Not JSON: ${first.slice(0, 40)}`);
}

function readObject(scanner: Scanner): JsonTree {
  const members: [string, JsonTree][] = [];
  let word = next(scanner);
  if (word === "}") return { kind: "object", members };
  while (true) {
    if (!word.startsWith('"')) throw new SyntaxError(`Expected a key, got ${word}`);
    const key = JSON.parse(word) as string;
    if (next(scanner) !== ":") throw new SyntaxError(`Expected ":" behind "${key}"`);
    members.push([key, readValue(scanner, next(scanner))]);
    const end = next(scanner);
    if (end === "}") return { kind: "object", members };
    if (end !== ",") throw new SyntaxError(`Expected "," or "}", got ${end}`);
    word = next(scanner);
  }
}

function readArray(scanner: Scanner): JsonTree {
  const items: JsonTree[] = [];
  let word = next(scanner);
  if (word === "]") return { kind: "array", items };
  while (true) {
    items.push(readValue(scanner, word));
    const end = next(scanner);
    if (end === "]") return { kind: "array", items };
    if (end !== ",") throw new SyntaxError(`Expected "," or "]", got ${end}`);
    word = next(scanner);
  }
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
