/**
 * The caller's `output`, behind the guard that ends the run when it throws.
 *
 * @module
 */
import type { Sink } from "../../sinks/sink.ts";
import type { ConsoleOutput } from "../run_options.ts";
import type { HandlerCalls } from "./handler_calls.ts";

/** Shows what the terminal shows. */
export function guardedConsole(
  output: ConsoleOutput,
  { handlers, stdoutPath }: {
    readonly handlers: HandlerCalls;
    readonly stdoutPath: string | undefined;
  },
): Sink {
  let show: ((bytes: Uint8Array) => void) | undefined;
  handlers.guard("Output", () => void (show = output.open(stdoutPath)));
  return { output: (bytes) => handlers.guard("Output", () => show?.(bytes)) };
}

/** Shows text before its time, if the caller takes it. */
export function guardedEarly(
  output: ConsoleOutput | undefined,
  handlers: HandlerCalls,
): ((bytes: Uint8Array) => void) | undefined {
  const showEarly = output?.showEarly;
  return showEarly && ((bytes) => handlers.guard("Output", () => showEarly(bytes)));
}
