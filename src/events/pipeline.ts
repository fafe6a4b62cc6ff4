/**
 * Turns the terminal's bytes into event records and display text, in order, at the handlers' pace.
 *
 * While an event is being handled, more bytes wait in a backlog: the terminal is read on, so that
 * Ansible never waits for a handler.
 *
 * @module
 */
import { MAX_TOLD, type Redactor } from "../internal/redact.ts";
import { sleep } from "../internal/sleep.ts";
import { ByteBacklog } from "./backlog.ts";
import { type PairedEvent, Pairing } from "./pairing.ts";
import { type EventOrigin, EventRecord } from "./event_json.ts";
import { LongText } from "./long_text.ts";
import type { EventBody, Spool } from "./spool/spool.ts";
import { Tokenizer } from "./tokenizer.ts";

/** How long a person waits for text that may begin a secret, in milliseconds. */
const HOLD_MS = 50;

/** Events without marker that are handed over before other work of the program has its turn. */
const TURN_EVENTS = 1000;

/** How a body begins. */
const EVENT_NAME = /^\{"event": "\w+"/;

/** What a pipeline is made with. */
export interface PipelineOptions {
  /** The run's random token. */
  readonly token: string;
  /** What every event says of its run. */
  readonly origin: EventOrigin;
  /** Where the plugin leaves the bodies. */
  readonly spool: Spool;
  /** Where bytes wait when memory is full. */
  readonly backlogPath: string;
  /** Masks secrets in text and bodies. */
  readonly redactor: Redactor;
  /** Takes text as people see it. */
  readonly onDisplay: (text: string) => void;
  /**
   * Takes the beginning of text that is held back, for a person who may have to answer it; what it
   * turns out to be comes by `onDisplay` as ever. Files and handlers wait for that.
   */
  readonly onHeld?: ((text: string) => void) | undefined;
  /** Takes the body of each event as it is, before its text and what follows it are looked at. */
  readonly onBody?: ((body: EventBody) => void) | undefined;
  /** Told of an event whose body never came. */
  readonly onMissingBody?: (key: string) => void;
  /** Takes an event; the next one comes when its promise, if it returns one, is done. */
  readonly onEvent: (record: EventRecord) => void | Promise<void>;
  /** Told when all events of a piece of output were taken, and before one is waited for. */
  readonly onDelivered?: (() => void) | undefined;
  /** Told of errors: a full disk, say. The output is read on, nothing here throws. */
  readonly onFailed: (error: unknown) => void;
}

/** The way of a run's output. */
export class OutputPipeline {
  readonly #options: PipelineOptions;
  readonly #backlog: ByteBacklog;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #tokenizer: Tokenizer;
  readonly #pairing: Pairing;
  #events: PairedEvent[] = [];
  #display = "";
  #busy: Promise<void> | undefined;
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes a pipeline.
   *
   * @param options where text and events go
   */
  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#backlog = new ByteBacklog(options.backlogPath);
    const textPath = `${options.backlogPath}.text`;
    this.#pairing = new Pairing({
      event: (event) => void this.#events.push(event),
      display: (piece) => void (this.#display += piece),
      longText: () => new LongText(textPath, options.onFailed),
    }, (key) => this.#bodyOf(key));
    this.#tokenizer = new Tokenizer(options.token, this.#pairing);
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes a buffer that may be used again after the call
   */
  feed(bytes: Uint8Array): void {
    if (this.#busy !== undefined) {
      this.#guarded(() => this.#backlog.push(bytes));
      return;
    }
    const pending = this.#process(bytes);
    if (pending !== undefined) this.#busy = this.#catchUp(pending);
  }

  /**
   * Handles nothing before a promise is done; bytes that come meanwhile are kept.
   *
   * @param ready never rejects; comes before the first bytes
   */
  waitFor(ready: Promise<void>): void {
    this.#busy = this.#catchUp(ready);
  }

  /** No more bytes come: handles all that is left, bodies without marker included. */
  async finish(): Promise<void> {
    await this.#busy;
    this.#stopHolding();
    this.#tokenizer.feed(this.#options.redactor.feed(this.#decoder.decode()));
    this.#tokenizer.feed(this.#options.redactor.flush());
    this.#tokenizer.flush();
    this.#pairing.end();
    await this.#deliver();
    await this.#deliverUnclaimed().catch(this.#options.onFailed);
    this.#guarded(() => this.#backlog[Symbol.dispose]());
  }

  /** A job may leave any number: not all of them are in memory at once. */
  async #deliverUnclaimed(): Promise<void> {
    const { spool, redactor } = this.#options;
    let count = 0;
    for (const body of spool.takeRest()) {
      this.#pairing.unclaimed(this.#masked(body));
      await this.#deliver();
      if (++count % TURN_EVENTS === 0) await sleep(0);
    }
    for (const text of spool.takeRefused()) {
      this.#pairing.unclaimed(undefined, redactor.redact(text));
      await this.#deliver();
    }
  }

  async #catchUp(pending: Promise<void>): Promise<void> {
    await pending;
    const next = () => this.#guarded(() => this.#backlog.shift());
    for (let bytes = next(); bytes !== undefined; bytes = next()) await this.#process(bytes);
    this.#busy = undefined;
  }

  #process(bytes: Uint8Array): Promise<void> | undefined {
    const { redactor } = this.#options;
    this.#tokenizer.feed(redactor.feed(this.#decoder.decode(bytes, { stream: true })));
    this.#watchHeld();
    return this.#deliver();
  }

  /** Text that may begin a secret is not kept from a person who waits for it. */
  #watchHeld(): void {
    this.#stopHolding();
    const { redactor, onHeld } = this.#options;
    if (onHeld === undefined || redactor.held === "") return;
    this.#holdTimer = setTimeout(() => this.#showHeld(), HOLD_MS);
  }

  /** Deno loads its timers at their first use, which takes 8 ms: a run that needs none is spared it. */
  #stopHolding(): void {
    if (this.#holdTimer !== undefined) clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
  }

  #showHeld(): void {
    // What is busy now may bring the rest; if not, another look is due.
    if (this.#busy !== undefined) return this.#watchHeld();
    const { redactor, onHeld } = this.#options;
    // What ends a line or begins a control sequence is not shown before its time.
    const [shown = ""] = redactor.held.slice(0, MAX_TOLD).split(/[\x00-\x1f]/);
    if (shown !== "") onHeld?.(shown);
  }

  #bodyOf(key: string): EventBody | undefined {
    const body = this.#guarded(() => this.#options.spool.take(key));
    if (body === undefined) this.#options.onMissingBody?.(key);
    else this.#options.onBody?.(body);
    return this.#masked(body);
  }

  #masked(body: EventBody | undefined): EventBody | undefined {
    const { redactor } = this.#options;
    if (body === undefined || !redactor.isActive) return body;
    const text = new TextDecoder().decode(body.json);
    // A password like `playbook` must not take the name by which everybody knows the event.
    const head = EVENT_NAME.exec(text)?.[0] ?? "";
    const masked = head + redactor.redactJson(text.slice(head.length));
    return masked === text ? body : { ...body, json: new TextEncoder().encode(masked) };
  }

  /** Hands over what one piece of output made; synchronous while the handlers are. */
  #deliver(): Promise<void> | undefined {
    const display = this.#display;
    const events = this.#events;
    this.#display = "";
    this.#events = [];
    if (display !== "") this.#options.onDisplay(display);
    for (let index = 0; index < events.length; index++) {
      const pending = this.#handOver(events[index]);
      if (pending !== undefined) return this.#deliverRest(pending, events.slice(index + 1));
    }
    if (events.length > 0) this.#options.onDelivered?.();
    return undefined;
  }

  async #deliverRest(pending: Promise<void>, events: readonly PairedEvent[]): Promise<void> {
    this.#options.onDelivered?.();
    await pending;
    this.#options.onDelivered?.();
    for (const event of events) {
      await this.#handOver(event);
      this.#options.onDelivered?.();
    }
  }

  #handOver(event: PairedEvent | undefined): void | Promise<void> {
    if (event === undefined) return;
    const { origin, onEvent, onFailed } = this.#options;
    const pending = this.#guarded(() => onEvent(new EventRecord(event, origin)))?.catch(onFailed);
    const { stdout } = event;
    if (typeof stdout === "string") return pending;
    if (pending !== undefined) return pending.finally(() => stdout[Symbol.dispose]());
    stdout[Symbol.dispose]();
  }

  /** An error must not end the reading: the program would wait for its reader for ever. */
  #guarded<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.#options.onFailed(error);
      return undefined;
    }
  }
}
