/**
 * Builds the values of a YAML document from its syntax tree, as PyYAML's safe loader does.
 *
 * The tree is npm:yaml's, read without any schema: every scalar is text there, and its meaning is
 * decided here.
 *
 * @module
 */
import type { Alias, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "npm:yaml@2.9.1";
import { pythonText } from "../values.ts";
import { implicitTag, scalarValue, TAG_PREFIX } from "./scalar.ts";

/** Where in the text something is wrong: an offset, and what it is. */
export class BuildError extends Error {
  /** Offset in the text. */
  readonly offset: number;

  /** Makes an error. */
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The functions of npm:yaml that tell nodes apart: the module is loaded lazily by the caller. */
export interface NodeTests {
  /** Whether it is an alias. */
  isAlias(node: unknown): node is Alias;
  /** Whether it is a scalar. */
  isScalar(node: unknown): node is Scalar;
  /** Whether it is a mapping. */
  isMap(node: unknown): node is YAMLMap;
  /** Whether it is a sequence. */
  isSeq(node: unknown): node is YAMLSeq;
}

/** A few aliases of aliases can stand for billions of values. */
const MAX_VALUES = 5_000_000;

interface Built {
  value: unknown;
  /** How many values it stands for; undefined while it is being built. */
  size: number | undefined;
}

/** What it takes to merge a mapping. */
interface Merge {
  /** How many entries it gives. */
  readonly entries: number;
  /** How many are handled on the way, those that mappings in it give to each other as well. */
  readonly cost: number;
}

type Entry = readonly [key: Node, value: Node | null];

/** Builds the values of one document. */
export class ValueBuilder {
  readonly #tests: NodeTests;
  readonly #targets = new Map<Alias, Node>();
  readonly #built = new Map<Node, Built>();
  readonly #merges = new Map<Node, Merge>();
  readonly #text: string;
  /** Whether the last line has no newline, and something in it. */
  readonly #endsInLine: boolean;
  #count = 0;

  /**
   * Makes a builder for one document.
   *
   * @param tests how nodes are told apart
   */
  constructor(text: string, tests: NodeTests) {
    this.#text = text;
    this.#endsInLine = text.slice(text.lastIndexOf("\n") + 1).trim() !== "";
    this.#tests = tests;
  }

  /**
   * Builds the value of a document.
   *
   * @param root the root of the tree, null for an empty document
   * @returns the value; mappings are objects whose keys are what Python prints for them
   * @throws {BuildError} when PyYAML would refuse it
   */
  build(root: Node | null): unknown {
    this.#bindAliases(root, new Map());
    return this.#build(root);
  }

  /** Finds what each alias stands for: the order of the text counts here, and there only. */
  #bindAliases(node: Node | null, anchors: Map<string, Node>): void {
    const { isAlias, isMap, isSeq } = this.#tests;
    if (node === null) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) {
        throw new BuildError(startOf(node), "no anchor for this alias");
      }
      this.#targets.set(node, target);
      return;
    }
    const name = (node as Scalar | YAMLMap | YAMLSeq).anchor;
    if (name !== undefined) {
      if (anchors.has(name)) {
        throw new BuildError(startOf(node), "duplicate anchor");
      }
      anchors.set(name, node);
    }
    if (isSeq(node)) {
      for (const item of node.items) this.#bindAliases(item as Node | null, anchors);
    }
    if (!isMap(node)) return;
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      this.#bindAliases(pair.key, anchors);
      this.#bindAliases(pair.value, anchors);
    }
  }

  #build(reference: Node | null): unknown {
    const node = this.#resolve(reference);
    if (node === null) return null;
    const known = this.#built.get(node);
    if (known) {
      if (known.size === undefined) {
        throw new BuildError(startOf(reference), "an alias inside its own anchor");
      }
      this.#grow(known.size, node);
      return known.value;
    }
    const built: Built = { value: undefined, size: undefined };
    this.#built.set(node, built);
    const before = this.#count;
    this.#grow(1, node);
    built.value = this.#buildNode(node);
    built.size = this.#count - before;
    return built.value;
  }

  #grow(size: number, node: Node): void {
    this.#count += size;
    if (this.#count > MAX_VALUES) {
      throw new BuildError(startOf(node), "aliases stand for too many values");
    }
  }

  #buildNode(node: Node): unknown {
    const { isMap, isScalar, isSeq } = this.#tests;
    if (isScalar(node)) return this.#buildScalar(node);
    const tag = tagName(node, isMap(node) ? "map" : "seq");
    if (isMap(node) && tag === "map") return this.#buildMapping(node);
    if (isMap(node) && tag === "set") {
      return new Set(Object.keys(this.#buildMapping(node)));
    }
    if (isSeq(node) && tag === "seq") {
      return node.items.map((item) => this.#build(item as Node | null));
    }
    if (isSeq(node) && (tag === "omap" || tag === "pairs")) return this.#buildPairs(node);
    throw new BuildError(
      startOf(node),
      `a ${isMap(node) ? "mapping" : "list"} cannot have this tag`,
    );
  }

  #buildScalar(node: Scalar): unknown {
    const text = this.#scalarText(node);
    // Contract: a lone `!` makes PyYAML guess the type even of a quoted text.
    const guessed = node.type === "PLAIN" || node.type === undefined || node.tag === "!";
    const tag = tagName(node, guessed ? implicitTag(text) : "str");
    try {
      return scalarValue(tag, text);
    } catch (error) {
      throw error instanceof SyntaxError ? new BuildError(startOf(node), error.message) : error;
    }
  }

  /** A block scalar ends without newline in PyYAML when the file does; npm:yaml adds one. */
  #scalarText(node: Scalar): string {
    const source = node.source ?? "";
    if (!node.type?.startsWith("BLOCK") || !source.endsWith("\n")) return source;
    const end = node.range?.[1] ?? 0;
    const cut = this.#endsInLine && this.#text.slice(end).trim() === "";
    return cut ? source.slice(0, -1) : source;
  }

  #buildMapping(node: YAMLMap): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [key, value] of this.#entries(node)) {
      const name = this.#buildKey(key);
      const item = this.#build(value);
      // A plain assignment of this one would set the prototype.
      if (name === "__proto__") {
        Object.defineProperty(result, name, {
          value: item,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      } else result[name] = item;
    }
    return result;
  }

  #buildKey(key: Node): string {
    if (this.#isPlain(key, "=")) return "=";
    const name = this.#build(key);
    if (
      typeof name === "object" &&
      (Array.isArray(name) || name?.constructor === Object || name instanceof Set)
    ) {
      throw new BuildError(startOf(key), "a list or mapping cannot be a key");
    }
    return pythonText(name);
  }

  /** A mapping's entries, those of its `<<` keys first, so that its own win. */
  #entries(node: YAMLMap): Entry[] {
    // Before the work is done: a few merges of merges would take a second until there are too many.
    this.#grow(this.#mergeOf(node).cost, node);
    return this.#mergeEntries(node);
  }

  #mergeOf(node: YAMLMap): Merge {
    const known = this.#merges.get(node);
    if (known !== undefined) return known;
    let [merged, own, cost] = [0, 0, 0];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      if (!this.#isPlain(pair.key, "<<")) {
        if (pair.key) own++;
        continue;
      }
      for (const source of this.#sourcesOf(pair.value, node)) {
        const merge = this.#mergeOf(source);
        merged += merge.entries;
        cost += merge.cost;
      }
    }
    // One for the mapping itself: aliases of empty ones could stand for billions of them.
    const merge = { entries: merged + own, cost: cost + merged + 1 };
    this.#merges.set(node, merge);
    return merge;
  }

  #mergeEntries(node: YAMLMap): Entry[] {
    let merged: Entry[] = [];
    const own: Entry[] = [];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      if (this.#isPlain(pair.key, "<<")) {
        // The first of a list wins: it is written last.
        const sources = this.#sourcesOf(pair.value, node).reverse();
        merged = merged.concat(sources.flatMap((source) => this.#mergeEntries(source)));
      } else if (pair.key) own.push([pair.key, pair.value]);
    }
    return merged.concat(own);
  }

  /** The mappings that `<<` names. */
  #sourcesOf(value: Node | null, parent: YAMLMap): YAMLMap[] {
    const { isMap, isSeq } = this.#tests;
    const named = this.#resolve(value);
    const items = isSeq(named) ? named.items as (Node | null)[] : [named];
    return items.map((item) => {
      const source = this.#resolve(item);
      if (isMap(source)) return source;
      throw new BuildError(
        startOf(value ?? parent),
        "expected a mapping or a list of mappings after <<",
      );
    });
  }

  #resolve(node: Node | null): Node | null {
    return this.#tests.isAlias(node) ? this.#targets.get(node) ?? null : node;
  }

  #isPlain(node: Node | null, text: string): boolean {
    return this.#tests.isScalar(node) && node.type === "PLAIN" && node.tag === undefined &&
      node.source === text;
  }

  #buildPairs(node: YAMLSeq): unknown[] {
    return node.items.map((item) => {
      const pair = this.#tests.isMap(item) && item.items.length === 1 ? item.items[0] : undefined;
      if (!pair) throw new BuildError(startOf(item as Node), "expected a mapping of one key");
      return [this.#build(pair.key as Node), this.#build(pair.value as Node | null)];
    });
  }
}

function tagName(node: Scalar | YAMLMap | YAMLSeq | Node, implicit: string): string {
  const tag = (node as Scalar).tag;
  if (tag === undefined || tag === "!") return implicit;
  if (tag.startsWith(TAG_PREFIX)) return tag.slice(TAG_PREFIX.length);
  throw new BuildError(startOf(node), "unknown tag");
}

function startOf(node: unknown): number {
  return (node as ParsedNode | undefined)?.range?.[0] ?? 0;
}
