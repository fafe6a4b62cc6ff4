/**
 * Reads YAML 1.1 as PyYAML's safe loader does, JSON as Python's `json` does.
 *
 * This is the only module that loads npm:yaml, and only for a text that is
 * neither JSON nor flat `key: value` lines.
 *
 * @module
 */
import { parseJson } from "../json_read.ts";
import { kindOf } from "../values.ts";
import { parseSimpleYaml } from "./flat.ts";
import { BuildError, ValueBuilder } from "./build.ts";

/** A text that is no YAML, with the place. */
export class YamlError extends Error {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
  /** What is wrong there, in lower case, without the place. */
  readonly problem: string;

  /**
   * Makes an error.
   *
   * @param place line and column, from 1
   */
  constructor(problem: string, place: { readonly line: number; readonly column: number }) {
    const shown = problem.length > 200 ? `${problem.slice(0, 200)}…` : problem;
    super(`${shown} (line ${place.line}, column ${place.column})`);
    this.name = "YamlError";
    this.problem = shown;
    this.line = place.line;
    this.column = place.column;
  }
}

/** Characters that PyYAML refuses anywhere in a text. */
const NOT_PRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** What npm:yaml refuses and PyYAML does not: `'x'# comment`. */
const TOLERATED = /^Comments must be separated/;

/**
 * Reads a text as JSON if it is JSON, else as YAML.
 *
 * @param text the text of an env/ file
 * @returns the value; null for an empty text
 * @throws {YamlError} when it is neither
 */
export async function parseJsonOrYaml(text: string): Promise<unknown> {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return await parseYaml(text);
}

/**
 * Reads a YAML text.
 *
 * Ints above 2^53 come as `bigint`, integral floats as `PyFloat`, dates as `PyDate`, `!!binary` as
 * `Uint8Array`, sets as `Set`. The keys of a mapping are what Python prints for them.
 *
 * @returns the value; null for an empty document
 * @throws {YamlError} when PyYAML would refuse it
 */
export async function parseYaml(text: string): Promise<unknown> {
  refuseNotPrintable(text);
  const simple = parseSimpleYaml(text);
  if (simple) return simple;
  return await parseWithLibrary(
    text,
    ({ contents }, yaml) => new ValueBuilder(text, yaml).build(contents),
  );
}

/** What the root of a document is. */
export interface LooseRoot {
  /** `a mapping`, `a list`, `a text`, `null`, or another word of messages. */
  readonly kind: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/**
 * Looks at a text without building values: unknown tags and odd scalars are no mistakes.
 *
 * @param text JSON or one YAML document
 * @throws {YamlError} when it is neither
 */
export async function readLoosely(text: string): Promise<LooseRoot> {
  try {
    return { kind: kindOf(parseJson(text)), line: 1 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  refuseNotPrintable(text);
  if (parseSimpleYaml(text)) return { kind: kindOf({}), line: 1 };
  return await parseWithLibrary(text, (document, yaml) => {
    // Noted on the way: looking each alias up in the tree would take its size squared.
    const anchors = new Set<string>();
    yaml.visit(document, {
      Value(_key, { anchor }) {
        if (anchor !== undefined) anchors.add(anchor);
      },
      Alias(_key, node) {
        if (anchors.has(node.source)) return;
        throw new BuildError(
          node.range?.[0] ?? 0,
          "no anchor for this alias",
        );
      },
    });
    const { contents } = document;
    return { kind: looseKind(contents, yaml), line: placeOf(text, contents?.range?.[0] ?? 0).line };
  });
}

function looseKind(contents: unknown, yaml: Yaml): string {
  if (yaml.isMap(contents)) return kindOf({});
  if (yaml.isSeq(contents)) return kindOf([]);
  return contents === null ? "nothing" : "a single value";
}

function refuseNotPrintable(text: string): void {
  const bad = NOT_PRINTABLE.exec(text);
  if (bad === null) return;
  const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw new YamlError(`the character U+${code} is not allowed`, placeOf(text, bad.index));
}

type Yaml = typeof import("npm:yaml@2.9.1");

async function parseWithLibrary<Result>(
  text: string,
  use: (document: ReturnType<Yaml["parseDocument"]>, yaml: Yaml) => Result,
): Promise<Result> {
  const yaml = await import("npm:yaml@2.9.1");
  try {
    const document = yaml.parseDocument(text, {
      version: "1.1",
      schema: "failsafe",
      merge: false,
      uniqueKeys: false,
      resolveKnownTags: false,
      prettyErrors: false,
    });
    const problem = document.errors.find((error) => !TOLERATED.test(error.message));
    if (problem) throw new BuildError(problem.pos[0], wording(problem));
    return use(document as ReturnType<Yaml["parseDocument"]>, yaml);
  } catch (error) {
    if (error instanceof BuildError) {
      throw new YamlError(error.message, placeOf(text, error.offset));
    }
    // The parser is recursive: a stack overflow is the only RangeError it throws.
    if (error instanceof RangeError) {
      throw new YamlError("nested too deeply", { line: 1, column: 1 });
    }
    throw error;
  }
}

/** Where the library's messages show the text itself, which may be a password. */
const SHOWN_TEXT: readonly (readonly [form: RegExp, shown: string])[] = [
  [/: ".*$/s, ""],
  [/^(Unresolved tag|Block scalar header includes extra characters): .*$/s, "$1"],
  [/^(Invalid escape sequence) .*$/s, "$1"],
];

function wording(problem: { readonly code: string; readonly message: string }): string {
  if (problem.code === "MULTIPLE_DOCS") return "expected one document, got several";
  if (problem.message.startsWith("Maximum call stack")) return "nested too deeply";
  const text = SHOWN_TEXT.reduce(
    (part, [form, shown]) => part.replace(form, shown),
    problem.message,
  );
  const message = text.replace(/[.\s]+$/, "").replaceAll(/\s+/g, " ");
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}
