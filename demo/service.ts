/**
 * Turns HTTP requests into runs, and their events into a stream that a browser reads.
 *
 *     deno run -A demo/service.ts [PORT]
 *
 * GET / is the page, GET /playbooks lists what can be run, GET /runs the newest runs, POST /runs
 * `{"playbook": NAME}` starts one, GET /runs/IDENT/events streams its events (server-sent events; a
 * reader that comes back goes on where it was), DELETE /runs/IDENT cancels it. It listens on this
 * host alone, answers only requests to a name of it (localhost, 127.0.0.1, [::1]) and asks nobody who
 * they are: put it behind something that does before others can reach it.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a program for people
import { runAsync, Runner } from "../mod.ts";

/** What the service runs, and where it listens. */
export interface ServiceOptions {
  /** Private data dir of all runs. */
  readonly privateDataDir: string;
  /** Port; 0 takes a free one. @default {8080} */
  readonly port?: number;
}

/** A running service. */
export interface Service extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
}

/** A run as the page shows it in its list. */
interface RunState {
  readonly ident: string;
  readonly playbook: string;
  readonly status: string;
  readonly rc: number | undefined;
  /** When it started, in milliseconds since 1970. */
  readonly started: number;
  /** Why it ended, unless Ansible just ended: one line. */
  readonly why?: string | undefined;
}

const IDENT = /^[0-9a-f-]{36}$/;

/** How many runs the list has. */
const LISTED = 30;

/**
 * Starts the service.
 *
 * @param options what it runs
 * @returns the service; when disposed it cancels its runs
 */
export function serve(options: ServiceOptions): Service {
  const runs = new Runs(options.privateDataDir);
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 8080,
    onListen: () => {},
    onError: (error) => json({ error: String(error) }, 500),
  }, (request) => answer(request, runs));
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await runs.cancelAll();
      await server.shutdown();
    },
  };
}

/** One run that was asked for. */
interface Started {
  readonly runner: Runner;
  readonly playbook: string;
  readonly started: number;
  /** Resolves once all is known of its end. */
  readonly settled?: Promise<void>;
}

/** The runs of this service, by ident. */
class Runs {
  readonly #live = new Map<string, Started>();
  /** Runs that could not be made, and what was wrong: they leave no artifacts. */
  readonly #refused = new Map<string, RunState>();
  readonly #dir: string;

  constructor(privateDataDir: string) {
    this.#dir = privateDataDir;
  }

  /** Names of the playbooks that may be run: what else a request names is refused. */
  playbooks(): string[] {
    const entries = Deno.readDirSync(`${this.#dir}/project`);
    return Array.from(entries, (entry) => entry.name)
      .filter((name) => /\.ya?ml$/.test(name)).sort();
  }

