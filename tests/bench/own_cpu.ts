/**
 * What this process alone has used of the processor, for the bench.
 *
 * @module
 */

/** CPU seconds of this process, those it started left out, from /proc (in ticks of 10 ms). */
export function ownCpu(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
