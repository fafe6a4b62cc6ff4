/**
 * Turns a snapshot into an outcome in which only what differs from run to run is blanked out.
 *
 * Blanked out are uuids (numbered by first appearance), process ids, points of time, durations and
 * names of temporary files; each only where it has the form it should have. The two tables below
 * are the whole of it.
 *
 * @module
 */
import {
  formatJsonTree,
  type JsonTree,
  mapLeaves,
  parseJsonTree,
  sortMappings,
} from "./json_tree.ts";
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

/** A leaf that is blanked out by its key when it has the expected form. */
interface LeafRule {
  /** Where it stands: the end of the path. */
  readonly path: RegExp;
  /** What it has to look like. */
  readonly form: RegExp;
  /** What is put there. */
  readonly blank: string;
}

/** What stands for an event's time with its zone. */
export const UTC_TIME = "<utc time>";

/** What stands for an event's time without a zone. */
export const NAIVE_TIME = "<naive time>";

const eventTime = /^\/(?:created|event_data\/(?:start|end))$/;

/** Leaves blanked out whole. */
export const leafRules: readonly LeafRule[] = [
  { path: /^\/pid$/, form: /^[1-9]\d*$/, blank: "<pid>" },
  {
    path: eventTime,
    form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/,
    blank: UTC_TIME,
  },
  { path: eventTime, form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/, blank: NAIVE_TIME },
  { path: /^\/event_data\/duration$/, form: /^\d+\.\d+(?:e-\d+)?$/, blank: "<seconds>" },
  { path: /\/res\/(?:.*\/)?elapsed$/, form: /^\d+$/, blank: "<seconds>" },
  { path: /\/(?:atime|mtime|ctime)$/, form: /^\d+\.\d+$/, blank: "<time>" },
  { path: /\/ansible_date_time\/\w+$/, form: /./, blank: "<time>" },
  { path: /\/(?:env|ansible_env)\/RUNNER_RUN_ID$/, form: /^[0-9a-f-]{36}$/, blank: "<run id>" },
  { path: /\/ansible_env\/RUNNER_EVENTS_OWNER$/, form: /^[1-9]\d*$/, blank: "<pid>" },
  { path: /\/(?:ansible_job_id|jid)$/, form: /^\d{6,}\.\d+$/, blank: "<jid>" },
  { path: /\/ansible_env\/_$/, form: /./, blank: "<program>" },
  { path: /\/_original_basename$/, form: /^\.[a-z0-9_]{8}$/, blank: "<tmp>" },
];

/** Mappings whose order means nothing, such as that of a set in a module: their keys are sorted. */
export const unorderedMappings = {
  event: /^\/event_data\/res\/ansible_facts(?:\/ansible_env)?$/,
  command: /^\/env$/,
  factCache: /^(?:\/__payload__)?(?:\/ansible_env)?$/,
};