  start(playbook: string): RunState {
    const { runner, done } = runAsync({ privateDataDir: this.#dir, playbook });
    const { ident } = runner;
    const started = Date.now();
    const settled = done.then(() => {}, (error) => {
      const why = error instanceof Error ? error.message : String(error);
      console.error(`run ${ident}: ${why}`);
      const state = stateOf({ runner, playbook, started });
      this.#refused.set(ident, { ...state, status: "failed", why });
    }).then(() => void this.#live.delete(ident));
    const run: Started = { runner, playbook, started, settled };
    this.#live.set(ident, run);
    return stateOf(run);
  }

  /** A run that goes on, or a past one from its artifacts. */
  async find(ident: string): Promise<Started | undefined> {
    const live = this.#live.get(ident);
    if (live !== undefined || !IDENT.test(ident)) return live;
    const dir = `${this.#dir}/artifacts/${ident}`;
    try {
      const runner = await Runner.fromArtifacts(dir);
      const words = JSON.parse(await Deno.readTextFile(`${dir}/command`)).command;
      const { mtime } = await Deno.stat(`${dir}/command`);
      return { runner, playbook: String(words.at(-1)), started: mtime?.getTime() ?? 0 };
    } catch {
      return undefined;
    }
  }

  /** How a run is now, also one that never came to be. */
  async state(ident: string): Promise<RunState | undefined> {
    const refused = this.#refused.get(ident);
    if (refused !== undefined) return refused;
    const run = await this.find(ident);
    return run && stateOf(run);
  }

  /** The newest runs, the newest first. */
  async list(): Promise<RunState[]> {
    const idents = new Set([...this.#live.keys(), ...this.#refused.keys()]);
    for (const ident of this.#newestOnDisk()) idents.add(ident);
    const states = await Promise.all(Array.from(idents, (ident) => this.state(ident)));
    return states.filter((state) => state !== undefined)
      .sort((a, b) => b.started - a.started).slice(0, LISTED);
  }

  #newestOnDisk(): string[] {
    const artifacts = `${this.#dir}/artifacts`;
    try {
      return Array.from(Deno.readDirSync(artifacts), ({ name }) => name)
        .filter((name) => IDENT.test(name))
        .map((name) => ({ name, at: Deno.statSync(`${artifacts}/${name}`).mtime?.getTime() ?? 0 }))
        .sort((a, b) => b.at - a.at).slice(0, LISTED).map(({ name }) => name);
    } catch {
      return [];
    }
  }

  async cancelAll(): Promise<void> {
    const live = [...this.#live.values()];
    await Promise.all(live.map(({ runner }) => runner.cancel("service ends")));
  }
}

function stateOf({ runner, playbook, started }: Started): RunState {
  const { ident, status, rc, endReason } = runner;
  const word = endReason?.reason;
  // "exit" is Ansible's own end: its events say why.
  const why = word === undefined || word === "exit" ? undefined : word.replaceAll("_", " ");
  return { ident, playbook, status, rc, started, why };
}

/**
 * Names of this host alone. A page of another site can have its own name lead here (DNS rebinding):
 * its requests come from the user's browser, but name that site.
 */
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

async function answer(request: Request, runs: Runs): Promise<Response> {
  if (!LOOPBACK_HOST.test(request.headers.get("host") ?? "")) {
    return json({ error: "expected a host name of this machine, such as localhost" }, 421);
  }
  const { pathname } = new URL(request.url);
  const [, collection, ident, part] = pathname.split("/");
  const route = `${request.method} /${collection}${ident ? "/IDENT" : ""}${part ? `/${part}` : ""}`;
  switch (route) {
    case "GET /":
      return await page();
    case "GET /playbooks":
      return json(runs.playbooks());
    case "GET /runs":
      return json(await runs.list());
    case "POST /runs":
      return await start(request, runs);
  }
  const state = collection === "runs" && ident ? await runs.state(ident) : undefined;
  if (state === undefined) return json({ error: "no such thing" }, 404);
  const run = await runs.find(state.ident);
  switch (route) {
    case "GET /runs/IDENT":
      return json(state);
    case "GET /runs/IDENT/events":
      return events(runs, state, {
        run,
        lastSeen: Number(request.headers.get("last-event-id") ?? 0),
      });
    case "DELETE /runs/IDENT":
      await run?.runner.cancel("a request");
      return json(await runs.state(state.ident));
    default:
      return json({ error: "not allowed" }, 405);
  }
}

async function start(request: Request, runs: Runs): Promise<Response> {
  // A page of another site can post forms, but no JSON.
  if (request.headers.get("content-type") !== "application/json") {
    return json({ error: "expected application/json" }, 415);
  }
  const body = await request.json().catch(() => undefined);
  const playbook = body?.playbook;
  if (!runs.playbooks().includes(playbook)) return json({ error: "no such playbook" }, 400);
  return json(runs.start(playbook), 201);
}

interface EventReader {
  readonly run: Started | undefined;
  /** Counter of the last event that the reader has got. */
  readonly lastSeen: number;
}

/** Every reader gets all events from the first on, or from the one after the last it has seen. */
function events(runs: Runs, { ident }: RunState, { run, lastSeen }: EventReader): Response {
  async function* messages(): AsyncGenerator<string> {
    try {
      for await (const event of run?.runner.events ?? []) {
        if (event.counter <= lastSeen) continue;
        yield `id: ${event.counter}\nevent: job\ndata: ${JSON.stringify(event)}\n\n`;
      }
    } catch {
      // A run that could not be made has no events; its state tells.
    }
    await run?.settled;
    yield `event: end\ndata: ${JSON.stringify(await runs.state(ident))}\n\n`;
  }
  const body = ReadableStream.from(messages()).pipeThrough(new TextEncoderStream());
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

async function page(): Promise<Response> {
  const html = await Deno.readTextFile(new URL("service.html", import.meta.url));
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'",
    },
  });
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status });
}

if (import.meta.main) {
  const service = serve({
    privateDataDir: new URL(".", import.meta.url).pathname,
    port: Number(Deno.args[0] ?? 8080),
  });
  console.log(`Listening on ${service.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      await service[Symbol.asyncDispose]();
      Deno.exit(0);
    });
  }
}
