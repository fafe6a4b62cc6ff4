/**
 * Sends what a receiver has not got of ended runs: in order, and nothing that was taken.
 *
 * @module
 */
import { ARTIFACT } from "../../run_layout.ts";
import type { RunConfig } from "../../config/run_config.ts";
import { keyOf } from "../../emitters/delivery_record.ts";
import { type EmitterMessage, NoAnswer } from "../../emitters/emitter.ts";
import type { HttpEmitter } from "../../emitters/http/http_emitter.ts";
import { messageOf } from "../../errors.ts";
import { mtimeOf } from "../../internal/file_system.ts";
import { baseName, parentOf } from "../../internal/paths.ts";
import { sleep, unlessAborted } from "../../internal/sleep.ts";
import { listDirectories, liveOwner } from "../../ownership/owner_record.ts";
import { emittersWithRest, OpenRecord, undeliveredOf } from "./undelivered.ts";

/** The longest pause before the same is sent again, in milliseconds. */
const PAUSE_MS = 2000;
const MAX_TRIES = 6;
/** How long a run's own messages wait for those of earlier runs, in milliseconds. */
const BEFORE_RUN_MS = 30_000;

/** Who gets the rest, and until when. */
export interface RestOptions {
  readonly emitter: HttpEmitter;
  /** Aborted when it is enough. */
  readonly signal: AbortSignal;
}

/**
 * Sends what is left of one run.
 *
 * @returns how many messages were taken
 * @throws {Error} when something is left still; {@linkcode NoAnswer} when nobody answers
 */
export async function deliverRest(dir: string, options: RestOptions): Promise<number> {
  const { emitter, signal } = options;
  using record = await openInTime(`${dir}/${ARTIFACT.delivery}/${emitter.name}`, signal);
  if (record === undefined) return 0;
  let [count, refused] = [0, 0];
  let refusal: unknown;
  let batch: EmitterMessage[] = [];
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const error = await sendPatiently(batch, options);
    if (error === undefined) {
      record.add(batch.map(({ id }) => keyOf(id)));
      count += batch.length;
    } else if (!isRefusal(error)) throw error;
    else {
      // This message will not be taken: the others need not wait for it.
      refused += batch.length;
      refusal ??= error;
    }
    batch = [];
  };
  for await (const message of undeliveredOf(dir, record)) {
    if (emitter.accepts?.(message) === false) continue;
    batch.push(message);
    if (batch.length >= emitter.batch) await send();
  }
  await send();
  if (refused > 0) throw new Error(`${refused} messages are refused: ${messageOf(refusal)}`);
  record.remove();
  return count;
}

/**
 * Sends what is left of the runs beside a run that begins, oldest first; its own messages wait for
 * that, bounded. Never throws.
 */
export async function deliverRestBefore(
  { artifactDir }: Pick<RunConfig, "artifactDir">,
  { emitter, signal, warn }: RestOptions & { readonly warn: (message: string) => void },
): Promise<void> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(BEFORE_RUN_MS)]);
  const artifactRoot = parentOf(artifactDir);
  const dirs = listDirectories(artifactRoot).map((name) => `${artifactRoot}/${name}`)
    .filter((dir) => emittersWithRest(dir).includes(emitter.name))
    .sort((a, b) => (mtimeOf(a) ?? 0) - (mtimeOf(b) ?? 0));
  for (const dir of dirs) {
    // Its own emitters are still at it.
    if (enough.aborted || liveOwner(dir) !== undefined) continue;
    try {
      // Somebody else may have its record.
      await unlessAborted(deliverRest(dir, { emitter, signal: enough }), enough);
    } catch (error) {
      warn(`Cannot deliver run "${baseName(dir)}" to ${emitter.name}: ${messageOf(error)}`);
      // Nobody is there: the run's own messages find out for themselves.
      if (error instanceof NoAnswer) return;
    }
  }
}

/** Waits for another who has the record as long as the signal allows. */
async function openInTime(path: string, signal: AbortSignal): Promise<OpenRecord | undefined> {
  const opening = OpenRecord.open(path);
  try {
    return await unlessAborted(opening, signal);
  } catch (error) {
    // What comes late would stay locked.
    opening.then((late) => late?.[Symbol.dispose](), () => {});
    throw error;
  }
}

/** Tries again while nobody answers; returns what went wrong at last. */
async function sendPatiently(
  batch: readonly EmitterMessage[],
  { emitter, signal }: RestOptions,
): Promise<unknown> {
  for (let tries = 1, pauseMs = 100;; tries++, pauseMs *= 2) {
    try {
      return await emitter.sendAll(batch, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof NoAnswer) || tries === MAX_TRIES) return error;
      await sleep(
        Math.max(Math.min(pauseMs, PAUSE_MS), Math.min(error.retryAfterMs, 30_000)),
        signal,
      );
    }
  }
}

/** What concerns this message and no other. */
function isRefusal(error: unknown): boolean {
  return !(error instanceof NoAnswer) && /^HTTP 4\d\d\b/.test(messageOf(error));
}
