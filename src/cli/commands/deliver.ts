/**
 * The command `deliver`: sends what emitters could not deliver in their runs, in order, and without
 * repeating what was taken.
 *
 * @module
 */
import { kindOfPath, readDataDir } from "../../config/inputs/private_data_dir.ts";
import {
  isUnsafeAllowed,
  UNSAFE_HINT,
  whyUnsafe,
} from "../../config/inputs/trusted_directories.ts";
import { mergeSettings } from "../../config/settings/merge.ts";
import { type HttpEmitter, httpEmittersOf } from "../../emitters/http/http_emitter.ts";
import { ConfigError, messageOf, RunnerError } from "../../errors.ts";
import { baseName } from "../../internal/paths.ts";
import { printable } from "../../internal/printable.ts";
import { sleep } from "../../internal/sleep.ts";
import { listDirectories, liveOwner } from "../../ownership/owner_record.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { deliverRest } from "../../run/leftovers/deliver_rest.ts";
import { emittersWithRest } from "../../run/leftovers/undelivered.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";
import { artifactDirOf, type Places } from "../../elsewhere/places.ts";
import { noSuchRun } from "../runs/find_run.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { printFault } from "../terminal/fault.ts";
import { print } from "../terminal/print.ts";
import { watchSignals } from "../terminal/signals.ts";

/** Time between two looks of `--watch`, in milliseconds. */
const PAUSE_MS = 2000;

/** Sends what is left of one run, or of all. */
export async function deliver(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  using signals = watchSignals();
  const { cancel } = signals;
  let said = "";
  while (true) {
    let isAllDelivered = false;
    try {
      isAllDelivered = await deliverOnce(places, { parsed, cancel });
    } catch (error) {
      // A receiver's socket that is not there yet may come.
      if (parsed.flags.watch !== true || !(error instanceof ConfigError)) throw error;
      if (error.message !== said) printFault(error);
      said = error.message;
    }
    if (parsed.flags.watch !== true) return isAllDelivered ? 0 : 1;
    await sleep(PAUSE_MS, cancel);
    if (cancel.aborted) return 0;
  }
}

async function deliverOnce(
  places: Places,
  { parsed, cancel }: Omit<Delivery, "emitters">,
): Promise<boolean> {
  await sweep(places, { ident: parsed.flags.ident, all: true, repair: true });
  const emitters = await openEmitters(places.privateDataDir, parsed);
  try {
    return await deliverRuns(places, { parsed, emitters, cancel });
  } finally {
    for (const emitter of emitters) emitter.close();
  }
}

/** The receivers that settings and environment name now: they say where, and with which secrets. */
async function openEmitters(dir: string, { flags }: DirCommand): Promise<HttpEmitter[]> {
  if (kindOfPath(dir) !== "dir") {
    throw new RunnerError("run.private_data_dir", `Cannot find private data dir "${dir}"`);
  }
  const unsafe = isUnsafeAllowed(flags.allowUnsafePrivateDataDir) ? undefined : whyUnsafe(dir);
  if (unsafe !== undefined) {
    const text = `Cannot use private data dir "${dir}": ${unsafe}`;
    throw new ConfigError("config.unsafe_dir", text, { hint: UNSAFE_HINT });
  }
  const { settings } = mergeSettings({ privateDataDir: dir }, (await readDataDir(dir)).settings);
  return httpEmittersOf({ settings }, Deno.env.toObject());
}

interface Delivery {
  readonly parsed: DirCommand;
  readonly emitters: readonly HttpEmitter[];
  readonly cancel: AbortSignal;
}

async function deliverRuns(places: Places, delivery: Delivery): Promise<boolean> {
  const { ident, emitter: wanted } = delivery.parsed.flags;
  let isAllDelivered = true;
  for (const dir of dirsOf(places, ident)) {
    // Its own emitters are still at it.
    if (liveOwner(dir) !== undefined) continue;
    for (const name of emittersWithRest(dir)) {
      if (wanted !== undefined && wanted !== name || delivery.cancel.aborted) continue;
      const run = baseName(dir);
      try {
        const count = await deliverOne(dir, { ...delivery, name });
        const messages = count === 1 ? "1 message" : `${count} messages`;
        if (count > 0) print(printable(`Delivered ${messages} of run "${run}" to ${name}`));
      } catch (error) {
        isAllDelivered = false;
        const text = `Cannot deliver run "${run}" to ${name}: ${messageOf(error)}`;
        printFault({ code: "emitter", message: text, exitCode: 1 });
      }
    }
  }
  return isAllDelivered;
}

function dirsOf(places: Places, ident: string | undefined): string[] {
  const { artifactRoot } = places;
  if (ident === undefined) {
    return listDirectories(artifactRoot).map((id) => `${artifactRoot}/${id}`);
  }
  const dir = artifactDirOf(places, ident);
  if (dir !== undefined && kindOfPath(dir) === "dir") return [dir];
  throw noSuchRun(ident, artifactRoot);
}

/** What is left of one run for one emitter; returns how many messages were taken. */
async function deliverOne(
  dir: string,
  { name, emitters, cancel }: Delivery & { readonly name: string },
): Promise<number> {
  const emitter = emitters.find((each) => each.name === name);
  if (emitter === undefined) throw new Error("expected a receiver of this name in env/settings");
  return await deliverRest(dir, { emitter, signal: cancel });
}
