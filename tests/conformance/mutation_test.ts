/**
 * Holds the comparison itself against one change at a time: whatever changes has to be seen.
 *
 * @module
 */
import { assert, assertEquals } from "../testing/assert.ts";
import { findSystemStack } from "../testing/original.ts";
import { runCli } from "../testing/run_cli.ts";
import { testOrSkip } from "../testing/skip.ts";
import { loadCases } from "./cases.ts";
import { compare } from "./compare.ts";
import { formatJsonTree, type JsonTree, parseJsonTree } from "./json_tree.ts";
import { leafRules, normalize } from "./normalize.ts";
import { makeArena, type Snapshot, takeSnapshot } from "./snapshot.ts";

const search = await findSystemStack();

for (const name of ["failed", "verbose1"]) {
  testOrSkip(
    `compare sees every single change of the run "${name}"`,
    "missing" in search ? search.missing : undefined,
    async () => {
      if (!("stack" in search)) return;
      const snapshot = await snapshotOf(name, search.stack.path);
      const whole = normalize(snapshot);
      assertEquals(compare(whole, normalize(structuredClone(snapshot))), []);
      let count = 0;
      for (const [what, changed] of mutations(snapshot)) {
        count++;
        assert(compare(whole, normalize(changed)).length > 0, `nobody saw: ${what}`);
      }
      assert(count > 500, `expected many changes, got ${count}`);
    },
  );
}

async function snapshotOf(name: string, path: string): Promise<Snapshot> {
  const theCase = (await loadCases()).find((other) => other.name === name);
  assert(theCase !== undefined, `no case ${name}`);
  const arena = await makeArena(path);
  try {
    return await takeSnapshot(arena, theCase, runCli);
  } finally {
    await Deno.remove(arena.root, { recursive: true });
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
