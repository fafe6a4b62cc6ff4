/**
 * Asks the real python3, the measure for everything we read as Python does.
 *
 * @module
 */
import { exists } from "../../src/internal/file_system.ts";

/** Interpreters tried in this order: the system's own first, since it has python3-yaml. */
const CANDIDATES = ["/usr/bin/python3", "python3"];

/** What was found, by the modules: starting python3 to ask costs more than most tests. */
const known = new Map<string, string | undefined>();

/**
 * Finds a python3 that can import the modules.
 *
 * @param modules names to import
 * @returns why there is none, or undefined when there is one
 */
export function missingPython(...modules: string[]): string | undefined {
  return findPython(modules) !== undefined
    ? undefined
    : `no python3 with ${["json", ...modules].join(", ")}`;
}

/**
 * Runs Python code on one input and gives back what it leaves in `result`.
 *
 * @param code statements that read `data` and set `result` (both JSON values)
 * @param data the input
 * @param modules modules to import first
 * @returns the value of `result`
 */
export async function askPython(
  code: string,
  data: unknown,
  modules: string[] = [],
): Promise<unknown> {
  const program = findPython(modules) ?? "python3";
  const lines = [
    ["import json", "sys", ...modules].join(", "),
    "data = json.loads(sys.stdin.buffer.read().decode('utf-8'))",
    code,
    "sys.stdout.write(json.dumps(result))",
  ];
  const child = new Deno.Command(program, {
    args: ["-c", lines.join("\n")],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(JSON.stringify(data))).then(() =>
    writer.close()
  );
  const [output] = await Promise.all([child.output(), written]);
  if (!output.success) throw new Error(new TextDecoder().decode(output.stderr));
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

function findPython(modules: string[]): string | undefined {
  const key = modules.join();
  if (!known.has(key)) known.set(key, CANDIDATES.find((name) => canImport(name, modules)));
  return known.get(key);
}

function canImport(program: string, modules: string[]): boolean {
  const code = ["import json", ...modules].join(", ");
  try {
    return new Deno.Command(program, { args: ["-c", code], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Takes the shims of a version manager off a PATH: scripts that look for the Python to start, which
 * costs ten times what starting it does. Ansible, too, starts each python3.x that it finds.
 *
 * @param path value of PATH
 * @returns the same without them, where it has a python3 of the system
 */
export function withoutShims(path: string): string {
  const dirs = path.split(":");
  const others = dirs.filter((dir) => !/\/shims\/?$/.test(dir));
  return others.some((dir) => exists(`${dir}/python3`)) ? others.join(":") : path;
}
