/**
 * One connection to a ZeroMQ socket: what it wants, and messages for it, one after the other.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { sleep, unlessAborted } from "../../internal/sleep.ts";
import { encodeCommand, FrameReader, readCommand } from "./zmtp_frames.ts";
import { shakeHands } from "./zmtp_handshake.ts";
import type { ZmqTarget } from "./zmq_settings.ts";

/** How long a handshake may take, in milliseconds. */
const HANDSHAKE_MS = 5000;
/** Subscriptions of one peer, and their letters. */
const MOST_TOPICS = 1000;
const MOST_TOPIC_LETTERS = 64 << 10;
/** Messages and bytes that may wait for one subscriber; then it misses some, as with libzmq. */
const HIGH_WATER_MARK = { messages: 1000, bytes: 32 << 20 };
/** How long one that has kept up so far is waited for, in milliseconds. */
const PATIENCE_MS = 1000;

/** A connection that has shaken hands. */
export class ZmqPeer {
  readonly #conn: Deno.TcpConn | Deno.UnixConn;
  readonly #reader: FrameReader;
  readonly #ended = new AbortController();
  readonly #topics = new Map<string, number>();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #isPumping = false;
  /** Whether it misses messages until half of what waits is gone. */
  #isBehind = false;
  #room: PromiseWithResolvers<void> | undefined;
  #topicLetters = 0;

  private constructor(conn: Deno.TcpConn | Deno.UnixConn) {
    this.#conn = conn;
    this.#reader = new FrameReader(conn);
  }

  /**
   * Shakes hands over a connection, which is closed when that fails.
   *
   * @param options our socket; told when it has a subscription; ends the wait
   * @throws {Error} when the other side is no peer of ours
   */
  static async over(
    conn: Deno.TcpConn | Deno.UnixConn,
    { target, onSubscribe, signal }: {
      readonly target: ZmqTarget;
      readonly onSubscribe: () => void;
      readonly signal: AbortSignal;
    },
  ): Promise<ZmqPeer> {
    const peer = new ZmqPeer(conn);
    const late = AbortSignal.timeout(HANDSHAKE_MS);
    const line = { reader: peer.#reader, write: (bytes: Uint8Array) => peer.#writeNow(bytes) };
    try {
      await unlessAborted(shakeHands(line, target), AbortSignal.any([signal, late]));
    } catch (cause) {
      peer.close();
      const text = late.aborted
        ? `the peer does not shake hands within ${HANDSHAKE_MS / 1000} s`
        : messageOf(cause);
      throw new Error(text, { cause });
    }
    peer.#listen(onSubscribe);
    return peer;
  }

  /** Whether the connection is gone. */
  get isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Resolved when the connection is gone. */
  get ended(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.isEnded) resolve();
    else this.#ended.signal.addEventListener("abort", () => resolve());
    return promise;
  }

  /** Whether it has subscribed to anything. */
  get hasTopics(): boolean {
    return this.#topics.size > 0;
  }

  /** Whether it has subscribed to a topic: to what that begins with. */
  wants(topic: string): boolean {
    for (const prefix of this.#topics.keys()) if (topic.startsWith(prefix)) return true;
    return false;
  }

  /**
   * Writes a message; done when the system has taken all of it.
   *
   * @throws {Error} when the connection ends; it is closed then, as half a message may be written
   */
  async write(message: Uint8Array, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#ended.signal]);
    try {
      either.throwIfAborted();
      const before = this.#writing;
      this.#writing = before.then(() => this.#writeNow(message));
      await unlessAborted(this.#writing, either);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Lets a message wait for its turn; one whose peer falls behind is waited for, once.
   *
   * @returns false when the peer misses it, since too much waits already
   */
  async offer(message: Uint8Array, signal: AbortSignal): Promise<boolean> {
    if (this.#isFull(message) && !this.#isBehind) {
      const either = AbortSignal.any([
        signal,
        this.#ended.signal,
        AbortSignal.timeout(PATIENCE_MS),
      ]);
      while (this.#isFull(message) && !either.aborted) {
        this.#room ??= Promise.withResolvers();
        await unlessAborted(this.#room.promise, either).catch(() => {});
      }
    }
    this.#isBehind = this.#isFull(message);
    if (this.#isBehind || this.isEnded) return this.isEnded;
    this.#enqueue(message);
    return true;
  }

  #isFull({ length }: Uint8Array): boolean {
    const { messages, bytes } = HIGH_WATER_MARK;
    const most = this.#isBehind ? messages / 2 : messages;
    return this.#waiting.length >= most ||
      this.#waiting.length > 0 && this.#waitingBytes + length > bytes;
  }

  #enqueue(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (!this.#isPumping) this.#pump();
  }

  /** Ends it, after what waits; the other side has until the signal for that. */
  async finish(late: AbortSignal): Promise<void> {
    try {
      while (this.#isPumping && !late.aborted && !this.isEnded) await sleep(5, late);
      await unlessAborted(this.#conn.closeWrite(), late);
      // What it has not read yet would be thrown away by the system if we closed at once.
      await unlessAborted(this.ended, late);
    } catch {
      // It is gone, or too slow.
    }
    this.close();
  }

  /** Ends it at once. */
  close(): void {
    if (this.isEnded) return;
    this.#ended.abort(new Error("the peer closed the connection"));
    this.#conn.close();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await this.write(next, this.#ended.signal);
        this.#waiting.shift();
        this.#waitingBytes -= next.length;
        this.#room?.resolve();
        this.#room = undefined;
      }
    } catch {
      this.#waiting.length = this.#waitingBytes = 0;
    }
    this.#isPumping = false;
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Reads until the end, so that what is said never fills the system's buffers. */
  async #listen(onSubscribe: () => void): Promise<void> {
    try {
      while (true) {
        const { isCommand, body } = await this.#reader.frame();
        if (isCommand) this.#command(body);
        else if (body[0] === 1) this.#subscribe(body.subarray(1));
        else if (body[0] === 0) this.#cancel(body.subarray(1));
        if (this.hasTopics) onSubscribe();
      }
    } catch {
      this.close();
    }
  }

  #command(body: Uint8Array): void {
    const { name, rest } = readCommand(body) ?? {};
    if (rest === undefined) return;
    if (name === "SUBSCRIBE") this.#subscribe(rest);
    else if (name === "CANCEL") this.#cancel(rest);
    // Two bytes of time, then what is sent back, 16 bytes at most; a peer that does not read gets none.
    else if (name === "PING" && this.#waiting.length === 0) {
      this.#enqueue(encodeCommand("PONG", rest.slice(2, 18)));
    }
  }

  #subscribe(topic: Uint8Array): void {
    const text = new TextDecoder().decode(topic);
    const isNew = !this.#topics.has(text);
    if (isNew) this.#topicLetters += text.length;
    if (isNew && this.#topics.size >= MOST_TOPICS || this.#topicLetters > MOST_TOPIC_LETTERS) {
      throw new Error(`the peer has more than ${MOST_TOPICS} subscriptions`);
    }
    this.#topics.set(text, (this.#topics.get(text) ?? 0) + 1);
  }

  #cancel(topic: Uint8Array): void {
    const text = new TextDecoder().decode(topic);
    const count = (this.#topics.get(text) ?? 0) - 1;
    if (count > 0) this.#topics.set(text, count);
    else if (this.#topics.delete(text)) this.#topicLetters -= text.length;
  }
}
