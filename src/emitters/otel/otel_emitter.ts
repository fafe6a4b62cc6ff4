/**
 * Sends spans, metrics or lines of a log of a run to a collector, by the rules of all emitters.
 *
 * @module
 */
import { gzipped } from "../http/http_body.ts";
import { HttpSender } from "../http/http_sender.ts";
import { type Emitter, type EmitterMessage, PartlyTaken } from "../emitter.ts";
import type { OtelTarget } from "./otel_settings.ts";
import { type KeyValue, requestOf, type Signal } from "./otlp.ts";
import { partialSuccessIn } from "./partial_success.ts";
import { encodeProtobuf } from "./protobuf.ts";

/** Most spans or lines in one request. */
const BATCH = 512;

/** By the protocol, the same request may be taken later. */
const BUSY: readonly number[] = [429, 502, 503, 504];

/** What is exported, and where to. */
export interface OtelExport {
  readonly signal: Signal;
  readonly target: OtelTarget;
  /** Attributes of the service. */
  readonly resource: readonly KeyValue[];
  /** Version of this program. */
  readonly version: string;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
  /** Turns what happened into what is sent; called once for each message. */
  readonly fold: (message: EmitterMessage) => readonly unknown[];
}

/** Exports one kind. */
export class OtelEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name: string;
  /** Most in one request. */
  readonly batch = BATCH;
  /** Who watches a run has no say in how it ends. */
  readonly onError = "report";
  readonly #export: OtelExport;
  readonly #sender: HttpSender;
  #hasWarned = false;

  /** @throws {ConfigError} when the target cannot be used */
  constructor(given: OtelExport) {
    const { target, signal } = given;
    this.name = `otel-${signal}`;
    this.#export = given;
    this.#sender = new HttpSender(target.receiver, {
      type: isJson(target) ? "application/json" : "application/x-protobuf",
      requestMs: target.requestMs,
      busy: BUSY,
      keepsBody: true,
    });
  }

  /** Turns what happened into what is sent: all that a message ended, or nothing. */
  translate(message: EmitterMessage): readonly EmitterMessage[] {
    return this.#export.fold(message).map((item, index) => ({
      kind: message.kind,
      json: JSON.stringify(item),
      id: `${message.id}.${index}`,
    }));
  }

  /** Sends one span, metric or line. */
  send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    return this.sendAll([message], signal);
  }

  /** Sends several in one request. */
  async sendAll(messages: readonly EmitterMessage[], abort: AbortSignal): Promise<void> {
    const { signal, target, resource, version } = this.#export;
    const items = messages.map(({ json }) => JSON.parse(json));
    const request = requestOf(signal, { resource, version, items });
    const plain = isJson(target)
      ? new TextEncoder().encode(JSON.stringify(request))
      : encodeProtobuf(signal, request);
    const isZipped = target.receiver.gzip === true;
    const body = isZipped ? await gzipped(plain) : plain;
    const headers = isZipped ? [["content-encoding", "gzip"] as const] : [];
    const answer = await this.#sender.send({ body, headers }, abort);
    const said = partialSuccessIn(answer, { isJson: isJson(target), sent: messages.length });
    if (said.rejected > 0) {
      const text = `the collector rejected ${said.rejected} of ${messages.length}: ${said.message}`;
      throw new PartlyTaken(text, said.rejected);
    }
    if (said.message === "" || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#export.warn(`Emitter ${this.name}: the collector says: ${said.message}`);
  }

  /** Closes the connections. */
  close(): void {
    this.#sender[Symbol.dispose]();
  }
}

function isJson({ protocol }: OtelTarget): boolean {
  return protocol === "http/json";
}
