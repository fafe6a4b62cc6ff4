/**
 * Writes values in one form on both sides, Python's and ours, so that tests can compare them.
 *
 * @module
 */
import { PyDate, PyFloat, pythonText } from "../../src/python/values.ts";

/** Python code of `encode(value)`, the counterpart of {@linkcode encode}. */
export const ENCODE_CODE = `
def encode(value):
    if isinstance(value, dict): return {"map": {str(k): encode(v) for k, v in value.items()}}
    if isinstance(value, (list, tuple)): return {"list": [encode(v) for v in value]}
    if isinstance(value, (set, frozenset)): return {"set": sorted(str(v) for v in value)}
    name = type(value).__name__
    return [{"datetime": "date"}.get(name, name), str(value)]
`;

/**
 * Writes a value as plain JSON with the name of each scalar's Python type.
 *
 * @param value a value read from YAML
 * @returns `["int", "1"]`, `{ list: [...] }`, `{ map: {...} }`, `{ set: [...] }`
 */
export function encode(value: unknown): unknown {
  if (Array.isArray(value)) return { list: value.map(encode) };
  if (value instanceof Set) return { set: [...value].map(pythonText).sort() };
  if (isMapping(value)) {
    return { map: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, encode(v)])) };
  }
  return [typeName(value), pythonText(value)];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

function typeName(value: unknown): string {
  if (value === null) return "NoneType";
  if (value instanceof PyFloat) return "float";
  if (value instanceof PyDate) return "date";
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return { string: "str", boolean: "bool", bigint: "int" }[typeof value as string] ?? typeof value;
}
