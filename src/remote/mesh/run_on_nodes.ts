/**
 * Runs one job on each of several nodes: sent, followed, and collected here.
 *
 * @module
 */
import { settleDeadRun } from "../../artifacts/last_words.ts";
import { ARTIFACT_ROOT } from "../../run_layout.ts";
import { checkIdent } from "../../config/resolve.ts";
import { CallbackError, ConfigError, messageOf, RunnerError } from "../../errors.ts";
import type { JobEvent } from "../../events/job_event.ts";
import { makeAbsolute } from "../../internal/paths.ts";
import { pathOf } from "../../run/caller/take_options.ts";
import { type JobOptions, PackedJob } from "../packed_job.ts";
import type { ProcessResult } from "../process_options.ts";
import { EOF_EXPLANATION, process } from "../processor.ts";
import type { RemoteStatus } from "../remote_status.ts";
import { NodeEnds } from "./node_ends.ts";
import { identsOf, type Node, parseNode } from "./node_name.ts";
import { Patience } from "./patience.ts";
import { Receptor } from "./receptor.ts";
import { ReceptorWorker } from "./receptor_worker.ts";
import type { RemoteWorker } from "./remote_worker.ts";
import { SshWorker } from "./ssh_worker.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/** A job, and the nodes that each run it. */
export interface NodesOptions extends Omit<JobOptions, "onlyTransmitKwargs"> {
  /** Names of Receptor nodes, or `ssh://[user@]host[:port][/path/of/ansible-runner]`. */
  readonly nodes: readonly string[];
  /** Control socket of a Receptor node. @default {"/run/receptor/receptor.sock"} */
  readonly receptorSocket?: string | URL | undefined;
  /** Have Receptor sign the work. @default {false} */
  readonly receptorSign?: boolean | undefined;
  /** Takes every event and its node; returning exactly `false` keeps it out of the artifacts. */
  readonly eventHandler?: ((event: JobEvent, node: string) => unknown) | undefined;
  /** Takes every change of status and its node. */
  readonly statusHandler?: ((status: RemoteStatus, node: string) => unknown) | undefined;
  /** Takes the text of events and their node, each with its newline; awaited. */
  readonly onOutput?: ((text: string, node: string) => void | Promise<void>) | undefined;
  /** Cuts the time short in which a canceled node says how it ended. */
  readonly killSignal?: AbortSignal | undefined;
}

/** What came of a job on one node. */
export interface NodeResult extends ProcessResult {
  /** The node, as it was named. */
  readonly node: string;
  /** Name of its run. */
  readonly ident: string;
  /** How to mend an error, in one line, if there is a way. */
  readonly hint: string | undefined;
}

/** Where packages of Receptor put the socket. */
const SOCKET = "/run/receptor/receptor.sock";

/** So many nodes have the job at the same time; each needs some files and a process or a connection. */
const AT_ONCE = 50;

/**
 * Runs a job on each of several nodes: its private data dir is sent to workers there, secrets in
 * clear, and what they send back becomes artifacts here. With several nodes the ident of each is
 * `<ident>-<node>`.
 *
 * @param options the job, nodes, handlers
 * @returns what came of it, in the order of the nodes; a node that cannot be reached has status `error`
 * @throws {ConfigError} when a node's name is none, or the job cannot be read
 * @throws {CallbackError} when a handler threw; the other nodes were canceled then
 *
 * @example
 * ```ts
 * import { runOnNodes } from "@ansible-runner/ansible-runner";
 *
 * const results = await runOnNodes({
 *   privateDataDir: "demo",
 *   playbook: "test.yml",
 *   nodes: ["exec1", "ssh://root@127.0.0.1:2222"],
 * });
 * for (const { node, status, rc } of results) console.log(node, status, rc);
 * ```
 */
