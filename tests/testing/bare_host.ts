/**
 * Turns a compiled program into one that sees a host without Deno, Node and our sources.
 *
 * @module
 */

const ROOT = new URL("../..", import.meta.url).pathname;

/**
 * Says why the programs of this machine cannot be hidden, if so.
 *
 * @returns the reason, or undefined
 */
export function whyNotBare(): string | undefined {
  try {
    const { success } = new Deno.Command("unshare", {
      args: ["--mount", "mount", "--bind", "/dev/null", "/dev/null"],
      stderr: "null",
    }).outputSync();
    return success ? undefined : "mounting is not allowed here";
  } catch {
    return "no unshare";
  }
}

/**
 * Writes a script that runs the program where Deno, Node, Deno's cache and our sources are hidden.
 * The script becomes the program: same process, same signals.
 *
 * @param program the compiled program
 * @param path where the script is written
 */
export function writeBareProgram(program: string, path: string): void {
  const files = [
    Deno.execPath(),
    ...["deno", "node", "nodejs"].flatMap(whereIs),
    ...["cli.ts", "mod.ts", "deno.json"].map((name) => `${ROOT}${name}`),
  ].filter(exists).map((file) => Deno.realPathSync(file));
  const home = Deno.env.get("HOME") ?? "";
  const dirs = [`${ROOT}src`, Deno.env.get("DENO_DIR") ?? `${home}/.cache/deno`].filter(exists);
  const mounts = [
    ...[...new Set(files)].map((file) => `mount --bind /dev/null ${quote(file)}`),
    ...dirs.map((dir) => `mount -t tmpfs none ${quote(dir)}`),
  ];
  const inside = `${mounts.join(" && ")} && exec ${quote(program)} "$@"`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh\nexec unshare --mount sh -c ${quote(inside)} sh "$@"\n`,
    { mode: 0o755 },
  );
}

function whereIs(name: string): string[] {
  return (Deno.env.get("PATH") ?? "").split(":").map((dir) => `${dir}/${name}`);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
