/**
 * Turns every source of extra vars into `-e @PATH` words, and what is no file into files of the run.
 *
 * No value stands in the command line, which the process list shows to everyone.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { DataDirInputs } from "./inputs/private_data_dir.ts";
import type { JsonObject, TakenInputs } from "./options.ts";
import type { ExtraVars, Material } from "./run_config.ts";

/** Where files are, and what relative paths are relative to. */
export interface ExtraVarsPlaces {
  readonly scratchDir: string;
  readonly absolute: (path: string) => string;
}

/** Paths for `-e @PATH`, in order, and the files among them that the run makes. */
export interface ResolvedExtraVars {
  readonly paths: readonly string[];
  readonly materials: readonly Material[];
}

/**
 * Resolves extra vars: env/extravars, then the argument, then the words of `-e`, since Ansible lets
 * the last one win.
 *
 * @throws {ConfigError} when words of `-e` are none that Ansible takes
 */
export function resolveExtraVars(
  { options, inputs }: { readonly options: TakenInputs; readonly inputs: DataDirInputs },
  { scratchDir, absolute }: ExtraVarsPlaces,
): ResolvedExtraVars {
  const paths: string[] = [];
  const materials: Material[] = [];
  const add = (name: string, source: ExtraVars): void => {
    if (source.kind === "path") return void paths.push(absolute(source.path));
    if (source.kind === "data" && Object.keys(source.data).length === 0) return;
    const text = source.kind === "data" ? JSON.stringify(source.data) : source.text;
    materials.push({ path: `${scratchDir}/${name}`, text });
    paths.push(`${scratchDir}/${name}`);
  };
  if (inputs.extravarsPath !== undefined) paths.push(inputs.extravarsPath);
  if (inputs.extravarsText !== undefined) {
    add("extravars", { kind: "text", text: inputs.extravarsText });
  }
  if (options.extravars !== undefined) add("extravars.json", argument(options.extravars));
  for (const [index, words] of (options.extravarsWords ?? []).entries()) {
    add(`extravars_${index + 1}.yml`, readExtraVarsWords(words));
  }
  return { paths, materials };
}

function argument(extravars: JsonObject | string): ExtraVars {
  if (typeof extravars !== "string") return { kind: "data", data: extravars };
  // Ansible's own spelling of a path is taken as well.
  return { kind: "path", path: extravars.replace(/^@/, "") };
}

/**
 * Reads what stands after `-e` as Ansible does: `@FILE`, JSON or YAML in braces, or `key=value` words,
 * whose values are strings.
 *
 * @throws {ConfigError} when it is nothing of these; it is not repeated, as it may be secret
 */
export function readExtraVarsWords(text: string): ExtraVars {
  if (text.startsWith("@")) return { kind: "path", path: text.slice(1) };
  if (/^[[{]/.test(text)) return { kind: "text", text };
  const variables = splitWords(text).map((word) => {
    const decoded = decodeEscapes(word);
    const equals = /[^\\]=/.exec(decoded)?.index;
    if (equals === undefined) throw unreadable();
    return [
      decoded.slice(0, equals + 1).trim(),
      unquote(decoded.slice(equals + 2).trim()),
    ] as const;
  });
  return { kind: "data", data: Object.fromEntries(variables) };
}

/** Splits at spaces and line ends that stand neither in quotes nor in the braces of a template. */
function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let depth = 0;
  for (const [at, char] of [...text].entries()) {
    if (/[ \n]/.test(char) && quote === "" && depth === 0) {
      words.push(word);
      word = "";
      continue;
    }
    const before = word.at(-1) ?? "";
    if (/["']/.test(char) && before !== "\\") {
      if (quote === "") quote = char;
      else if (quote === char) quote = "";
    }
    if (before === "{" && /[{%#]/.test(char)) depth++;
    if (char === "}" && /[}%#]/.test(before) && at > 0) depth--;
    word += char;
  }
  if (quote !== "" || depth !== 0) throw unreadable("A quote or a brace is not closed");
  return [...words, word].filter((each) => each !== "");
}

const ESCAPE = /\\(?:U([\da-fA-F]{8})|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\\'"abfnrtv]))/g;

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function decodeEscapes(word: string): string {
  return word.replace(ESCAPE, (all, long, short, byte, letter) => {
    if (letter !== undefined) return LETTERS[letter] ?? letter;
    const code = parseInt(long ?? short ?? byte, 16);
    return code > 0x10ffff ? all : String.fromCodePoint(code);
  });
}

function unquote(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 && value.at(-2) !== "\\"
    ? value.slice(1, -1)
    : value;
}

function unreadable(hint = "A file is given as @FILE, a value with blanks in quotes"): ConfigError {
  const message = "Cannot read --extra-vars: expected KEY=VALUE words, JSON, YAML or @FILE";
  return new ConfigError("config.extra_vars", message, { hint });
}
