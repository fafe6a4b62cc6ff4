/** PLACEHOLDER by the lead; helper 2 overwrites this file. @module */
import type { JsonObject } from "./options.ts";
export function parseRoleVars(text: string): JsonObject {
  return Object.fromEntries(text.split(" ").map((w) => [w.split("=")[0] ?? "", w.split("=")[1] ?? ""]));
}