export async function runOnNodes(options: NodesOptions): Promise<NodeResult[]> {
  const { receptorSocket, receptorSign = false, killSignal, artifactDir } = options;
  const input = jobOf(options);
  const nodes = nodesOf(options);
  const failed = new AbortController();
  const cancel = AbortSignal.any([failed.signal, ...(input.signal ? [input.signal] : [])]);
  using job = await PackedJob.pack({ ...input, signal: cancel }, { keepsEmitters: true });
  const ident = checkIdent(input.ident ?? crypto.randomUUID());
  const base = makeAbsolute(pathOf(input.privateDataDir, "privateDataDir"), workingDirectory());
  const root = artifactDir === undefined
    ? `${base}/${ARTIFACT_ROOT}`
    : makeAbsolute(pathOf(artifactDir, "artifactDir"), workingDirectory());
  const idents = identsOf(ident, nodes);
  const receptor = new Receptor(
    makeAbsolute(pathOf(receptorSocket ?? SOCKET, "receptorSocket"), workingDirectory()),
    killSignal,
  );
  const ends = options.onEnd === undefined && options.onFailure === undefined
    ? undefined
    : new NodeEnds(options);
  const context: Context = {
    ...{ job, root, base, receptor, receptorSign, cancel, killSignal, options, ends },
  };
  const places = nodes.map((node, at) => ({ node, ident: idents[at] ?? ident }));
  return await eachOf(places, async (place) => {
    try {
      return await onNode(place, context);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
}

/** What is sent: less what is ours, and the place of the artifacts here. */
function jobOf({
  nodes: _nodes,
  receptorSocket: _socket,
  receptorSign: _sign,
  eventHandler: _onEvent,
  statusHandler: _onStatus,
  onOutput: _onOutput,
  killSignal: _kill,
  artifactDir: _artifactDir,
  ...job
}: NodesOptions): JobOptions {
  return job;
}

interface Context {
  readonly job: PackedJob;
  readonly root: string;
  readonly base: string;
  readonly receptor: Receptor;
  readonly receptorSign: boolean;
  readonly cancel: AbortSignal;
  readonly killSignal: AbortSignal | undefined;
  readonly options: NodesOptions;
  readonly ends: NodeEnds | undefined;
}

interface Place {
  readonly node: Node;
  readonly ident: string;
}

function nodesOf({ nodes: names, metricsFile }: NodesOptions): Node[] {
  if (metricsFile !== undefined && names.length > 1) {
    throw new ConfigError(
      "config.option",
      'Cannot use --metrics-file (option "metricsFile") for several nodes: a file has the metrics of one run',
    );
  }
  if (names.length === 0) {
    throw new ConfigError("remote.node", "Cannot run on nodes: none is named");
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names.map(parseNode);
  throw new ConfigError("remote.node", `Cannot use node ${JSON.stringify(twice)} twice`);
}

/** What a worker says before its job ends: one that was canceled and says no more is not told as running. */
const UNENDED: readonly string[] = ["unstarted", "starting", "running"];

/** Only what a handler threw is thrown: a node that fails is a result. */
async function onNode({ node, ident }: Place, context: Context): Promise<NodeResult> {
  const artifactDir = `${context.root}/${ident}`;
  const worker = workerFor(node, context);
  const started = new Date();
  let isReached = true;
  let result: ProcessResult;
  let complaint: string | undefined;
  let hint: string | undefined;
  try {
    const followedTo = await followed(worker, { node, ident, artifactDir, context });
    const isGivenUp = context.cancel.aborted && UNENDED.includes(followedTo.status);
    result = isGivenUp ? { ...followedTo, status: "canceled" } : followedTo;
    if (isGivenUp) settleDeadRun(artifactDir, { reason: "canceled" });
  } catch (error) {
    if (error instanceof CallbackError) throw error;
    isReached = false;
    const isCanceled = context.cancel.aborted;
    const why = isCanceled ? "canceled" : messageOf(error);
    if (!isCanceled && error instanceof RunnerError) hint = error.hint;
    result = { status: isCanceled ? "canceled" : "error", rc: undefined, artifactDir, error: why };
  } finally {
    complaint = await worker.close();
  }
  // It says more than that the stream was cut.
  const isCut = result.error === EOF_EXPLANATION && complaint !== undefined;
  const error = isCut ? `The worker sent no end: ${complaint}` : result.error;
  await context.ends?.tell({
    ...{ ident, privateDataDir: context.base, started, hasArtifacts: isReached },
    result: { ...result, error },
  });
  return { ...result, error, hint, node: node.name, ident };
}

function workerFor(node: Node, { receptor, receptorSign }: Context): RemoteWorker {
  return node.kind === "ssh"
    ? new SshWorker(node)
    : new ReceptorWorker(node, { receptor, isSigned: receptorSign });
}

async function followed(
  worker: RemoteWorker,
  { node, ident, artifactDir, context }: Place & {
    readonly artifactDir: string;
    readonly context: Context;
  },
): Promise<ProcessResult> {
  const { cancel, options, base } = context;
  cancel.throwIfAborted();
  using patience = new Patience(context, () => worker.cancel());
  const { eventHandler, statusHandler, onOutput } = options;
  const input = await worker.start(
    (output) => context.job.send(output, { isWhole: true, ident, signal: cancel }),
    cancel,
  );
  patience.begin();
  return await process({
    input,
    privateDataDir: base,
    ident,
    artifactDir,
    allowUnsafePrivateDataDir: options.allowUnsafePrivateDataDir,
    plugins: options.plugins,
    metricsFile: options.metricsFile,
    syslog: options.syslog,
    syslogServer: options.syslogServer,
    ...(eventHandler && { eventHandler: (event) => eventHandler(event, node.name) }),
    ...(statusHandler && { statusHandler: (status) => statusHandler(status, node.name) }),
    ...(onOutput && { onOutput: (text) => onOutput(text, node.name) }),
    ...(options.log && { log: options.log }),
    signal: patience.signal,
    ...(context.killSignal && { killSignal: context.killSignal }),
  });
}

/** Does something for each, some at a time; when all is done the first failure is thrown. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      await task(item).then((result) => results[at] = result, (error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
