/**
 * Posts events and changes of status to a URL or a unix socket.
 *
 * @module
 * @see manual of ansible-runner, "HTTP Status/Event Emitter Plugin"
 */
import type { RunConfig } from "../../config/run_config.ts";
import type { Emitter, EmitterErrorPolicy, EmitterMessage } from "../emitter.ts";
import { type EncodeRequest, requestEncoderOf } from "./http_body.ts";
import { HttpSender } from "./http_sender.ts";
import { type HttpReceiver, httpReceiversOf } from "./http_settings.ts";
import { acceptsOf } from "./message_filter.ts";

/**
 * Makes the HTTP emitters of a run whose settings or environment name a URL.
 *
 * @param config the run: `runner_http_url` and what goes with it, `runner_http_receivers`
 * @param env `RUNNER_HTTP_URL` and `RUNNER_HTTP_PATH` win over settings
 * @returns the emitters, in the order of settings
 */
export function httpEmittersOf(
  config: Pick<RunConfig, "settings">,
  env: Readonly<Record<string, string | undefined>>,
): HttpEmitter[] {
  return httpReceiversOf(config.settings, env).map((receiver) => new HttpEmitter(receiver));
}

/** Posts each message as JSON, one after the other. */
export class HttpEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name: string;
  /** Most messages in one request. */
  readonly batch: number;
  /** What its failure does, when settings say so. */
  readonly onError: EmitterErrorPolicy | undefined;
  /** An answer says that a message has come: what has not can be sent later. */
  readonly isAcknowledged = true;
  /** Whether the receiver wants a message; it wants all when undefined. */
  readonly accepts: ((message: EmitterMessage) => boolean) | undefined;
  /** What is sent before the first message. */
  first: Emitter["first"];
  readonly #encode: EncodeRequest;
  readonly #sender: HttpSender;

  /**
   * Makes an emitter.
   *
   * @param target where requests go, and how
   * @throws {ConfigError} when the target cannot be used
   */
  constructor(target: HttpReceiver) {
    this.name = target.name ?? "http";
    this.batch = Math.max(1, target.batch ?? 1);
    this.onError = target.onError;
    this.accepts = acceptsOf(target.filter ?? {});
    this.#encode = requestEncoderOf(target);
    const type = this.batch > 1 ? "application/x-ndjson" : undefined;
    this.#sender = new HttpSender(target, { type, requestMs: target.timeoutMs || undefined });
  }

  /**
   * Posts a message.
   *
   * @throws {NoAnswer} when nobody answers, or not in time, or the receiver says to come later
   * @throws {Error} when the answer is an error or a redirect
   */
  send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    return this.sendAll([message], signal);
  }

  /** Posts several messages in one request, as {@linkcode send} does one. */
  async sendAll(messages: readonly EmitterMessage[], signal: AbortSignal): Promise<void> {
    await this.#sender.send(await this.#encode(messages), signal);
  }

  /** Closes the connections. */
  close(): void {
    this.#sender[Symbol.dispose]();
  }
}
