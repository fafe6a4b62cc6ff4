/**
 * Turns the environment of a Python program into one in which its collector of cycles runs less often.
 *
 * Its command line stays what it is, and what it starts gets the environment without the change.
 *
 * @module
 */
import { headOf } from "../internal/programs.ts";
import tuningSource from "./python_tuning/sitecustomize.py" with { type: "text" };

/** The interpreter of a script: `#!` and Python, or sh and Python where pip found the path too long. */
const PYTHON_SCRIPT =
  /^#![ \t]*(?:\/\S*\/python[\d.]*|\/usr\/bin\/env[ \t]+python[\d.]*)(|[ \t].*)\n/;
const LONG_PYTHON_SCRIPT = /^#!\/bin\/sh\n'''exec' "?\/[^"\n]*\/python[\d.]*"?( .*)\n/;

/** Options that make Python deaf to PYTHONPATH, which it would then hand on as we made it. */
const IGNORES_ENVIRONMENT = /(?:^|\s)-[a-zA-Z]*[EIS]/;

/** What is started, and how. */
export interface TunedProgram {
  /** Path of the program, looked up already. */
  readonly program: string;
  /** Its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A directory to make, which the program sees under the same path. */
  readonly dir: string;
}

/**
 * Prepares the start of a program.
 *
 * @returns its environment: as it was, when it is not known to be a Python script
 */
export function tunePython({ program, env, dir }: TunedProgram): Readonly<Record<string, string>> {
  const users = env["PYTHONPATH"];
  // An empty one cannot be told from one with our directory and an empty name, which is the cwd.
  if (users === "" || dir.includes(":") || !isPythonScript(headOf(program))) return env;
  try {
    Deno.mkdirSync(dir, { mode: 0o700 });
    const path = `${dir}/sitecustomize.py`;
    Deno.writeTextFileSync(path, tuningSource, { createNew: true, mode: 0o600 });
  } catch {
    // A full disk, say: a run goes on without.
    return env;
  }
  return { ...env, PYTHONPATH: users === undefined ? dir : `${dir}:${users}` };
}

/** Says whether a file is run by Python, and Python takes heed of its environment. */
export function isPythonScript(head: string): boolean {
  const [, options] = PYTHON_SCRIPT.exec(head) ?? LONG_PYTHON_SCRIPT.exec(head) ?? [];
  return options !== undefined && !IGNORES_ENVIRONMENT.test(options);
}
