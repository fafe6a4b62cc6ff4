/**
 * Turns INT, TERM and HUP into abort signals: the first cancels, a second INT kills at once.
 *
 * @module
 */

/** The signals of one command, watched until disposed. */
export interface WatchedSignals extends Disposable {
  /** Aborted by the first signal; its reason is the signal's name. */
  readonly cancel: AbortSignal;
  /** Aborted by a second INT. */
  readonly kill: AbortSignal;
}

/** Starts watching. */
export function watchSignals(): WatchedSignals {
  const cancel = new AbortController();
  const kill = new AbortController();
  const stack = new DisposableStack();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const listener = (): void => {
      if (cancel.signal.aborted && name === "SIGINT") kill.abort();
      cancel.abort(name);
    };
    Deno.addSignalListener(name, listener);
    stack.defer(() => Deno.removeSignalListener(name, listener));
  }
  return {
    cancel: cancel.signal,
    kill: kill.signal,
    [Symbol.dispose]: () => stack.dispose(),
  };
}
