/**
 * Turns the environment of a run into arguments of bwrap, so that bwrap itself has the caller's.
 *
 * @module
 */

/**
 * Builds what makes one environment of another. `--clearenv` would be shorter, but bwrap 0.4 (RHEL 9)
 * does not know it.
 *
 * @param inside what the program is to have
 * @returns arguments; they hold values that may be secret
 */
export function environmentArgs(
  inside: Readonly<Record<string, string>>,
  outside: Readonly<Record<string, string>>,
): string[] {
  const gone = Object.keys(outside).filter((name) => !Object.hasOwn(inside, name));
  const set = Object.entries(inside).filter(([name, value]) => outside[name] !== value);
  return [
    ...gone.flatMap((name) => ["--unsetenv", name]),
    ...set.flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}
