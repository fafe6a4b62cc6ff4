/**
 * Turns a run of Ansible with our callback plugin into its events, by a simple reading of the wire that shares no code
 * with `src/events`.
 *
 * @module
 */

/** What a run with the plugin leaves. */
export interface PluginRun {
  readonly code: number;
  /** What came out of the terminal, markers included. */
  readonly raw: string;
  /** The lines of the spool behind its header. */
  readonly bodies: readonly string[];
  /** Merged events in the order of the text; plain text gives `verbose` events without pid. */
  readonly events: readonly Record<string, unknown>[];
}

/** How to run Ansible. */
export interface PluginRunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves the spool away, so that the plugin must do nothing. */
  readonly noSpool?: boolean;
  /** Lines, one for each question: text that ends with `: `. */
  readonly answers?: readonly string[];
}

const TOKEN = "0123456789abcdef0123456789abcdef";
const PLUGIN_DIR = new URL("../../src/command/callback/", import.meta.url).pathname;
const TUNING_DIR = new URL("../../src/command/python_tuning", import.meta.url).pathname;

/**
 * Runs Ansible on a terminal with our plugin.
 *
 * @param argv the program and its arguments
 * @param options where and how
 * @returns what it left
 */
export async function runPlugin(
  argv: readonly string[],
  options: PluginRunOptions,
): Promise<PluginRun> {
  const artifactDir = await Deno.makeTempDir({ prefix: "plugin_run_" });
  const spool = `${artifactDir}/.run/spool`;
  await Deno.mkdir(`${artifactDir}/.run`);
  if (!options.noSpool) await Deno.writeTextFile(spool, `${TOKEN}\n`, { mode: 0o600 });
  try {
    const quoted = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const child = new Deno.Command("script", {
      args: ["-qefc", `exec ${quoted}`, "-E", "never", "/dev/null"],
      cwd: options.cwd,
      env: pluginEnvironment(artifactDir, options.env),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    const [code, raw] = await Promise.all([
      child.status.then((status) => status.code),
      converse(child.stdout, writer, [...options.answers ?? []]),
      child.stderr.cancel(),
    ]);
    await writer.close().catch(() => {});
    const text = options.noSpool ? "" : await Deno.readTextFile(spool);
    const bodies = text.split("\n").slice(1, -1);
    return { code, raw, bodies, events: pair(raw, bodies) };
  } finally {
    await Deno.remove(artifactDir, { recursive: true });
  }
}

/** Reads all of the output; answers what looks like a question. */
async function converse(
  output: ReadableStream<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  answers: string[],
): Promise<string> {
  const decoder = new TextDecoder();
  let raw = "";
  for await (const chunk of output) {
    raw += decoder.decode(chunk, { stream: true });
    if (!raw.endsWith(": ")) continue;
    const answer = answers.shift();
    if (answer !== undefined) await writer.write(new TextEncoder().encode(`${answer}\n`));
  }
  return raw + decoder.decode();
}

function pluginEnvironment(
  artifactDir: string,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    SHELL: "/bin/sh",
    ANSIBLE_CALLBACK_PLUGINS: PLUGIN_DIR,
    ANSIBLE_STDOUT_CALLBACK: "awx_display",
    ANSIBLE_RETRY_FILES_ENABLED: "False",
    ANSIBLE_HOST_KEY_CHECKING: "False",
    ANSIBLE_FORKS: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "",
    // As a run has it by default.
    PYTHONPATH: TUNING_DIR,
    AWX_ISOLATED_DATA_DIR: artifactDir,
    ...env,
  };
}

interface Pairing {
  counter: number;
  lines: number;
  events: Record<string, unknown>[];
}

/** Pairs the markers of the raw text with bodies; what has no marker comes last. */
function pair(raw: string, spooled: readonly string[]): Record<string, unknown>[] {
  const bodies = new Map(spooled.map((line) => {
    const [key = "", uuid = "", ...json] = line.split(" ");
    return [key, { uuid, json: json.join(" ") }];
  }));
  const state: Pairing = { counter: 0, lines: 0, events: [] };
  let openKey: string | undefined;
  // deno-lint-ignore no-control-regex
  const pieces = raw.split(new RegExp(`\\x1b\\]8473;${TOKEN}(?:;([0-9.]+))?\\x07`));
  for (let i = 0; i < pieces.length; i += 2) {
    const text = pieces[i] ?? "";
    const body = openKey === undefined ? undefined : bodies.get(openKey);
    if (openKey !== undefined) {
      push(state, text, body?.uuid ?? "", body ? JSON.parse(body.json) : { event: "verbose" });
      bodies.delete(openKey);
    } else {
      for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        push(state, line, crypto.randomUUID(), { event: "verbose" });
      }
    }
    openKey = pieces[i + 1];
  }
  for (const { uuid, json } of bodies.values()) {
    push(state, "", uuid, { ...JSON.parse(json), unmarked: true });
  }
  return state.events;
}

function push(state: Pairing, text: string, uuid: string, body: Record<string, unknown>): void {
  const startLine = state.lines;
  state.lines += text.split("\n").length - 1;
  state.counter += 1;
  state.events.push({
    uuid,
    counter: state.counter,
    stdout: text.replace(/[\r\n]+$/, ""),
    start_line: startLine,
    end_line: state.lines,
    ...body,
  });
}
