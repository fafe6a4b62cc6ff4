/**
 * Notices a prompt that nobody answers, after a time without output.
 *
 * @module
 */
import { callLater } from "../../internal/sleep.ts";
import type { Supervisor } from "../supervise.ts";
import { findWaitingReader, type ReaderSearch } from "./terminal_reader.ts";

/** What a watch is made with. */
export interface PromptWatchOptions extends ReaderSearch {
  /** Time without output after which a waiting process counts as unanswered, in milliseconds. */
  readonly timeoutMs: number;
  /** Output since the last answer. */
  readonly window: () => string;
  /** Called once. */
  readonly onUnanswered: () => void;
}

/** Time between two looks at a silent run, in milliseconds. */
const LOOK_MS = 1000;

/** Latest time of the first look, which may find that it is too early, in milliseconds. */
const FIRST_LOOK_MS = 10_000;

/** A reader must be seen twice, this far apart, in milliseconds. */
const CONFIRM_MS = 250;

/** Ansible's timed pause reads the terminal as well, and says for how long, in the line before this. */
const PAUSE_HINT = "(ctrl+C then";
const TIMED_PAUSE = /Pausing for (\d{1,12}) seconds/;

/** What only comes when a pause is over. */
// deno-lint-ignore no-control-regex -- colours
const AFTER_PAUSE =
  /^(?:\x1b\[[\d;]*m)*(?:(?:ok|changed|fatal|failed|skipping): \[|[A-Z][A-Z ]+ \[)/m;

/** A timed pause may take this much longer than it says, in milliseconds. */
const PAUSE_SLACK_MS = 5000;

/**
 * Watches for a prompt that is not answered.
 *
 * @param supervisor knows when output came last
 * @param options the time, and whom to call
 * @returns ends the watch when disposed
 */
export function watchForPrompts(supervisor: Supervisor, options: PromptWatchOptions): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen: { pid: number; output: number } | undefined;
  const look = (): void => {
    const silence = performance.now() - supervisor.lastOutput;
    if (silence < options.timeoutMs) {
      seen = undefined;
      timer = setTimeout(look, options.timeoutMs - silence);
      return;
    }
    const pid = isTimedPause(options.window(), silence) ? undefined : findWaitingReader(options);
    if (pid !== undefined && seen?.pid === pid && seen.output === supervisor.lastOutput) {
      options.onUnanswered();
      return;
    }
    seen = pid === undefined ? undefined : { pid, output: supervisor.lastOutput };
    timer = setTimeout(look, pid === undefined ? LOOK_MS : CONFIRM_MS);
  };
  // A short run is over before the first look.
  const first = callLater(Math.min(options.timeoutMs, FIRST_LOOK_MS), look);
  return {
    [Symbol.dispose]: () => {
      first[Symbol.dispose]();
      if (timer !== undefined) clearTimeout(timer);
    },
  };
}

/**
 * Tells whether a silence may be that of a timed pause: the last one that was begun shows no sign of
 * its end, and its time is not up.
 *
 * @param silenceMs time since the last of it
 */
export function isTimedPause(window: string, silenceMs: number): boolean {
  const before = window.slice(0, Math.max(0, window.lastIndexOf(PAUSE_HINT))).trimEnd();
  const start = before.lastIndexOf("\n") + 1;
  const seconds = TIMED_PAUSE.exec(before.slice(start))?.[1];
  if (seconds === undefined) return false;
  if (silenceMs > Number(seconds) * 1000 + PAUSE_SLACK_MS) return false;
  return !AFTER_PAUSE.test(window.slice(start));
}
