/**
 * A client of Receptor's control socket: work is given to a node of the mesh, and fetched back.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { sleep } from "../../internal/sleep.ts";
import { ControlConnection, shown, unexpected } from "./control_connection.ts";
import type { SendJob } from "./remote_worker.ts";

/** What is asked of a node. */
export interface WorkRequest {
  /** Its name; `localhost` is the one that the socket belongs to. */
  readonly node: string;
  /** Name of the work command there. */
  readonly workType: string;
  /** Whether the work is signed with the key of the socket's node. */
  readonly isSigned: boolean;
  /** When it aborts, Receptor has a second to answer. */
  readonly signal?: AbortSignal | undefined;
}

/** How a unit of work stands. */
export interface UnitStatus {
  /** Such as `Running`; `Canceled`, `Failed` and `Succeeded` are for good. */
  readonly state: string;
  /** What is known of it. */
  readonly detail: string;
  /** Bytes of results so far. */
  readonly size: number;
}

/** States that last. Contract: Receptor's words. */
const ENDED: readonly string[] = ["Succeeded", "Failed", "Canceled"];

/** How long a node that is not known is waited for: one that has just been started, in milliseconds. */
const KNOWN_MS = 10_000;

/** How long a control service that went away is waited for, in milliseconds. */
const RETURN_MS = 60_000;

const PAUSE_MS = 500;

/** A client of one control socket. */
export class Receptor {
  readonly #path: string;
  readonly #hurry: AbortSignal | undefined;

  /**
   * Makes a client; connects to nothing yet.
   *
   * @param hurry when it aborts, no answer is waited for longer than a second
   */
  constructor(socketPath: string, hurry?: AbortSignal) {
    this.#path = socketPath;
    this.#hurry = hurry;
  }

  /**
   * Waits until the mesh knows a node: work for one that it does not know waits for ever.
   *
   * @throws {RunnerError} when it does not get to know it
   */
  async waitForNode(node: string, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + KNOWN_MS;
    let known: readonly string[] = [];
    do {
      const status = await this.#ask({ command: "status" }, signal);
      const table = status["RoutingTable"];
      const others = typeof table === "object" && table !== null ? Object.keys(table) : [];
      known = [String(status["NodeID"]), ...others];
      if (node === "localhost" || known.includes(node)) return;
      await sleep(PAUSE_MS, signal);
      signal.throwIfAborted();
    } while (performance.now() < deadline);
    throw new RunnerError("remote.node", `Cannot reach node "${node}": Receptor does not know it`, {
      hint: `Nodes that it knows: ${shown(known.slice(0, 20).join(", "))}`,
    });
  }

  /**
   * Gives work to a node.
   *
   * @param send writes its input; the work begins when it has
   */
  async submit(
    { node, workType, isSigned, signal }: WorkRequest,
    send: SendJob,
  ): Promise<string> {
    using connection = await ControlConnection.open(this.#path, signal);
    // Contract: Receptor takes texts alone.
    const signed = isSigned ? { signwork: "true" } : {};
    await connection.send({ ...WORK, subcommand: "submit", node, worktype: workType, ...signed });
    const created = await connection.line();
    const [, unit] = /^Work unit created with ID ([\w-]{1,100})\. Send stdin data and EOF\.$/
      .exec(created) ?? [];
    if (unit === undefined) throw unexpected(created);
    try {
      await send(new WritableStream({ write: (bytes) => connection.write(bytes) }));
      await connection.closeWrite();
      await connection.answer();
      return unit;
    } catch (error) {
      // What came of the job lies there already.
      connection[Symbol.dispose]();
      await this.release(unit);
      throw error;
    }
  }

  /**
   * Reads the results of a unit from their first byte, while it runs and afterwards. A control service
   * that is started again is found again.
   */
  async *results(unit: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    let at = 0;
    let before: number;
    do {
      before = at;
      for await (const bytes of this.#resultsFrom(unit, { at, signal })) {
        at += bytes.length;
        yield bytes;
      }
    } while (await this.#isMore(unit, { at, before, signal }));
  }

  /** How a unit stands. */
  async status(unit: string): Promise<UnitStatus> {
    const status = await this.#ask({ ...WORK, subcommand: "status", unitid: unit });
    return {
      state: String(status["StateName"]),
      detail: String(status["Detail"] ?? ""),
      size: Number(status["StdoutSize"] ?? 0),
    };
  }

  /** Ends the work of a unit. */
  async cancel(unit: string): Promise<void> {
    await this.#ask({ ...WORK, subcommand: "cancel", unitid: unit });
  }

  /** Removes what is kept of a unit, here and there; here in any case. Never throws. */
  async release(unit: string): Promise<void> {
    for (const subcommand of ["release", "force-release"]) {
      try {
        await this.#ask({ ...WORK, subcommand, unitid: unit });
        return;
      } catch {
        // Its node cannot be reached, or the unit is gone.
      }
    }
  }

  async *#resultsFrom(
    unit: string,
    { at, signal }: { readonly at: number; readonly signal: AbortSignal },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (signal.aborted) return;
    let connection: ControlConnection;
    try {
      connection = await ControlConnection.open(this.#path, signal);
    } catch (error) {
      if (at === 0) throw error;
      return;
    }
    using _open = connection;
    const close = (): void => connection[Symbol.dispose]();
    signal.addEventListener("abort", close, { once: true });
    try {
      await connection.send({ ...WORK, subcommand: "results", unitid: unit, startpos: at });
      const first = await connection.line();
      if (!first.startsWith("Streaming results for work unit ")) throw unexpected(first);
      for (let bytes; (bytes = await connection.read()) !== undefined;) yield bytes;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  /** Whether a stream that ended has to be read on: its control service may have gone away meanwhile. */
  async #isMore(
    unit: string,
    { at, before, signal }: {
      readonly at: number;
      readonly before: number;
      readonly signal: AbortSignal;
    },
  ): Promise<boolean> {
    for (const end = performance.now() + RETURN_MS; performance.now() < end && !signal.aborted;) {
      const status = await this.status(unit).catch(() => undefined);
      const isEnded = ENDED.includes(status?.state ?? "");
      // One that says so for ever is not believed.
      if (isEnded) return (status?.size ?? 0) > at && at > before;
      await sleep(PAUSE_MS, signal);
      if (status !== undefined) return !signal.aborted;
    }
    return false;
  }

  async #ask(
    command: Readonly<Record<string, unknown>>,
    hurry = this.#hurry,
  ): Promise<Readonly<Record<string, unknown>>> {
    using connection = await ControlConnection.open(this.#path, hurry);
    await connection.send(command);
    return await connection.answer();
  }
}

const WORK = { command: "work" } as const;
