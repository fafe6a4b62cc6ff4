/**
 * The peers of a ZeroMQ socket: those that connected to it, or the one that it connects to.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { sleep, unlessAborted } from "../../internal/sleep.ts";
import { ZmqPeer } from "./zmq_peer.ts";
import type { ZmqAddress, ZmqTarget } from "./zmq_settings.ts";

/** Peers at once; more are turned away. */
const MOST_PEERS = 100;
/** Time between two tries to connect, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

type Listener = Deno.TcpListener | Deno.UnixListener;
type Connection = Deno.TcpConn | Deno.UnixConn;

/** The peers of one socket, from its first message to its end. */
export class ZmqPeers {
  readonly #target: ZmqTarget;
  readonly #closing = new AbortController();
  readonly #working: Promise<void>;
  #peers: readonly ZmqPeer[] = [];
  #shaking = 0;
  readonly #listener: Listener | undefined;
  #changed = Promise.withResolvers<void>();
  /** Why there is no peer, as far as that is known. */
  #problem = "nobody is connected";

  private constructor(target: ZmqTarget, listener: Listener | undefined) {
    this.#target = target;
    this.#listener = listener;
    this.#working = target.isBound ? this.#accept() : this.#keepConnected();
  }

  /**
   * Listens, or begins to connect.
   *
   * @throws {Error} when its address cannot be had
   */
  static async open(target: ZmqTarget): Promise<ZmqPeers> {
    const { isBound, address } = target;
    return new ZmqPeers(target, isBound ? await listenAt(address) : undefined);
  }

  /** Where it listens. */
  get address(): Deno.Addr | undefined {
    return this.#listener?.addr;
  }

  /** Those that are connected now. */
  get ready(): readonly ZmqPeer[] {
    return this.#peers = this.#peers.filter(({ isEnded }) => !isEnded);
  }

  /** What keeps peers away. */
  get problem(): string {
    return this.#problem;
  }

  /** Waits for peers of which something holds, and no longer than so long. */
  async waitFor(
    isEnough: (peers: readonly ZmqPeer[]) => boolean,
    { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (isEnough(this.ready)) return;
    const either = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    while (!isEnough(this.ready) && !either.aborted) {
      await unlessAborted(this.#changed.promise, either).catch(() => {});
    }
  }

  /** Ends all, after what waits for them; they have until the signal for that. */
  async close(late: AbortSignal): Promise<void> {
    this.#closing.abort(new Error("the run has ended"));
    this.#listener?.close();
    const { address } = this.#target;
    if (this.#listener !== undefined && address.transport === "unix") {
      try {
        Deno.removeSync(address.path);
      } catch {
        // Somebody else did.
      }
    }
    await Promise.all(this.ready.map((peer) => peer.finish(late)));
    await this.#working;
  }

  async #accept(): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined) return;
    try {
      for await (const conn of listener) {
        if (this.ready.length + this.#shaking >= MOST_PEERS) conn.close();
        else this.#shake(conn as Connection).catch((error) => this.#note(error));
      }
    } catch (error) {
      this.#note(error);
    }
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted;) {
      try {
        const peer = await this.#shake(await this.#connect());
        pauseMs = FIRST_PAUSE_MS;
        await unlessAborted(peer.ended, signal);
        this.#problem = "the peer closed the connection";
      } catch (error) {
        this.#note(error);
      }
      // A quarter more or less, so that many runs do not come back together.
      await sleep(pauseMs * (1 + Math.random() / 4), signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** A full socket makes the call wait, and it cannot be ended: it is left behind. */
  async #connect(): Promise<Connection> {
    const { address } = this.#target;
    const opening: Promise<Connection> = address.transport === "unix"
      ? Deno.connect(address)
      : connectTcp(address);
    try {
      return await unlessAborted(opening, this.#closing.signal);
    } catch (error) {
      opening.then((late) => late.close(), () => {});
      throw error;
    }
  }

  async #shake(conn: Connection): Promise<ZmqPeer> {
    this.#shaking++;
    try {
      const onSubscribe = (): void => this.#tell();
      const { signal } = this.#closing;
      const peer = await ZmqPeer.over(conn, { target: this.#target, onSubscribe, signal });
      this.#peers = [...this.ready, peer];
      this.#tell();
      return peer;
    } finally {
      this.#shaking--;
    }
  }

  #note(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#problem = messageOf(error).replace(/ \(os error \d+\)/g, "");
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

async function connectTcp(address: Deno.ConnectOptions): Promise<Deno.TcpConn> {
  const conn = await Deno.connect(address);
  conn.setNoDelay();
  return conn;
}

/** A socket that a killed run left is in the way of nobody. */
async function listenAt(address: ZmqAddress): Promise<Listener> {
  if (address.transport === "tcp") return Deno.listen(address);
  try {
    return Deno.listen(address);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    const { isSocket, uid } = Deno.lstatSync(address.path);
    const isAlive = await Deno.connect(address).then((conn) => (conn.close(), true), () => false);
    if (isSocket !== true || uid !== Deno.uid() || isAlive) throw error;
    Deno.removeSync(address.path);
    return Deno.listen(address);
  }
}
