/**
 * Turns a snapshot into an outcome in which only what differs from run to run is blanked out.
 *
 * What is blanked out stands in `blanks.ts`; here are the order of things and what they are read as.
 *
 * @module
 */
import { Blanker, type Memory } from "./blanks.ts";
import { formatJsonTree, type JsonTree, parseJsonTree, sortMappings } from "./json_tree.ts";
import { numberAnew, settleRaces } from "./settle_races.ts";
import type { Snapshot } from "./snapshot.ts";

/** One event file. */
export interface EventFile {
  /** Its name, uuids numbered. */
  readonly name: string;
  /** Whether the file is spelled as Python's `json.dumps` would. */
  readonly canonical: boolean;
  /** The event. */
  readonly body: JsonTree;
}

/** A snapshot that can be compared. */
export interface Outcome {
  exitCode: number;
  consoleOut: string;
  consoleErr: string;
  /** New paths with their modes. */
  files: string[];
  /** Content of `rc`, `status`, `stdout`, `stderr` and whatever else is below the artifact directory. */
  texts: Record<string, string>;
  /** The `command` file and the fact cache. */
  trees: Record<string, JsonTree>;
  /** The events, in order of their counters. */
  events: EventFile[];
}

/** Mappings whose order means nothing, such as that of a set in a module: their keys are sorted. */
export const unorderedMappings = {
  event: /^\/event_data\/res\/ansible_facts(?:\/ansible_env)?$/,
  command: /^\/env$/,
  factCache: /^(?:\/__payload__)?(?:\/ansible_env)?$/,
};

/** What else is done to the events. */
export interface NormalizeOptions {
  /** Whether worker processes print by themselves in this case. */
  readonly races?: boolean;
  /** Whether mappings come in any order, as with Python 2. */
  readonly anyOrder?: boolean;
  /** Events that are left out, as if they had never been. */
  readonly leaveOut?: (event: EventFile) => boolean;
  /** What was made of nearly the same snapshot with the same options: the outcomes share trees. */
  readonly memory?: Memory;
}

const eventFileName = /^job_events\/(\d+)-[^/]+\.json$/;

/**
 * Blanks out what differs from run to run.
 *
 * @param snapshot what a run left
 * @param options what else to do
 * @returns what is compared
 */
export function normalize(snapshot: Snapshot, options: NormalizeOptions = {}): Outcome {
  const { leaveOut, memory } = options;
  const texts = new Blanker({ anyOrder: options.anyOrder ?? false, memory });
  const output = (text: string): string => texts.output(text);
  const unordered = options.anyOrder ? /^/ : unorderedMappings.event;
  const names = Object.keys(snapshot.artifacts);
  const raw = names.filter((name) => eventFileName.test(name))
    .sort((a, b) => counterOf(a) - counterOf(b))
    .map((name) => ({ name, ...texts.once("read", snapshot.artifacts[name] ?? "", readEvent) }));
  const settled = options.races ? settleRaces(raw) : raw;
  const ordered = leaveOut ? numberAnew(settled.filter((event) => !leaveOut(event))) : settled;
  const events = ordered.map((event) => ({
    name: texts.text(event.name),
    canonical: event.canonical,
    body: texts.once("event", event.body, (body) => texts.tree(sortMappings(body, unordered))),
  }));
  const lines = ordered === raw
    ? snapshot.files
    : snapshot.files.flatMap((line) => settledName(line, raw, ordered));
  const outcome: Outcome = {
    exitCode: snapshot.exitCode,
    consoleOut: texts.once("output", snapshot.consoleOut, output),
    consoleErr: texts.text(snapshot.consoleErr),
    files: lines.map((line) => texts.text(line)).sort(),
    texts: {},
    trees: {},
    events,
  };
  for (const name of names.filter((name) => !eventFileName.test(name)).sort()) {
    const content = snapshot.artifacts[name] ?? "";
    if (name === "command") {
      outcome.trees[name] = texts.once(
        "command",
        content,
        (text) => texts.tree(sortMappings(parseJsonTree(text), unorderedMappings.command)),
      );
    } else if (name.startsWith("fact_cache/")) {
      outcome.trees[name] = texts.once(
        "facts",
        content,
        (text) => texts.tree(sortMappings(readFacts(text), unorderedMappings.factCache)),
      );
    } else outcome.texts[name] = texts.once("output", content, output);
  }
  return outcome;
}

function counterOf(name: string): number {
  return Number(eventFileName.exec(name)?.[1]);
}

/** The line of an event's file with the name that the event has got, if it is still there. */
function settledName(
  line: string,
  raw: readonly EventFile[],
  ordered: readonly EventFile[],
): string[] {
  const before = raw.find(({ name }) => line.endsWith(`/${name}`));
  if (before === undefined) return [line];
  const uuid = before.name.slice(before.name.indexOf("-"));
  // A uuid may come again: the event that is in the same place among its namesakes.
  const namesakes = raw.filter(({ name }) => name.endsWith(uuid));
  const after = ordered.filter(({ name }) => name.endsWith(uuid))[namesakes.indexOf(before)];
  return after === undefined ? [] : [line.replace(before.name, after.name)];
}

function readEvent(text: string): Omit<EventFile, "name"> {
  const body = parseJsonTree(text);
  return { canonical: formatJsonTree(body) === text, body };
}

/** ansible-core 2.19 keeps a host's facts as JSON within JSON. */
function readFacts(text: string): JsonTree {
  const tree = parseJsonTree(text);
  if (tree.kind !== "object") return tree;
  const members = tree.members.map(([key, value]): [string, JsonTree] => [
    key,
    key === "__payload__" && value.kind === "string" ? parseJsonTree(value.value) : value,
  ]);
  return { kind: "object", members };
}
