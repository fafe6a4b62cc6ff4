/**
 * Holds the comparison itself against one change at a time: whatever changes has to be seen.
 *
 * @module
 */
import { assert, assertEquals } from "../testing/assert.ts";
import { leafRules, type Memory } from "./blanks.ts";
import { compare } from "./compare.ts";
import { formatJsonTree, type JsonTree, parseJsonTree } from "./json_tree.ts";
import { normalize, type Outcome } from "./normalize.ts";
import type { Snapshot } from "./snapshot.ts";

/** Fails when there is a change of a run's snapshot that `compare` does not see. */
export function assertEveryChangeShows(snapshot: Snapshot): void {
  const memory: Memory = new Map();
  const whole = normalize(snapshot, { memory });
  assertEquals(compare(normalize(structuredClone(snapshot)), whole), []);
  assert(!shows(structuredClone(snapshot), { whole, memory }), "a change where there is none");
  let count = 0;
  for (const [what, changed] of mutations(snapshot)) {
    count++;
    assert(shows(changed, { whole, memory }), `nobody saw: ${what}`);
  }
  assert(count > 500, `expected many changes, got ${count}`);
}

/** Tells that a snapshot differs from the whole one, or cannot even be read any more. */
function shows(
  changed: Snapshot,
  { whole, memory }: { readonly whole: Outcome; readonly memory: Memory },
): boolean {
  try {
    return compare(whole, normalize(changed, { memory })).length > 0;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

type Mutation = readonly [what: string, changed: Snapshot];

function* mutations(snapshot: Snapshot): Generator<Mutation> {
  yield ["exit code", { ...snapshot, exitCode: snapshot.exitCode + 1 }];
  yield ["console output", { ...snapshot, consoleOut: snapshot.consoleOut + "\n" }];
  yield ["console errors", { ...snapshot, consoleErr: snapshot.consoleErr + "x" }];
  for (const [index, line] of snapshot.files.entries()) {
    yield [`no ${line}`, { ...snapshot, files: snapshot.files.toSpliced(index, 1) }];
    const looser = snapshot.files.with(index, line.replace(/^..../, "0777"));
    yield [`mode of ${line}`, { ...snapshot, files: looser }];
  }
  for (const [name, content] of Object.entries(snapshot.artifacts)) {
    const { [name]: _gone, ...others } = snapshot.artifacts;
    yield [`no ${name}`, { ...snapshot, artifacts: others }];
    const isJson = name === "command" || name.startsWith("job_events/");
    for (const [what, text] of isJson ? jsonMutations(content) : [["longer", content + "x"]]) {
      const artifacts = { ...snapshot.artifacts, [name]: text ?? "" };
      yield [`${name} ${what}`, { ...snapshot, artifacts }];
    }
    if (name.startsWith("job_events/")) {
      yield [`spelling of ${name}`, {
        ...snapshot,
        artifacts: { ...others, [name]: content.replace(", ", ",") },
      }];
      const other = name.replace(/[0-9a-f]{12}(?=\.json$)/, "0123456789ab");
      yield [`name of ${name}`, { ...snapshot, artifacts: { ...others, [other]: content } }];
    }
  }
}

function* jsonMutations(text: string): Generator<[string, string]> {
  for (const [what, tree] of treeMutations(parseJsonTree(text), "")) {
    yield [what, formatJsonTree(tree)];
  }
}

function* treeMutations(tree: JsonTree, path: string): Generator<[string, JsonTree]> {
  if (tree.kind === "object") yield* objectMutations(tree, path);
  else if (tree.kind === "array") yield* arrayMutations(tree, path);
  else yield* leafMutations(tree, path);
}

function* objectMutations(
  tree: JsonTree & { kind: "object" },
  path: string,
): Generator<[string, JsonTree]> {
  const { members } = tree;
  const made = (changed: typeof members): JsonTree => ({ kind: "object", members: changed });
  yield [`${path} one key more`, made([...members, ["more", { kind: "literal", text: "1" }]])];
  for (const [index, [key, value]] of members.entries()) {
    yield [`${path}/${key} gone`, made(members.toSpliced(index, 1))];
    yield [`${path}/${key} renamed`, made(members.with(index, [`${key}_`, value]))];
    const neighbour = members[index + 1];
    // The order of the environment means nothing and is not compared.
    if (neighbour !== undefined && path !== "/env") {
      yield [`${path}/${key} later`, made(members.toSpliced(index, 2, neighbour, [key, value]))];
    }
    for (const [what, changed] of treeMutations(value, `${path}/${key}`)) {
      yield [what, made(members.with(index, [key, changed]))];
    }
  }
}

function* arrayMutations(
  tree: JsonTree & { kind: "array" },
  path: string,
): Generator<[string, JsonTree]> {
  const { items } = tree;
  const made = (changed: JsonTree[]): JsonTree => ({ kind: "array", items: changed });
  yield [`${path} one item more`, made([...items, { kind: "literal", text: "null" }])];
  for (const [index, item] of items.entries()) {
    yield [`${path}/${index} gone`, made(items.toSpliced(index, 1))];
    for (const [what, changed] of treeMutations(item, `${path}/*`)) {
      yield [what, made(items.with(index, changed))];
    }
  }
}

function* leafMutations(
  leaf: JsonTree & { kind: "string" | "literal" },
  path: string,
): Generator<[string, JsonTree]> {
  if (leaf.kind === "string") {
    yield [`${path} longer`, { kind: "string", value: `${leaf.value}!` }];
    yield [`${path} null`, { kind: "literal", text: "null" }];
    if (leaf.value.endsWith("+00:00")) {
      yield [`${path} without zone`, { kind: "string", value: leaf.value.slice(0, -6) }];
    }
    return;
  }
  yield [`${path} as text`, { kind: "string", value: leaf.text }];
  const other = /^\d/.test(leaf.text) ? `1${leaf.text}` : leaf.text === "true" ? "false" : "true";
  const blanked = leafRules.some((rule) => rule.path.test(path) && rule.form.test(other));
  if (!blanked) yield [`${path} ${other}`, { kind: "literal", text: other }];
}
