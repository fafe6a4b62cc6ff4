/**
 * Blanks out what differs from run to run: uuids (numbered by first appearance), process ids, points
 * of time, durations and names of temporary files; each only where it has the form it should have.
 * The two tables below are the whole of it.
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
  { path: /\/(?:atime|mtime|ctime)$/, form: /^\d+\.\d+$/, blank: "<time>" },
  { path: /\/ansible_date_time\/\w+$/, form: /./, blank: "<time>" },
  { path: /\/(?:env|ansible_env)\/RUNNER_RUN_ID$/, form: /^[0-9a-f-]{36}$/, blank: "<run id>" },
  { path: /\/ansible_env\/RUNNER_EVENTS_OWNER$/, form: /^[1-9]\d*$/, blank: "<pid>" },
  { path: /\/(?:ansible_job_id|jid)$/, form: /^\d{6,}\.\d+$/, blank: "<jid>" },
  { path: /\/ansible_env\/_$/, form: /./, blank: "<program>" },
  { path: /\/_original_basename$/, form: /^\.[a-z0-9_]{8}$/, blank: "<tmp>" },
];

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
];

/** The same for the temporary names of Python 2. */
const python2Names: typeof textRules = [
  [/\bansible-local-\d+\w{6}\b/g, "<ansible-local>"],
  [/\btmp\w{6}\b/g, "<tmp>"],
];

/** Names of the playbook made for a role: they hold uuids that are none. */
const generatedNames: typeof textRules = [
  [/(?<=\/project\/)[0-9a-f]{32}(?=["\r\n]|$)/g, "<hex>"],
  [/(?<=\/project\/\.runner-)[0-9a-f-]{36}(?=\.json(?:["\r\n]|$))/g, "<uuid>"],
];

const uuidForm = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/g;

/** What was made of one part of a snapshot, and under which numbers its uuids went. */
interface Made {
  readonly uuids: ReadonlyMap<string, string>;
  readonly result: unknown;
}

/** What was made of the parts of a snapshot, by what it was and what it was made of. */
export type Memory = Map<string, Map<unknown, Made>>;

/** Blanks out the parts of one run's snapshot, in order: its uuids get their numbers as they appear. */
export class Blanker {
  readonly #uuids = new Map<string, string>();
  readonly #rules = new Map<string, readonly LeafRule[]>();
  readonly #anyOrder: boolean;
  readonly #memory: Memory | undefined;
  #seen: Map<string, string> | undefined;

  /** With a memory, parts that were met before are not looked at again. */
  constructor(options: { readonly anyOrder: boolean; readonly memory: Memory | undefined }) {
    this.#anyOrder = options.anyOrder;
    this.#memory = options.memory;
  }

  /**
   * Gives what is made of a part: what the memory has of it, if its uuids have the same numbers now.
   *
   * @param kind what is made
   * @param part a text or an object that nobody changes
   * @param make makes it, and uses nothing but the part and this object
   */
  once<Part, Result>(kind: string, part: Part, make: (part: Part) => Result): Result {
    if (this.#memory === undefined || this.#seen !== undefined) return make(part);
    const known = this.#memory.get(kind) ?? new Map<unknown, Made>();
    this.#memory.set(kind, known);
    const made = known.get(part);
    if (made !== undefined && this.#isAsBefore(made)) return made.result as Result;
    const uuids = this.#seen = new Map<string, string>();
    const result = make(part);
    this.#seen = undefined;
    known.set(part, { uuids, result });
    return result;
  }

  /** Numbers the uuids of a part in their order, and tells whether they got the numbers that they had. */
  #isAsBefore({ uuids }: Made): boolean {
    for (const [uuid, number] of uuids) if (this.#number(uuid) !== number) return false;
    return true;
  }

  text(text: string): string {
    return this.once("text", text, (text) => this.#blanked(text));
  }

  #blanked(text: string): string {
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
    const number = this.#uuids.get(uuid) ?? `uuid-${this.#uuids.size + 1}`;
    this.#uuids.set(uuid, number);
    this.#seen?.set(uuid, number);
    return number;
  }
}
