/**
 * Asks the real python3, the measure for everything we read as Python does.
 *
 * One interpreter answers all questions of a run of tests: starting one costs more than most tests.
 *
 * @module
 */
import { exists } from "../../src/internal/file_system.ts";

/** Interpreters tried in this order: the system's own first, since it has python3-yaml. */
const CANDIDATES = ["/usr/bin/python3", "python3"];

/** What not every Python has that tests ask for. */
const EXTRAS = ["yaml", "ansible.parsing.splitter"];

/** What answers: a question and its answer are a line of JSON each. */
const SERVER = `
import json, sys, traceback
for line in sys.stdin.buffer:
    question = json.loads(line)
    scope = {"data": question["data"], "json": json, "sys": sys}
    try:
        for name in question["modules"]: exec("import " + name, scope)
        exec(question["code"], scope)
        answer = json.dumps({"result": scope["result"]})
    except BaseException:
        answer = json.dumps({"error": traceback.format_exc()})
    sys.stdout.write(answer + "\\n")
    sys.stdout.flush()
`;

/** The interpreters that there are, and which extras they have. */
let known: readonly (readonly [program: string, extras: readonly string[]])[] | undefined;

/** Those that were asked something. */
const servers = new Map<string, PythonServer>();

Deno.test.afterAll(async () => {
  for (const server of servers.values()) await server.end();
  servers.clear();
});

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
  const server = servers.get(program) ?? new PythonServer(program);
  servers.set(program, server);
  return await server.ask(JSON.stringify({ code, data, modules }));
}

function findPython(modules: string[]): string | undefined {
  known ??= CANDIDATES.flatMap((program) => {
    const extras = extrasOf(program);
    return extras === undefined ? [] : [[program, extras] as const];
  });
  const wanted = modules.filter((name) => EXTRAS.includes(name));
  return known.find(([, extras]) => wanted.every((name) => extras.includes(name)))?.[0];
}

function extrasOf(program: string): string[] | undefined {
  const code = "import importlib.util, json, sys\n" +
    "def has(name):\n" +
    "    try: return importlib.util.find_spec(name) is not None\n" +
    "    except ImportError: return False\n" +
    "print(json.dumps([name for name in sys.argv[1:] if has(name)]))";
  try {
    const { success, stdout } = new Deno.Command(program, {
      args: ["-c", code, ...EXTRAS],
      stderr: "null",
    }).outputSync();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What tests look for on PATH that people have from a version manager alone. */
const SHIMMED = ["python3", "ansible-playbook", "ansible-runner", "deno", "node", "npm"];

/**
 * Takes the shims of a version manager off a PATH: scripts that look for the Python to start, which
 * costs ten times what starting it does. Ansible, too, starts each python3.x that it finds.
 *
 * @param path value of PATH
 * @returns the same without them, where what tests look for is elsewhere too
 */
export function withoutShims(path: string): string {
  const dirs = path.split(":");
  const others = dirs.filter((dir) => !/\/shims\/?$/.test(dir));
  const has = (where: string[], name: string): boolean =>
    where.some((dir) => exists(`${dir}/${name}`));
  const isEnough = SHIMMED.every((name) => has(others, name) || !has(dirs, name));
  return isEnough ? others.join(":") : path;
}

/** An interpreter that answers one question after the other. */
class PythonServer {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(program: string) {
    this.#child = new Deno.Command(program, {
      args: ["-c", SERVER],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Asks when what was asked before is answered. */
  ask(question: string): Promise<unknown> {
    const answer = this.#last.then(() => this.#ask(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Lets it end. */
  async end(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }

  async #ask(question: string): Promise<unknown> {
    const written = this.#writer.write(new TextEncoder().encode(`${question}\n`));
    const pieces: string[] = [];
    while (!pieces.at(-1)?.endsWith("\n")) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error("Cannot ask Python: it has ended");
      pieces.push(value);
    }
    await written;
    const { result, error } = JSON.parse(pieces.join(""));
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
