/**
 * A change of status of a run elsewhere, seen to be one: types say nothing of what a worker sends.
 *
 * @module
 */
import { pythonJson } from "../python/json_write.ts";
import { kindOf } from "../python/values.ts";
import type { RemoteStatus } from "./remote_status.ts";
import { StreamError } from "./wire/frame_reader.ts";
import type { Message } from "./wire/messages.ts";

/**
 * Takes a change of status; explanations and words of the command become texts where they are none.
 *
 * @throws {StreamError} when its status is no text
 */
export function receivedStatus(message: Message): RemoteStatus {
  if (typeof message["status"] !== "string") {
    throw new StreamError("message", "a status is not a string");
  }
  const taken: Record<string, unknown> = { ...message };
  for (const name of ["job_explanation", "result_traceback"]) {
    const text = taken[name];
    if (text !== undefined && text !== null) taken[name] = textOf(text);
  }
  const { command } = message;
  if (Array.isArray(command)) taken["command"] = command.map((word) => textOf(word));
  return taken as unknown as RemoteStatus;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return pythonJson(value);
  } catch {
    // Nested too deeply.
    return kindOf(value);
  }
}
