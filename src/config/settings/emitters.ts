/**
 * The settings about events that go to other systems.
 *
 * @module
 */
import type { SettingRow } from "./setting.ts";

/** In the order of the reference. */
export const EMITTER_SETTINGS: readonly SettingRow[] = [
  {
    key: "runner_http_url",
    type: "text",
    default: "none",
    doc: "URL, or path of a unix socket, that events and status are posted to",
  },
  {
    key: "runner_http_headers",
    type: "headers",
    default: "none",
    doc: "headers of these requests",
  },
  {
    key: "runner_http_path",
    type: "text",
    default: "none",
    doc: "request path when the URL is a unix socket",
  },
  {
    key: "runner_http_batch",
    type: "integer",
    default: "1",
    origin: "ours",
    doc: "most messages in one request; more than 1 makes it JSON lines (`application/x-ndjson`)",
  },
  {
    key: "runner_http_gzip",
    type: "boolean",
    default: "false",
    origin: "ours",
    doc: "compress the bodies of requests",
  },
  {
    key: "runner_http_secret",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "key of the header `Runner-Signature: sha256=…`, the HMAC of each body as it is sent",
  },
  {
    key: "runner_http_token_file",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "file with the token of a header `Authorization: Bearer …`",
  },
  {
    key: "runner_http_token_env",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "environment variable of the runner with that token",
  },
  {
    key: "runner_http_ca_file",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "file with certificates that are trusted besides the system's",
  },
  {
    key: "runner_http_cert_file",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "file with the client's certificate",
  },
  {
    key: "runner_http_key_file",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "file with the key of the client's certificate",
  },
  {
    key: "runner_http_timeout",
    type: "seconds",
    default: "10",
    origin: "ours",
    doc: "how long one request may take; it is sent again then",
  },
  {
    key: "runner_http_events",
    type: "list",
    default: "none",
    origin: "ours",
    doc: "names of the events that are posted; by default all",
  },
  {
    key: "runner_http_hosts",
    type: "list",
    default: "none",
    origin: "ours",
    doc: "hosts whose events are posted, besides events of no host; by default all",
  },
  {
    key: "runner_http_only",
    type: ["all", "failures", "status"],
    default: "all",
    origin: "ours",
    doc: "what is posted: all, status with failures and the statistics, or status alone",
  },
  {
    key: "runner_http_on_error",
    type: ["warn", "fail"],
    default: "none",
    origin: "ours",
    doc: "whether the run goes on when this receiver fails; emitter_on_error says it for all",
  },
  {
    key: "runner_http_receivers",
    type: "receivers",
    default: "none",
    origin: "ours",
    doc:
      "more receivers: a list of mappings with `url`, perhaps `name`, and any of the above less `runner_http_`",
  },
  {
    key: "runner_zmq_url",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "ZeroMQ socket that events and status are sent to: `tcp://HOST:PORT` or `ipc:///PATH`",
  },
  {
    key: "runner_zmq_type",
    type: ["push", "pub"],
    default: "push",
    origin: "ours",
    doc:
      "its type: each message to one PULL socket, or to all SUB sockets that want it, behind its " +
      "topic (`status`, or the event's name)",
  },
  {
    key: "runner_zmq_bind",
    type: "boolean",
    default: "false",
    origin: "ours",
    doc: "listen there for the others, in place of connecting",
  },
  {
    key: "runner_zmq_username",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "user of the PLAIN mechanism; without it there is no security (NULL)",
  },
  {
    key: "runner_zmq_password",
    type: "text",
    default: "none",
    origin: "ours",
    doc: "password of that user",
  },
  {
    key: "runner_zmq_on_error",
    type: ["warn", "fail"],
    default: "none",
    origin: "ours",
    doc: "whether the run goes on when this emitter fails; emitter_on_error says it for all",
  },
  {
    key: "runner_plugins",
    type: "list",
    default: "none",
    origin: "ours",
    doc:
      "programs that read events and status as JSON lines: command lines or paths, relative to " +
      "the private data directory; a `.ts` or `.js` file without the right to be executed is a " +
      "module that exports `createEmitter`",
  },
  {
    key: "runner_plugin_restarts",
    type: "integer",
    default: "3",
    origin: "ours",
    doc: "how often a plugin that crashes is started again",
  },
  {
    key: "runner_plugin_on_error",
    type: ["warn", "fail"],
    default: "none",
    origin: "ours",
    doc: "whether the run goes on when one of them fails; emitter_on_error says it for all",
  },
  {
    key: "emitter_on_error",
    type: ["report", "warn", "fail"],
    default: "report",
    origin: "ours",
    doc:
      "whether the run goes on when events or status cannot be posted (warn is the same as report), or fails",
  },
  {
    key: "emitter_leftovers",
    type: ["keep", "first"],
    default: "keep",
    origin: "ours",
    doc:
      "what HTTP receivers have not got of earlier runs of this directory: kept for `deliver`, or " +
      "sent before this run's messages, for 30 s at most",
  },
  {
    key: "emitter_deadline",
    type: "seconds",
    default: "10",
    origin: "ours",
    doc:
      "how long the run waits for its emitters after Ansible's end; then what is left is given up and said",
  },
];
