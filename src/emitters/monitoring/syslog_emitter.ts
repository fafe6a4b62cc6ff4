/**
 * Sends a run's start, failures and end to syslog, by `logger` of util-linux, which speaks RFC 5424
 * to /dev/log and by UDP; Deno's own datagrams are unstable.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { textOf } from "../../events/event_values.ts";
import { HOST_FAILURES } from "../../events/failure_events.ts";
import { printable } from "../../internal/printable.ts";
import { callerPath, findProgram } from "../../internal/programs.ts";
import { unlessAborted } from "../../internal/sleep.ts";
import type { Emitter, EmitterMessage } from "../emitter.ts";
import { endingOf, GroupProgram } from "../plugins/group_program.ts";
import { readEvent, readStatus } from "../told_event.ts";

/** Where messages go. */
export interface SyslogOptions {
  /** `HOST` or `HOST:PORT` of a server that listens on UDP. @default {/dev/log} */
  readonly server?: string | undefined;
  /** Path of the local socket. @default {"/dev/log"} */
  readonly socket?: string;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
}

/** The facility `daemon`, and severities. */
const PRIORITY = { info: 30, notice: 29, error: 27 } as const;

/** Letters of a message; a datagram of 1024 bytes is taken everywhere. */
const MAX_LENGTH = 800;

const FAILURES: ReadonlySet<string> = new Set(HOST_FAILURES);

/** Tells syslog of a run. */
export class SyslogEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name = "syslog";
  readonly #options: SyslogOptions;
  readonly #argv: readonly string[];
  #program: GroupProgram | undefined;

  /** @throws {ConfigError} when there is no `logger`, or the server is none */
  constructor(options: SyslogOptions) {
    this.#options = options;
    const logger = findProgram("logger", callerPath());
    if (logger === undefined) {
      throw new ConfigError("config.syslog", "Cannot use --syslog: expected the program logger", {
        hint: "Install util-linux (bsdutils on Debian)",
      });
    }
    const words = ["--prio-prefix", "--rfc5424", "--tag", "ansible-runner", `--id=${Deno.pid}`];
    this.#argv = [logger, ...words, ...placeOf(options)];
  }

  /** Sends a message, if it is one for syslog. */
  async send(message: EmitterMessage, signal: AbortSignal): Promise<void> {
    const line = lineOf(message);
    if (line === undefined) return;
    this.#program ??= new GroupProgram({
      argv: this.#argv,
      cwd: "/",
      env: {},
      onErrorLine: (text) => this.#options.warn(`syslog: ${text}`),
    });
    await unlessAborted(this.#program.write(`${line}\n`), signal);
  }

  /** Waits until all is sent. */
  async close(hurry?: AbortSignal): Promise<void> {
    const program = this.#program;
    if (program === undefined) return;
    const { status } = await program.end(2000, hurry);
    if (!status.success) this.#options.warn(`Emitter syslog: ${endingOf(status)}`);
  }
}

function placeOf({ server, socket = "/dev/log" }: SyslogOptions): string[] {
  if (server === undefined) return ["--socket", socket, "--socket-errors=on"];
  const [, host, port = "514"] = /^(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(server) ?? [];
  if (host === undefined) {
    const text = `Cannot use --syslog-server: expected HOST or HOST:PORT, got ${
      JSON.stringify(server)
    }`;
    throw new ConfigError("config.syslog", text);
  }
  return ["--udp", "--server", host.replace(/^\[|\]$/g, ""), "--port", port];
}

/** One line with its priority in front; undefined for what is none of syslog's business. */
export function lineOf(message: EmitterMessage): string | undefined {
  const change = readStatus(message);
  if (change !== undefined) {
    const { status, ident = "?" } = change;
    const priority = status === "starting" || status === "successful"
      ? PRIORITY.info
      : status === "canceled"
      ? PRIORITY.notice
      : PRIORITY.error;
    return status === "running" ? undefined : rendered(priority, `run ${ident}: ${status}`);
  }
  const event = readEvent(message, FAILURES);
  if (event === undefined || event.data["ignore_errors"] === true) return undefined;
  const { ident = "?", data } = event;
  const [host = "?", task = "?"] = [textOf(data["host"]), textOf(data["task"])];
  const what = event.name === "runner_on_unreachable" ? "unreachable" : "failed";
  return rendered(PRIORITY.error, `run ${ident}: ${host} ${what}: ${task}`);
}

function rendered(priority: number, text: string): string {
  return `<${priority}>${printable(text).slice(0, MAX_LENGTH)}`;
}
