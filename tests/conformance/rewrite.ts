/**
 * Turns an outcome into one with some of its texts and environments changed.
 *
 * @module
 */
import { type JsonLeaf, type JsonTree, mapLeaves, memberOf, textOf } from "./json_tree.ts";
import { UTC_TIME } from "./blanks.ts";
import type { EventFile, Outcome } from "./normalize.ts";

/** A mapping of a tree. */
export type JsonMapping = JsonTree & { kind: "object" };

/**
 * Changes every leaf of every event.
 *
 * @param outcome changed in place
 * @param change gets the leaf and its path, returns what stands there instead
 */
export function rewriteEvents(
  outcome: Outcome,
  change: (leaf: JsonLeaf, path: string) => JsonLeaf,
): void {
  outcome.events = outcome.events.map((event) => ({
    ...event,
    body: mapLeaves(event.body, change),
  }));
}

/**
 * Changes every text: of events, of the command file, of the console and the stdout file.
 *
 * @param outcome changed in place
 * @param change gets the text, returns the new one
 */
export function rewriteTexts(outcome: Outcome, change: (text: string) => string): void {
  const changeLeaf = (leaf: JsonLeaf): JsonLeaf =>
    leaf.kind === "string" ? { ...leaf, value: change(leaf.value) } : leaf;
  rewriteEvents(outcome, changeLeaf);
  const { command } = outcome.trees;
  if (command !== undefined) outcome.trees["command"] = mapLeaves(command, changeLeaf);
  outcome.consoleOut = change(outcome.consoleOut);
  const { stdout } = outcome.texts;
  if (stdout !== undefined) outcome.texts["stdout"] = change(stdout);
}

/**
 * Finds the environment that the command file tells of.
 *
 * @param outcome any
 * @returns it, if there is one
 */
export function commandEnvironment(outcome: Outcome): JsonMapping | undefined {
  const found = memberOf(outcome.trees["command"], "env");
  return found?.kind === "object" ? found : undefined;
}

/**
 * Finds the environments in gathered facts, in events and in the fact cache.
 *
 * @param outcome any
 * @returns all there are
 */
export function gatheredEnvironments(outcome: Outcome): JsonMapping[] {
  const places = [
    ...Object.values(outcome.trees).flatMap((tree) => [
      memberOf(tree, "ansible_env"),
      memberOf(tree, "__payload__", "ansible_env"),
    ]),
    ...outcome.events.map(({ body }) =>
      memberOf(body, "event_data", "res", "ansible_facts", "ansible_env")
    ),
  ];
  return places.filter((tree) => tree?.kind === "object");
}

/**
 * Sets a text in a mapping whose keys are in alphabetical order.
 *
 * @param tree changed in place
 * @param key its key
 * @param value the text
 */
export function setMember(tree: JsonMapping, key: string, value: string): void {
  const others = tree.members.filter(([name]) => name !== key);
  tree.members = [...others, [key, { kind: "string", value }] as [string, JsonTree]]
    .sort(([a], [b]) => a < b ? -1 : 1);
}

/**
 * Finds the artifact directory in the list of files.
 *
 * @param outcome any
 * @returns its path in the private data dir
 */
export function artifactDirectory(outcome: Outcome): string | undefined {
  return outcome.files.map((line) => / (artifacts\/[^/]+)$/.exec(line)?.[1])
    .find((path) => path !== undefined);
}

/** A plain event as the one that our plugin makes of a deprecation. */
export function asDeprecation(event: EventFile): EventFile {
  const { body } = event;
  if (body.kind !== "object" || memberOf(body, "event_data") !== undefined) return event;
  const own = ["uuid", "counter", "stdout", "start_line", "end_line", "runner_ident"];
  const text = (value: string): JsonTree => ({ kind: "string", value });
  const yes: JsonTree = { kind: "literal", text: "true" };
  const isWarning = textOf(body, "stdout")?.includes("[WARNING]") ?? false;
  const data: [string, JsonTree][] = [
    ["deprecated", yes],
    ...(isWarning ? [["warning", yes] as [string, JsonTree]] : []),
    ["uuid", text(textOf(body, "uuid") ?? "")],
  ];
  const members: [string, JsonTree][] = [
    ...own.flatMap((key) => body.members.filter(([name]) => name === key)),
    ["event", text("deprecated")],
    ["pid", { kind: "literal", text: "<pid>" }],
    ["created", text(UTC_TIME)],
    ["event_data", { kind: "object", members: data }],
  ];
  return { ...event, body: { kind: "object", members } };
}
