/**
 * Reads the YAML that most env/ files hold, flat `key: value` lines, without a parser for all of it.
 *
 * Loading npm:yaml costs 40 ms, more than a tenth of a short run of the original. Whatever is not
 * plainly one of the forms below is left to it.
 *
 * @module
 */
import { pythonText } from "../values.ts";
import { implicitTag, scalarValue } from "./scalar.ts";

// Written without alternatives inside of repetitions: those overflow the stack on long lines.
/** A key at the start of a line, its colon, and the rest. */
const ENTRY =
  /^([A-Za-z_][\w.-]*|'[^']*(?:''[^']*)*'|"[^"\\]*(?:\\["\\/nt][^"\\]*)*"):(?: +(.*))?$/;
/** A whole quoted value, perhaps with a comment behind it. */
const QUOTED = /^('[^']*(?:''[^']*)*'|"[^"\\]*(?:\\["\\/nt][^"\\]*)*")(?: +#.*)?$/;
/** A plain value without any character that YAML may take for syntax. */
const PLAIN = /^(?:[A-Za-z0-9_./~+$^(\\]|-[^ :-])[^:]*(?::(?=[^ ])[^:]*)*$/;
/** Line ends and blanks that PyYAML treats in its own way. */
const SPECIAL = /[\t\x85\u2028\u2029\ufeff]|\r(?!\n)/;
/** PyYAML takes no longer key without a question mark. */
const MAX_KEY_LENGTH = 1000;

/**
 * Reads flat `key: value` lines.
 *
 * @returns the mapping, or undefined when the text needs the real parser
 */
export function parseSimpleYaml(text: string): Record<string, unknown> | undefined {
  if (SPECIAL.test(text)) return undefined;
  const result: Record<string, unknown> = {};
  let isEmpty = true;
  let started = false;
  for (const rawLine of text.split("\n")) {
    const line = rawLine.replace(/[ \r]+$/, "");
    if (/^ *(?:#.*)?$/.test(line)) continue;
    const isMarker = line === "---" && !started;
    started = true;
    if (isMarker) continue;
    isEmpty = false;
    const [, key = "", rest = ""] = ENTRY.exec(line) ?? [];
    if (key === "" || key.length > MAX_KEY_LENGTH) return undefined;
    const name = readScalar(key);
    const value = readScalar(rest);
    if (name === undefined || name === "__proto__" || value === undefined) return undefined;
    result[pythonText(name)] = value;
  }
  return isEmpty ? undefined : result;
}

/** Reads one scalar; undefined when it is anything else. */
function readScalar(text: string): unknown {
  if (text === "" || text.startsWith("#")) return null;
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted?.startsWith("'")) return quoted.slice(1, -1).replaceAll("''", "'");
  if (quoted !== undefined) return JSON.parse(quoted);
  const plain = text.replace(/ +#.*$/, "");
  if (!PLAIN.test(plain)) return undefined;
  try {
    return scalarValue(implicitTag(plain), plain);
  } catch (error) {
    // The real parser tells where it is.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
