/**
 * What spans say of tasks, hosts and failures: OpenTelemetry's conventions where there are any, and
 * the names of community.general's `opentelemetry` callback.
 *
 * @module
 */
import { recordOf, textOf } from "../../events/event_values.ts";
import { attributesOf, nanosOf, type SpanEvent } from "./otlp.ts";
import { failureText, HOST_STATES, RESULTS, type ToldEvent } from "../told_event.ts";

/** Names and values. */
export type Attributes = Parameters<typeof attributesOf>[0];

/** How a task ended on a host. */
export interface HostOutcome {
  /** `ok`, `changed`, `skipped`, `failed` or `unreachable`. */
  readonly status: string;
  /** Whether it failed and nobody ignores that. */
  readonly hasFailed: boolean;
  readonly attributes: Attributes;
  /** The failure, ignored or not. */
  readonly events: readonly SpanEvent[];
  /** What Ansible says about it. */
  readonly message: string | undefined;
}

/** What the end of a task on a host says. */
export function hostOutcomeOf(event: ToldEvent): HostOutcome {
  const { data, name } = event;
  const state = HOST_STATES[name] ?? "ok";
  const isFailure = state === "failed" || state === "unreachable";
  const isIgnored = isFailure && data["ignore_errors"] === true;
  const hasFailed = isFailure && !isIgnored;
  const { changed, rc } = recordOf(data["res"]);
  const status = state === "ok" && changed === true ? "changed" : state;
  return {
    status,
    hasFailed,
    attributes: {
      ...taskAttributes(data),
      "ansible.task.name": textOf(data["task"]),
      "ansible.host.name": textOf(data["host"]),
      "ansible.task.host.status": status,
      "ansible.task.ignore_errors": isIgnored || undefined,
      "ansible.task.rc": typeof rc === "number" ? rc : undefined,
      "server.address": textOf(data["remote_addr"]),
      "error.type": hasFailed ? state : undefined,
    },
    events: isFailure ? [exceptionOf(event, state)] : [],
    message: hasFailed ? failureText(event) : undefined,
  };
}

/** A failure as an exception. */
export function exceptionOf(event: ToldEvent, type: string): SpanEvent {
  const res = recordOf(event.data["res"]);
  return {
    timeUnixNano: nanosOf(event.time),
    name: "exception",
    attributes: attributesOf({
      "exception.type": type,
      "exception.message": failureText(event),
      "exception.stacktrace": textOf(res["exception"]),
      "ansible.task.item": textOf(res["_ansible_item_label"]) ?? textOf(res["item"]),
    }),
  };
}

/** Module and place of a task. */
export function taskAttributes(data: ToldEvent["data"]): Attributes {
  const [, path, line] = /^(.+):(\d{1,9})$/s.exec(textOf(data["task_path"]) ?? "") ?? [];
  return {
    "ansible.task.module": moduleOf(data),
    "ansible.role.name": textOf(data["role"]),
    "code.file.path": path,
    "code.line.number": line === undefined ? undefined : Number(line),
  };
}

/** A task's module, its full name where Ansible says it. */
export function moduleOf(data: ToldEvent["data"]): string | undefined {
  return textOf(data["resolved_action"]) ?? textOf(data["task_action"]);
}

/** What the root span tells of a run. */
export interface RunFacts {
  /** The run's ident. */
  readonly ident: string;
  /** What it starts, such as `ansible-playbook`. */
  readonly program: string;
}

/** What the span of the whole run says at its end. */
export function rootOf(
  status: string,
  { ident, program, playbook, hosts }: RunFacts & {
    readonly playbook: string | undefined;
    readonly hosts: Readonly<Record<string, number>>;
  },
): Pick<HostOutcome, "hasFailed" | "message" | "attributes"> & { readonly name: string } {
  const hasFailed = status !== "successful";
  const counts = Object.entries(hosts).map(([state, count]) =>
    [`ansible.run.hosts.${state}`, count] as const
  );
  return {
    name: playbook === undefined ? program : `${program} ${playbook}`,
    hasFailed,
    message: hasFailed ? `The run ended as ${status}` : undefined,
    attributes: {
      "ansible.runner.ident": ident,
      "ansible.playbook": playbook,
      "ansible.run.status": status,
      ...Object.fromEntries(counts),
      "cicd.pipeline.name": playbook ?? program,
      "cicd.pipeline.run.id": ident,
      "cicd.pipeline.result": RESULTS[status],
      "error.type": hasFailed ? status : undefined,
    },
  };
}
