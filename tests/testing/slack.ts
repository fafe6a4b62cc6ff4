/**
 * What bounds of time are worth on a machine that has other things to do as well.
 *
 * @module
 */

/**
 * Tells how much longer than on an idle machine something may take now: bounds of time are
 * multiplied by it. The load is an average that says nothing yet of a burst that has just begun.
 *
 * @returns 2 or more
 */
export function slack(): number {
  const [average = "", , , running = ""] = Deno.readTextFileSync("/proc/loadavg").split(" ");
  const waiting = Math.max(Number(average), Number.parseInt(running));
  return 2 * Math.max(1, waiting / navigator.hardwareConcurrency);
}

/**
 * Reads how long this thread has been computing, in milliseconds, whatever others do meanwhile: the
 * difference of two readings tells fast code from slow code on a busy machine too.
 */
export function threadMs(): number {
  try {
    return Number.parseInt(Deno.readTextFileSync("/proc/thread-self/schedstat")) / 1e6;
  } catch {
    // A kernel that does not keep count.
    return performance.now();
  }
}
