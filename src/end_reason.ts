/**
 * Why a run ended, from whatever ends it to the `reason` file, and the rc and status that follow.
 *
 * @module
 */
/** The words of the `status` file and of status handlers. */
export type Status =
  | "unstarted"
  | "starting"
  | "running"
  | "successful"
  | "failed"
  | "timeout"
  | "canceled";

/** A process that outlived the end of its run. */
export interface SurvivingProcess {
  /** Its pid. */
  readonly pid: number;
  /** Its command line, cut. */
  readonly command: string;
}

/** What an emitter could not deliver. */
export interface UndeliveredMessages {
  /** Its name, such as `http`. */
  readonly emitter: string;
  /** How many events and changes of status. */
  readonly messages: number;
  /** Why the first of them could not be delivered. */
  readonly error: string;
}

/** Why a run ended. */
export type EndReason =
  & (
    | { readonly reason: "exit"; readonly code: number }
    | { readonly reason: "signal"; readonly signal: number }
    | {
      readonly reason: "canceled";
      /** Who or what canceled it, as text. */
      readonly by?: string | undefined;
      /** The reason of the `signal` that canceled it, if it is an object; in no file and no JSON. */
      readonly cause?: unknown;
    }
    | { readonly reason: "job_timeout"; readonly seconds: number }
    | { readonly reason: "idle_timeout"; readonly seconds: number }
    | {
      readonly reason: "prompt_not_answered";
      /** The question as it is, with the blank at its end. */
      readonly prompt: string;
      /** A pattern of env/passwords that was perhaps meant to match it. */
      readonly near?: string;
      /** Name of the credential that would answer it. */
      readonly credential?: string;
    }
    /** Looking for this regex of env/passwords in the output takes too long. */
    | { readonly reason: "pattern_too_slow"; readonly pattern: string }
    | {
      readonly reason: "could_not_start";
      readonly program: string;
      /** What the system said; a program that is not there has none. */
      readonly error?: string;
    }
    | { readonly reason: "handler_failed"; readonly handler: string }
    | { readonly reason: "artifacts_failed"; readonly error: string }
    | {
      readonly reason: "runner_died";
      /** What is known of a run elsewhere whose worker did not say how it ended. */
      readonly error?: string;
    }
  )
  & {
    /** Processes that could not be ended, such as root's children of a run by a user. */
    readonly survivors?: readonly SurvivingProcess[] | undefined;
    /** What emitters could not deliver. */
    readonly undelivered?: readonly UndeliveredMessages[] | undefined;
  };

/** Time between TERM and KILL when settings say nothing, in milliseconds. */
export const DEFAULT_GRACE_MS = 2000;

/** By what the command `stop` ends a background run, so that it is known who did. */
export const STOP_SIGNAL = "SIGUSR2";

/** Contract: exit code of a run that was ended by a timeout or a cancel. */
const RC_ENDED = 254;

/** Ansible's own code, 128 + n for death by signal n, 127 for a missing program, else 254. */
export function rcOf(reason: EndReason): number {
  switch (reason.reason) {
    case "exit":
      return reason.code;
    case "signal":
      return 128 + reason.signal;
    case "could_not_start":
      return 127;
    default:
      return RC_ENDED;
  }
}

/** The word for the status file. */
export function statusOf(reason: EndReason): Status {
  switch (reason.reason) {
    case "exit":
      return reason.code === 0 ? "successful" : "failed";
    case "canceled":
      return "canceled";
    case "job_timeout":
    case "idle_timeout":
      return "timeout";
    default:
      return "failed";
  }
}

/** Whether an end is neither Ansible's own nor wanted by the caller. */
export function isError(reason: EndReason | undefined): boolean {
  return ERRORS.has(reason?.reason ?? "exit");
}

const ERRORS: ReadonlySet<string> = new Set([
  "could_not_start",
  "handler_failed",
  "artifacts_failed",
  "runner_died",
]);

/** Says why a run ended in one line; undefined while it runs, and for a program that exited by itself. */
export function describeEnd(reason: EndReason | undefined): string | undefined {
  if (reason === undefined) return undefined;
  const more = [survivorsOf(reason), undeliveredOf(reason)].filter((text) => text !== undefined);
  const text = sentenceOf(reason);
  return more.length === 0 ? text : [text ?? "ended", ...more].join("; ");
}

/** Programs that `doctor` looks for in PATH. */
const LOOKED_AT = /^(ansible|ansible-playbook|bwrap|podman|docker)$/;

/** Says what could be done about an ending, in one line; undefined where nothing is known. */
export function hintFor(reason: EndReason): string | undefined {
  if (reason.reason === "could_not_start" && LOOKED_AT.test(reason.program)) {
    return "ansible-runner doctor says what this host has and lacks";
  }
  if (reason.reason !== "prompt_not_answered") return undefined;
  const { near, credential } = reason;
  const ways = [
    ...(near === undefined
      ? []
      : [`The pattern ${JSON.stringify(near)} of env/passwords does not match it`]),
    ...(credential === undefined
      ? []
      : [`--credential ${credential}=file:PATH answers it without a pattern`]),
  ];
  return ways.length === 0
    ? "Give a pattern for it, and the answer, in env/passwords"
    : ways.join("; ");
}

function survivorsOf({ survivors = [] }: EndReason): string | undefined {
  if (survivors.length === 0) return undefined;
  const list = survivors.map(({ pid, command }) => `${pid} (${command.trim()})`).join(", ");
  return `still running: ${list}`;
}

function undeliveredOf({ undelivered = [] }: EndReason): string | undefined {
  if (undelivered.length === 0) return undefined;
  const list = undelivered.map(({ emitter, messages, error }) =>
    `${messages} to ${emitter} (${error})`
  );
  return `not delivered: ${list.join(", ")}`;
}

function sentenceOf(reason: EndReason): string | undefined {
  switch (reason.reason) {
    case "exit":
      return undefined;
    case "signal":
      return `signal ${reason.signal}`;
    case "canceled":
      return reason.by === undefined ? "canceled" : `canceled by ${reason.by}`;
    case "job_timeout":
      return `job_timeout: not finished after ${reason.seconds} s`;
    case "idle_timeout":
      return `idle_timeout: no output for ${reason.seconds} s`;
    case "prompt_not_answered":
      return `prompt not answered: ${JSON.stringify(reason.prompt)}`;
    case "pattern_too_slow":
      return `pattern too slow: ${
        JSON.stringify(reason.pattern)
      } of passwords, which repeats what has a repetition in it`;
    case "could_not_start":
      return `could not start: ${reason.program}${
        reason.error === undefined ? "" : ` (${reason.error})`
      }`;
    case "handler_failed":
      return `the ${reason.handler} handler failed`;
    case "artifacts_failed":
      return `artifacts could not be written: ${reason.error}`;
    case "runner_died":
      return reason.error === undefined
        ? "the runner process died"
        : `the worker did not say how it ended: ${reason.error}`;
  }
}
