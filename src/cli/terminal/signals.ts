/**
 * INT, TERM and HUP as abort signals: the first cancels, a second one kills at once.
 *
 * @module
 */
import { STOP_SIGNAL } from "../../end_reason.ts";

/** Signals that come closer together than this are one, in milliseconds. */
const ONE_SIGNAL_MS = 1000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signals of one command, watched until disposed. */
export interface WatchedSignals extends Disposable {
  /** Aborted by the first signal; its reason is the signal's name. */
  readonly cancel: AbortSignal;
  /** Aborted by a second INT, or another signal that comes some time after the first. */
  readonly kill: AbortSignal;
}

/**
 * Starts watching.
 *
 * @param options whether this is a background run, which `stop` may end
 */
export function watchSignals(
  { isBackground = false }: { readonly isBackground?: boolean } = {},
): WatchedSignals {
  const cancel = new AbortController();
  const kill = new AbortController();
  const stack = new DisposableStack();
  let canceledAt = 0;
  const ignored = isHangUpIgnored() ? "SIGHUP" : undefined;
  for (const name of isBackground ? [...SIGNALS, STOP_SIGNAL] as const : SIGNALS) {
    const listener = (): void => {
      // Deno would end us on a signal that has no listener at all.
      if (name === ignored) return;
      const now = performance.now();
      // Supervisors may send TERM to us and to our group: two at once are one.
      if (cancel.signal.aborted && (name === "SIGINT" || now - canceledAt > ONE_SIGNAL_MS)) {
        kill.abort();
      }
      if (!cancel.signal.aborted) canceledAt = now;
      cancel.abort(name === STOP_SIGNAL ? "stop" : name);
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

/**
 * Makes a file that grows over the limit of our processes (`ulimit -f`) an error of that write, as
 * Python does: by default it ends us without a word. Programs that we start have the default.
 */
export function refuseLongFiles(): void {
  // Any listener changes what is done with HUP: it is looked at before.
  isHangUpIgnored();
  Deno.addSignalListener("SIGXFSZ", () => {});
}

let hangUpIgnored: boolean | undefined;

/** Whether we were started with `nohup`: a listener would undo it, so the first answer stays. */
function isHangUpIgnored(): boolean {
  return hangUpIgnored ??= readHangUpIgnored();
}

function readHangUpIgnored(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
    return (Number.parseInt(mask?.slice(-1) ?? "0", 16) & 1) !== 0;
  } catch {
    return false;
  }
}
