/**
 * Searches a text for a regex within a time that holds.
 *
 * A regex that goes back and tries again can take longer than the universe has, and nothing else
 * happens meanwhile: no clock, no signal. Cheap ones are matched as they are; the others where the
 * engine can be stopped.
 *
 * @module
 */
import { costOf, type RegexCost } from "../../python/regex/cost.ts";

/** Longest time of one search unless told otherwise, in milliseconds. */
export const SEARCH_MS = 1000;

/** Longest time of all searches of one regex: a job may have them take nearly the limit each time. */
const TOTAL_MS = 10_000;

/** The square of it is nothing. */
const SHORT_TEXT = 2048;

/** A regex took too long. */
export class SlowPatternError extends Error {}

/** How a regex is looked for. */
export interface SearchOptions {
  /** Longest time of one search, in milliseconds. @default {SEARCH_MS} */
  readonly searchMs?: number | undefined;
}

/** Looks for one regex. */
export class BoundedSearch {
  readonly #pattern: RegExp;
  readonly #cost: RegexCost;
  readonly #searchMs: number;
  #spentMs = 0;

  /** Makes a search. */
  constructor(pattern: RegExp, { searchMs = SEARCH_MS }: SearchOptions = {}) {
    this.#searchMs = searchMs;
    const { source, flags } = pattern;
    this.#pattern = new RegExp(source, flags.includes("g") ? flags : flags + "g");
    this.#cost = flags.includes("i") ? { growth: "unknown", literal: "" } : costOf(source);
  }

  /**
   * Looks for the first match.
   *
   * @returns the match, if there is one
   * @throws {SlowPatternError} when it takes too long
   */
  find(text: string, from: number): RegExpExecArray | null {
    const { growth, literal } = this.#cost;
    this.#pattern.lastIndex = from;
    const isCheap = growth === "linear" ||
      (growth === "square" && text.length - from <= SHORT_TEXT);
    if (isCheap) return this.#pattern.exec(text);
    if (literal !== "" && !text.includes(literal)) return null;
    const start = performance.now();
    const match = execWithin({ pattern: this.#pattern, text }, this.#searchMs);
    this.#spentMs += performance.now() - start;
    if (match === undefined || this.#spentMs > TOTAL_MS) throw new SlowPatternError();
    return match;
  }
}

/** The one thing that is used of Node's module for running code. */
interface StoppableScript {
  runInContext(context: object, options: { readonly timeout: number }): RegExpExecArray | null;
}

interface Room {
  readonly context: { pattern?: RegExp; text?: string };
  readonly script: StoppableScript;
}

let room: Room | undefined;

/** Undefined when it takes too long. */
function execWithin(
  what: { readonly pattern: RegExp; readonly text: string },
  timeout: number,
): RegExpExecArray | null | undefined {
  const { context, script } = room ??= makeRoom();
  Object.assign(context, what);
  try {
    return script.runInContext(context, { timeout });
  } catch (error) {
    // An error of the room's own, whose `Error` is another one.
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  } finally {
    context.text = "";
  }
}

/** Loading it takes 30 ms, which most runs are spared; an `import` would not be there at once. */
function makeRoom(): Room {
  const { Script, createContext } = (globalThis as unknown as NodeGlobals).process
    .getBuiltinModule("node:vm");
  return { context: createContext({}), script: new Script("pattern.exec(text)") };
}

/** What Deno's globals have of Node's. */
interface NodeGlobals {
  readonly process: {
    getBuiltinModule(name: "node:vm"): {
      readonly Script: new (code: string) => StoppableScript;
      createContext(globals: Room["context"]): Room["context"];
    };
  };
}
