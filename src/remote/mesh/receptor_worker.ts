/**
 * A worker that Receptor starts on a node of its mesh.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import type { ReceptorNode } from "./node_name.ts";
import type { Receptor } from "./receptor.ts";
import { MAX_COMPLAINT, type RemoteWorker, type SendJob } from "./remote_worker.ts";

/** Contract: what AWX and the manuals call the work command. */
const WORK_TYPE = "ansible-runner";

/** A worker on a node. */
export class ReceptorWorker implements RemoteWorker {
  readonly #node: ReceptorNode;
  readonly #receptor: Receptor;
  readonly #isSigned: boolean;
  readonly #closing = new AbortController();
  #unit: string | undefined;

  constructor(
    node: ReceptorNode,
    { receptor, isSigned }: { readonly receptor: Receptor; readonly isSigned: boolean },
  ) {
    this.#node = node;
    this.#receptor = receptor;
    this.#isSigned = isSigned;
  }

  /** Hands over the whole job; the node gets it then. */
  async start(send: SendJob, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { name: node } = this.#node;
    await this.#receptor.waitForNode(node, signal);
    const request = { node, workType: WORK_TYPE, isSigned: this.#isSigned, signal };
    const unit = this.#unit = await this.#receptor.submit(request, send);
    return ReadableStream.from(this.#receptor.results(unit, this.#closing.signal));
  }

  /** Has Receptor interrupt it: it gets INT, and KILL after 10 s. */
  async cancel(): Promise<void> {
    if (this.#unit !== undefined) await this.#receptor.cancel(this.#unit).catch(() => {});
  }

  /** Reads no more, and has Receptor forget the job and its secrets on both nodes. */
  async close(): Promise<string | undefined> {
    this.#closing.abort();
    if (this.#unit === undefined) return undefined;
    const complaint = await this.#complaint(this.#unit);
    await this.#receptor.release(this.#unit);
    return complaint;
  }

  async #complaint(unit: string): Promise<string | undefined> {
    try {
      const { state, detail } = await this.#receptor.status(unit);
      return `${state}: ${detail}`.slice(0, MAX_COMPLAINT);
    } catch (error) {
      return messageOf(error);
    }
  }
}
