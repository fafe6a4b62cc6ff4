/**
 * Sends events and changes of status over ZeroMQ, by ZMTP 3.1 of our own.
 *
 * @module
 * @see manual of ansible-runner, "ZeroMQ Status/Event Emitter Plugin"
 */
import type { Settings } from "../../config/settings/declarations.ts";
import { messageOf } from "../../errors.ts";
import { TimeLimit } from "../../internal/sleep.ts";
import { type Emitter, type EmitterMessage, NoAnswer } from "../emitter.ts";
import { eventNameOf } from "../event_name.ts";
import { ZmqPeers } from "./zmq_peers.ts";
import { type ZmqTarget, zmqTargetOf } from "./zmq_settings.ts";
import { encodeMessage } from "./zmtp_frames.ts";

/** How long a peer may take nothing, in milliseconds: another one gets the message then. */
const STUCK_MS = 10_000;
/** How long a message waits for a peer before it counts as a try. */
const PEER_MS = 2000;
/** How long the first message waits for somebody who subscribes. */
const JOIN_MS = 1000;
/** What peers have to take the rest at the end. */
const LINGER_MS = 2000;

/** What an emitter is made with. */
export interface ZmqOptions {
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
}

/**
 * Makes the emitter of a run whose settings name a socket.
 *
 * @throws {ConfigError} when it cannot be used
 */
export function zmqEmitterOf(settings: Settings, options: ZmqOptions): ZmqEmitter | undefined {
  const target = zmqTargetOf(settings);
  return target === undefined ? undefined : new ZmqEmitter(target, options);
}

/** Sends messages to a PULL socket, or to all SUB sockets that want them. */
export class ZmqEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name = "zmq";
  /** What its failure does, when settings say so. */
  readonly onError: Emitter["onError"];
  readonly #target: ZmqTarget;
  readonly #options: ZmqOptions;
  readonly #encoder = new TextEncoder();
  #peers: ZmqPeers | undefined;
  #next = 0;
  #missed = 0;
  /** Whether any message was for anybody. */
  #hasReached = false;

  constructor(target: ZmqTarget, options: ZmqOptions) {
    this.#target = target;
    this.onError = target.onError;
    this.#options = options;
  }

  /** Where it listens, once it does. */
  get address(): Deno.Addr | undefined {
    return this.#peers?.address;
  }

  /**
   * Hands a message over.
   *
   * @throws {NoAnswer} when nobody takes it
   */
  async send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    const isFirst = this.#peers === undefined;
    const peers = this.#peers ??= await this.#open();
    const json = this.#encoder.encode(message.json);
    if (this.#target.type === "push") return await this.#push(peers, { json, signal });
    // Those that subscribe when we are there would miss the first messages of each run.
    if (isFirst) {
      const isJoined = (all: ZmqPeers["ready"]): boolean => all.some(({ hasTopics }) => hasTopics);
      await peers.waitFor(isJoined, { ms: JOIN_MS, signal });
    }
    const topic = message.kind === "status" ? "status" : eventNameOf(message.json) ?? "unknown";
    const bytes = encodeMessage([this.#encoder.encode(topic), json]);
    for (const peer of peers.ready) {
      if (!peer.wants(topic)) continue;
      this.#hasReached = true;
      if (!await peer.offer(bytes, signal)) this.#missed++;
    }
  }

  /** Lets peers take the rest, bounded. */
  async close(hurry?: AbortSignal): Promise<void> {
    if (this.#peers === undefined) return;
    const late = AbortSignal.timeout(LINGER_MS);
    await this.#peers.close(hurry === undefined ? late : AbortSignal.any([late, hurry]));
    const { warn } = this.#options;
    if (this.#missed > 0) {
      warn(`Emitter zmq: slow subscribers missed ${this.#missed} messages`);
    } else if (this.#target.type === "pub" && !this.#hasReached) {
      warn(`Emitter zmq: nobody subscribed: ${this.#peers.problem}`);
    }
  }

  async #open(): Promise<ZmqPeers> {
    try {
      return await ZmqPeers.open(this.#target);
    } catch (cause) {
      throw new Error(`cannot listen: ${messageOf(cause)}`, { cause });
    }
  }

  async #push(
    peers: ZmqPeers,
    { json, signal }: { readonly json: Uint8Array; readonly signal: AbortSignal },
  ): Promise<void> {
    await peers.waitFor((all) => all.length > 0, { ms: PEER_MS, signal });
    const { ready } = peers;
    const peer = ready[this.#next++ % Math.max(1, ready.length)];
    if (peer === undefined) throw new NoAnswer(peers.problem);
    using limit = new TimeLimit(STUCK_MS, signal);
    try {
      await peer.write(encodeMessage([json]), limit.signal);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const text = limit.isOver ? `took nothing for ${STUCK_MS / 1000} s` : messageOf(cause);
      throw new NoAnswer(text, { cause });
    }
  }
}
