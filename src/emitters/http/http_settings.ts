/**
 * The receivers of a run, by settings and environment.
 *
 * @module
 */
import type { Settings } from "../../config/settings/declarations.ts";
import { parseSettings } from "../../config/settings/read.ts";
import { ConfigError } from "../../errors.ts";
import type { HttpTarget } from "./http_target.ts";

/** Which messages a receiver gets. */
export interface MessageFilter {
  /** Names of events; none: all. */
  readonly events?: readonly string[] | undefined;
  /** Hosts of events that have one; none: all. */
  readonly hosts?: readonly string[] | undefined;
  /** All, or less of them. */
  readonly only?: "all" | "failures" | "status" | undefined;
}

/** What files of certificates are called where they are named. */
export interface FileNames {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** How requests are made and protected. */
export interface HttpFeatures {
  /** Most messages in one request; more than one makes it JSON lines. @default {1} */
  readonly batch?: number | undefined;
  /** Compress bodies. @default {false} */
  readonly gzip?: boolean | undefined;
  /** Key of the signature of each body. */
  readonly secret?: string | undefined;
  /** File with the token of an `Authorization: Bearer` header. */
  readonly tokenFile?: string | undefined;
  /** Environment variable with that token. */
  readonly tokenEnv?: string | undefined;
  /** File with certificates that are trusted besides the system's. */
  readonly caFile?: string | undefined;
  /** Files of the client's certificate and its key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** What messages call these files, where settings do not name them. */
  readonly fileNames?: FileNames | undefined;
  /** How long one request may take, in milliseconds. @default {10_000} */
  readonly timeoutMs?: number | undefined;
}

/** One receiver, as settings have it. */
export interface HttpReceiver extends HttpTarget, HttpFeatures {
  /** What it is called in messages and in `deliver --emitter`. @default {"http"} */
  readonly name?: string;
  readonly filter?: MessageFilter;
  /** What its failure does, when that differs from `emitter_on_error`. */
  readonly onError?: "warn" | "fail" | undefined;
}

/** Settings that hold for a whole receiver, and for none of the others. */
const PREFIX = "runner_http_";

/**
 * Reads the receivers of a run: `runner_http_url`, then each of `runner_http_receivers`.
 *
 * @param env RUNNER_HTTP_URL and RUNNER_HTTP_PATH win over `runner_http_url` and `runner_http_path`
 * @throws {ConfigError} when one has a key that is none, or no URL
 */
export function httpReceiversOf(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): HttpReceiver[] {
  const url = env["RUNNER_HTTP_URL"] || settings.runnerHttpUrl;
  const path = env["RUNNER_HTTP_PATH"] || settings.runnerHttpPath;
  const first = url ? [{ ...receiverFrom(settings), url, path, name: "http" }] : [];
  const others = (settings.runnerHttpReceivers ?? []).map(readReceiver);
  const all = [...first, ...others];
  const twice = all.find(({ name }, at) => all.findIndex((other) => other.name === name) !== at);
  if (twice === undefined) return all;
  throw refusal(`two receivers are called ${JSON.stringify(twice.name)}`);
}

function readReceiver(mapping: Readonly<Record<string, unknown>>, index: number): HttpReceiver {
  const { name = `http-${index + 2}`, ...rest } = mapping;
  if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name)) {
    throw refusal(`expected letters, digits, - and _ as the name of receiver ${index + 1}`);
  }
  const prefixed = Object.entries(rest).map(([key, value]) => [`${PREFIX}${key}`, value]);
  const where = `receiver ${index + 1} of runner_http_receivers`;
  const { settings, unknown } = parseSettings(Object.fromEntries(prefixed), where);
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) throw refusal(`"${odd.slice(PREFIX.length)}" is no key of a receiver`);
  const url = settings.runnerHttpUrl;
  if (!url) throw refusal(`receiver ${index + 1} has no url`);
  return { ...receiverFrom(settings), url, path: settings.runnerHttpPath, name };
}

function receiverFrom(settings: Settings): Omit<HttpReceiver, "url"> {
  return {
    headers: settings.runnerHttpHeaders,
    batch: settings.runnerHttpBatch,
    gzip: settings.runnerHttpGzip,
    secret: settings.runnerHttpSecret,
    tokenFile: settings.runnerHttpTokenFile,
    tokenEnv: settings.runnerHttpTokenEnv,
    caFile: settings.runnerHttpCaFile,
    certFile: settings.runnerHttpCertFile,
    keyFile: settings.runnerHttpKeyFile,
    timeoutMs: settings.runnerHttpTimeoutMs,
    onError: settings.runnerHttpOnError,
    filter: {
      events: settings.runnerHttpEvents,
      hosts: settings.runnerHttpHosts,
      only: settings.runnerHttpOnly,
    },
  };
}

function refusal(problem: string): ConfigError {
  return new ConfigError(
    "config.runner_http_receivers",
    `Cannot use runner_http_receivers: ${problem}`,
  );
}