/** Parts of texts that are blanked out wherever they stand. */
export const textRules: readonly (readonly [form: RegExp, blank: string])[] = [
  [/\bansible-tmp-\d+\.\d+-\d+-\d+\b/g, "<ansible-tmp>"],
  [/\bansible-local-\d+[a-z0-9_]{8}\b/g, "<ansible-local>"],
  [/\btmp[a-z0-9_]{8}\b/g, "<tmp>"],
  [/\bansible_[\w.]+_payload_[a-z0-9_]{8}\b/g, "<payload>"],
  [/\bj\d{6,}\.\d+\b/g, "<jid>"],
  [/(?<=\.ansible_async\/|\bjid[=:] ?"?|\bansible_job_id": ")\d{6,}\.\d+\b/g, "<jid>"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\b/g, "<time>"],
  [/\b\d+:\d\d:\d\d\.\d{6}\b/g, "<seconds>"],
  [/\bobject at 0x[0-9a-f]{8,16}\b/g, "object at <address>"],
  [/\bPaused for \d+\.\d+ seconds\b/g, "Paused for <seconds> seconds"],
  [/(?<="elapsed": )\d+\b/g, "<seconds>"],
];

/** The same for the temporary names of Python 2. */
const python2Names: typeof textRules = [
  [/\bansible-local-\d+\w{6}\b/g, "<ansible-local>"],
  [/\btmp\w{6}\b/g, "<tmp>"],
];

/** What else is done to the events. */
export interface NormalizeOptions {
  /** Whether worker processes print by themselves in this case. */
  readonly races?: boolean;
  /** Whether mappings come in any order, as with Python 2. */
  readonly anyOrder?: boolean;
  /** Events that are left out, as if they had never been. */
  readonly leaveOut?: (event: EventFile) => boolean;
}

/** Names of the playbook made for a role: they hold uuids that are none. */
const generatedNames: typeof textRules = [
  [/(?<=\/project\/)[0-9a-f]{32}(?=["\r\n]|$)/g, "<hex>"],
  [/(?<=\/project\/\.runner-)[0-9a-f-]{36}(?=\.json(?:["\r\n]|$))/g, "<uuid>"],
];

const uuidForm = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/g;
const eventFileName = /^job_events\/(\d+)-[^/]+\.json$/;

/**
 * Blanks out what differs from run to run.
 *
 * @param snapshot what a run left
 * @param options what else to do
 * @returns what is compared
 */
export function normalize(snapshot: Snapshot, options: NormalizeOptions = {}): Outcome {
  const texts = new TextNormalizer(options.anyOrder ?? false);
  const unordered = options.anyOrder ? /^/ : unorderedMappings.event;
  const names = Object.keys(snapshot.artifacts);
  const raw = names.filter((name) => eventFileName.test(name))
    .sort((a, b) => counterOf(a) - counterOf(b))
    .map((name) => readEvent(name, snapshot.artifacts[name] ?? ""));
  const settled = options.races ? settleRaces(raw) : raw;
  const { leaveOut } = options;
  const ordered = leaveOut ? numberAnew(settled.filter((event) => !leaveOut(event))) : settled;
  const events = ordered.map((event) => ({
    name: texts.text(event.name),
    canonical: event.canonical,
    body: texts.tree(sortMappings(event.body, unordered)),
  }));
  const outcome: Outcome = {
    exitCode: snapshot.exitCode,
    consoleOut: texts.output(snapshot.consoleOut),
    consoleErr: texts.text(snapshot.consoleErr),
    files: snapshot.files.flatMap((line) => settledName(line, raw, ordered))
      .map((line) => texts.text(line)).sort(),
    texts: {},
    trees: {},
    events,
  };
  for (const name of names.filter((name) => !eventFileName.test(name)).sort()) {
    const content = snapshot.artifacts[name] ?? "";
    if (name === "command") {
      const tree = parseJsonTree(content);
      outcome.trees[name] = texts.tree(sortMappings(tree, unorderedMappings.command));
    } else if (name.startsWith("fact_cache/")) {
      const tree = readFacts(content);
      outcome.trees[name] = texts.tree(sortMappings(tree, unorderedMappings.factCache));
    } else outcome.texts[name] = texts.output(content);
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

function readEvent(name: string, text: string): EventFile {
  const body = parseJsonTree(text);
  return { name, canonical: formatJsonTree(body) === text, body };
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

/** Numbers the uuids of one run as they appear. */
class TextNormalizer {
  readonly #uuids = new Map<string, string>();
  readonly #rules = new Map<string, readonly LeafRule[]>();
  readonly #anyOrder: boolean;

  constructor(anyOrder: boolean) {
    this.#anyOrder = anyOrder;
  }

  text(text: string): string {
    if (!/\d|tmp|_payload_/.test(text)) return text;
    let result = text;
    for (const [form, blank] of generatedNames) result = result.replace(form, blank);
    result = result.replace(uuidForm, (uuid) => this.#number(uuid));
    const rules = this.#anyOrder ? [...textRules, ...python2Names] : textRules;
    for (const [form, blank] of rules) result = result.replace(form, blank);
    return result;
  }

  tree(tree: JsonTree): JsonTree {
    return mapLeaves(tree, (leaf, path) => {
      const spelled = leaf.kind === "string" ? leaf.value : leaf.text;
      const rule = this.#rulesAt(path).find((rule) => rule.form.test(spelled));
      // The kind stays, so that a number that became a text is seen.
      if (leaf.kind === "literal") return rule === undefined ? leaf : { ...leaf, text: rule.blank };
      return { ...leaf, value: rule?.blank ?? this.text(leaf.value) };
    });
  }

  /** Text of the console or the stdout file, which may be events as JSON lines. */
  output(text: string): string {
    if (!/^\{"(?:uuid|event)": /m.test(text)) return this.text(text);
    return text.split("\n").map((line) => {
      try {
        return line.startsWith("{")
          ? formatJsonTree(this.tree(this.#inOrder(parseJsonTree(line))))
          : this.text(line);
      } catch {
        return this.text(line);
      }
    }).join("\n");
  }

  #inOrder(tree: JsonTree): JsonTree {
    return this.#anyOrder ? sortMappings(tree, /^/) : tree;
  }

  #rulesAt(path: string): readonly LeafRule[] {
    const known = this.#rules.get(path);
    if (known !== undefined) return known;
    const found = leafRules.filter((rule) => rule.path.test(path));
    this.#rules.set(path, found);
    return found;
  }

  #number(uuid: string): string {
    const known = this.#uuids.get(uuid);
    if (known !== undefined) return known;
    const made = `uuid-${this.#uuids.size + 1}`;
    this.#uuids.set(uuid, made);
    return made;
  }
}
