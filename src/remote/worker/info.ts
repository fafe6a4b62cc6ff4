/**
 * What a worker's machine has, as the line that AWX asks for.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { readRegularFile } from "../../internal/small_file.ts";
import metadata from "../../../deno.json" with { type: "json" };

/** Contract: senders read digits and a point first, as those of the release that we speak like. */
const SPEAKS_LIKE = "2.4.3";

/** What is told of a machine. */
export interface WorkerInfo {
  /** CPUs that are online, whatever a cgroup allows. */
  readonly cpuCount: number | null;
  /** Memory of the machine, in bytes. */
  readonly memInBytes: number | null;
  readonly runnerVersion: string;
  /** Names the machine for good. */
  readonly uuid: string | null;
  /** Why something is not known. */
  readonly errors: readonly string[];
}

/** Where it is looked up. */
export interface InfoPlaces {
  /** @default {"/proc"} */
  readonly proc?: string;
  /** @default {"/sys"} */
  readonly sys?: string;
  /** Directory of the file with the uuid. */
  readonly home: string | undefined;
}

/** Looks at this machine. */
export function workerInfo({ proc = "/proc", sys = "/sys", home }: InfoPlaces): WorkerInfo {
  const errors: string[] = [];
  const known = <T>(what: string, find: () => T): T | null => {
    try {
      return find();
    } catch (error) {
      errors.push(`Cannot find ${what}: ${messageOf(error)}`);
      return null;
    }
  };
  return {
    cpuCount: known("the number of CPUs", () => countCpus(`${sys}/devices/system/cpu/online`)),
    memInBytes: known("the size of the memory", () => memoryBytes(`${proc}/meminfo`)),
    runnerVersion: `${SPEAKS_LIKE}+deno.${metadata.version}`,
    uuid: known("the uuid of this machine", () => machineUuid(home)),
    errors,
  };
}

/** Contract: one YAML mapping, its keys sorted, and an empty line. */
export function workerInfoText(info: WorkerInfo): string {
  const errors = info.errors.map((text) => JSON.stringify(text)).join(", ");
  const uuid = info.uuid === null || /^[0-9a-f-]{36}$/.test(info.uuid)
    ? info.uuid
    : JSON.stringify(info.uuid);
  return `{cpu_count: ${info.cpuCount}, errors: [${errors}], mem_in_bytes: ${info.memInBytes}, ` +
    `runner_version: ${info.runnerVersion}, uuid: ${uuid}}\n\n`;
}

/** Counts what a list such as `0-3,6` names. */
function countCpus(path: string): number {
  const ranges = Deno.readTextFileSync(path).trim().split(",").map((range) => {
    const [first = NaN, last = first] = range.split("-").map(Number);
    return last - first + 1;
  });
  const count = ranges.reduce((sum, each) => sum + each, 0);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`"${path}" has no list of CPUs`);
}

function memoryBytes(path: string): number {
  const kilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(path))?.[1];
  if (kilobytes === undefined) throw new Error(`"${path}" has no MemTotal`);
  return Number(kilobytes) * 1024;
}

/** Contract: made once, kept in the home directory, its owner's alone. */
function machineUuid(home: string | undefined): string {
  if (!home) throw new Error("HOME is not set");
  const path = `${home}/.ansible_runner_uuid`;
  try {
    const text = readRegularFile(path, { limit: 1024 }).trim();
    Deno.chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const uuid = crypto.randomUUID();
  Deno.writeTextFileSync(path, uuid, { createNew: true, mode: 0o600 });
  return uuid;
}
