/**
 * Turns HTTP requests into runs, and their events into a stream that a browser reads.
 *
 *     deno run -A demo/service.ts [PORT]
 *
 * GET / is the page, GET /playbooks lists what can be run, POST /runs `{"playbook": NAME}` starts
 * it, GET /runs/IDENT/events streams its events (server-sent events; a reader that comes back goes
 * on where it was), DELETE /runs/IDENT cancels it. It listens on this host alone, answers only
 * requests to a name of it (localhost, 127.0.0.1, [::1]) and asks nobody who they are: put it behind something that does before others can reach it.
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

const IDENT = /^[0-9a-f-]{36}$/;

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

/** The runs of this service, by ident. */
class Runs {
  readonly #live = new Map<string, Runner>();
  readonly privateDataDir: string;

  constructor(privateDataDir: string) {
    this.privateDataDir = privateDataDir;
  }

  /** Names of the playbooks that may be run: what else a request names is refused. */
  playbooks(): string[] {
    const entries = Deno.readDirSync(`${this.privateDataDir}/project`);
    return Array.from(entries, (entry) => entry.name)
      .filter((name) => /\.ya?ml$/.test(name)).sort();
  }

  start(playbook: string): Runner {
    const { runner, done } = runAsync({ privateDataDir: this.privateDataDir, playbook });
    this.#live.set(runner.ident, runner);
    const forget = () => this.#live.delete(runner.ident);
    done.then(forget, (error) => {
      console.error(`run ${runner.ident}:`, error);
      forget();
    });
    return runner;
  }

  /** A run that goes on, or a past one from its artifacts. */
  async find(ident: string): Promise<Runner | undefined> {
    const live = this.#live.get(ident);
    if (live !== undefined || !IDENT.test(ident)) return live;
    return await Runner.fromArtifacts(`${this.privateDataDir}/artifacts/${ident}`)
      .catch(() => undefined);
  }

  async cancelAll(): Promise<void> {
    await Promise.all(Array.from(this.#live.values(), (runner) => runner.cancel("service ends")));
  }
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
    case "POST /runs":
      return await start(request, runs);
  }
  const runner = collection === "runs" && ident ? await runs.find(ident) : undefined;
  if (runner === undefined) return json({ error: "no such thing" }, 404);
  switch (route) {
    case "GET /runs/IDENT":
      return json(stateOf(runner));
    case "GET /runs/IDENT/events":
      return events(runner, Number(request.headers.get("last-event-id") ?? 0));
    case "DELETE /runs/IDENT":
      await runner.cancel("a request");
      return json(stateOf(runner));
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
  return json(stateOf(runs.start(playbook)), 201);
}

function stateOf(runner: Runner): Record<string, unknown> {
  const { ident, status, rc, stats } = runner;
  return { ident, status, rc, stats };
}

/** Every reader gets all events from the first on, or from the one after the last it has seen. */
function events(runner: Runner, lastSeen: number): Response {
  async function* messages(): AsyncGenerator<string> {
    try {
      for await (const event of runner.events) {
        if (event.counter <= lastSeen) continue;
        yield `id: ${event.counter}\nevent: job\ndata: ${JSON.stringify(event)}\n\n`;
      }
    } catch {
      // A run that could not be made has no events; its status tells.
    }
    yield `event: end\ndata: ${JSON.stringify(stateOf(runner))}\n\n`;
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
