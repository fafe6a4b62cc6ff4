/**
 * The ZeroMQ socket that settings ask for, checked; messages show no password.
 *
 * @module
 */
import type { Settings } from "../../config/settings/declarations.ts";
import { ConfigError } from "../../errors.ts";
import { withoutSecrets } from "../http/http_target.ts";

/** A ZeroMQ socket, as settings have it. */
export interface ZmqTarget {
  /** `push` hands each message to one peer, `pub` to all that subscribed to it. */
  readonly type: "push" | "pub";
  /** Whether peers connect to it, in place of it to a peer. */
  readonly isBound: boolean;
  /** Where it listens or connects to. */
  readonly address: ZmqAddress;
  /** User and password of the PLAIN mechanism; NULL without. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** What its failure does, when that differs from `emitter_on_error`. */
  readonly onError?: "warn" | "fail" | undefined;
}

/** `tcp://HOST:PORT` or `ipc://PATH`. */
export type ZmqAddress =
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string };

/** The protocol has one byte for the length of each. */
const LONGEST_LOGIN = 255;

/**
 * Reads the socket of a run.
 *
 * @returns undefined when settings name none
 * @throws {ConfigError} when it cannot be used
 */
export function zmqTargetOf(settings: Settings): ZmqTarget | undefined {
  const { runnerZmqUrl: url, runnerZmqType: type = "push", runnerZmqBind: isBound = false } =
    settings;
  if (!url) return undefined;
  const { runnerZmqOnError: onError } = settings;
  const target = { type, isBound, address: addressOf(url, isBound), login: loginOf(settings) };
  return onError === undefined ? target : { ...target, onError };
}

function addressOf(url: string, isBound: boolean): ZmqAddress {
  const [, path] = /^ipc:\/\/(\/[^\0]+)$/.exec(url) ?? [];
  if (path !== undefined) return { transport: "unix", path };
  const [, name = "", port] = /^tcp:\/\/(\[[\da-f:.]+\]|[\w.-]+|\*):(\d{1,5})$/i.exec(url) ?? [];
  if (port === undefined || Number(port) > 65535 || name === "*" && !isBound) {
    const expected = isBound ? "tcp://ADDRESS:PORT, tcp://*:PORT" : "tcp://HOST:PORT";
    const got = JSON.stringify(withoutSecrets(url));
    throw refusal("url", `expected ${expected} or ipc:///PATH, got ${got}`);
  }
  const hostname = name === "*" ? "0.0.0.0" : name.replace(/^\[|\]$/g, "");
  return { transport: "tcp", hostname, port: Number(port) };
}

function loginOf(settings: Settings): ZmqTarget["login"] {
  const { runnerZmqUsername: username, runnerZmqPassword: password } = settings;
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw refusal("password", "expected runner_zmq_username with it");
  for (const [key, value] of [["username", username], ["password", password ?? ""]] as const) {
    if (new TextEncoder().encode(value).length > LONGEST_LOGIN) {
      throw refusal(key, `expected at most ${LONGEST_LOGIN} bytes`);
    }
  }
  return { username, password: password ?? "" };
}

function refusal(key: string, problem: string): ConfigError {
  return new ConfigError("config.runner_zmq", `Cannot use runner_zmq_${key}: ${problem}`);
}
