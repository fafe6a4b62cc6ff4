/**
 * Stands in for a Receptor node with a work command `ansible-runner`: its control socket, and what it
 * does to a command, as seen of the real one. The command's input is a file that is whole before it
 * starts, its two outputs are one file; a cancel interrupts it and kills it after 10 s; results of a
 * canceled unit never end.
 *
 * @module
 */

/** What the stand-in is made of. */
export interface TestReceptorOptions {
  /** Socket and units go below this directory. */
  readonly dir: string;
  /** The words of the work command. */
  readonly command: readonly string[];
  /** Variables of the command, on top of our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Nodes that it knows besides itself. @default {["exec1"]} */
  readonly nodes?: readonly string[];
}

interface Unit {
  readonly dir: string;
  child: Deno.ChildProcess | undefined;
  state: "Pending" | "Running" | "Succeeded" | "Failed" | "Canceled";
  detail: string;
}

/** Time between INT and KILL of a canceled command. */
const KILL_MS = 10_000;

/** A node, until disposed. */
export class TestReceptor implements AsyncDisposable {
  /** Path of the control socket. */
  readonly socket: string;
  /** Commands that came, their names. */
  readonly commands: string[] = [];
  /** Called before results are streamed; `true` ends that stream after some bytes. */
  cutResultsOnce = false;
  readonly #options: TestReceptorOptions;
  readonly #units = new Map<string, Unit>();
  readonly #connections = new Set<Deno.UnixConn>();
  readonly #tasks = new Set<Promise<void>>();
  #listener: Deno.UnixListener;

  constructor(options: TestReceptorOptions) {
    this.#options = options;
    this.socket = `${options.dir}/control.sock`;
    this.#listener = Deno.listen({ transport: "unix", path: this.socket });
    this.#track(this.#accept());
  }

  /** Units that were not released. */
  get units(): string[] {
    return [...this.#units.keys()];
  }

  /** Ends it, and commands that still run. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of [...this.#connections]) this.#close(conn);
    for (const { child } of this.#units.values()) kill(child, "SIGKILL");
    this.#units.clear();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  #track(task: Promise<void>): void {
    const tracked = task.catch(() => {}).finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  #close(conn: Deno.UnixConn): void {
    if (this.#connections.delete(conn)) conn.close();
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#connections.add(conn);
      this.#track(this.#serve(conn).finally(() => this.#close(conn)));
    }
  }

  async #serve(conn: Deno.UnixConn): Promise<void> {
    await say(conn, "Receptor Control, node control\n");
    const lines = new LineReader(conn);
    const command = JSON.parse(await lines.line());
    this.commands.push([command.command, command.subcommand].filter(Boolean).join(" "));
    const answer = await this.#answer(command, { conn, lines }).catch((error) =>
      `ERROR: ${error.message}`
    );
    if (answer !== undefined) {
      await say(conn, `${typeof answer === "string" ? answer : JSON.stringify(answer)}\n`);
    }
  }

  async #answer(
    { command, subcommand, unitid, ...more }: Record<string, string>,
    { conn, lines }: { readonly conn: Deno.UnixConn; readonly lines: LineReader },
  ): Promise<unknown> {
    if (command === "status") {
      const nodes = this.#options.nodes ?? ["exec1"];
      return { NodeID: "control", RoutingTable: Object.fromEntries(nodes.map((n) => [n, n])) };
    }
    if (subcommand === "submit") return await this.#submit(more, { conn, lines });
    const unit = this.#units.get(unitid ?? "");
    if (unit === undefined) throw new Error(`unknown work unit ${unitid}`);
    switch (subcommand) {
      case "results":
        return await this.#results(unit, {
          conn,
          unitid: unitid ?? "",
          at: Number(more["startpos"]),
        });
      case "status":
        return { StateName: unit.state, Detail: unit.detail, StdoutSize: sizeOf(unit) };
      case "cancel":
        this.#cancel(unit);
        return { cancelled: unitid };
      default:
        this.#units.delete(unitid ?? "");
        this.#cancel(unit);
        Deno.removeSync(unit.dir, { recursive: true });
        return { released: unitid };
    }
  }

  async #submit(
    { node, worktype }: Record<string, string>,
    { conn, lines }: { readonly conn: Deno.UnixConn; readonly lines: LineReader },
  ): Promise<unknown> {
    const id = crypto.randomUUID().slice(0, 8);
    const dir = `${this.#options.dir}/${id}`;
    Deno.mkdirSync(dir, { mode: 0o700 });
    const unit: Unit = {
      dir,
      child: undefined,
      state: "Pending",
      detail: "Waiting for Input Data",
    };
    this.#units.set(id, unit);
    await say(conn, `Work unit created with ID ${id}. Send stdin data and EOF.\n`);
    await lines.toFile(`${dir}/stdin`);
    Deno.writeFileSync(`${dir}/stdout`, new Uint8Array());
    if (worktype !== "ansible-runner") {
      Object.assign(unit, { state: "Failed", detail: `unknown work type ${worktype}` });
      return { unitid: id, result: "Job Started" };
    }
    unit.child = new Deno.Command("sh", {
      args: ["-c", 'exec "$@" <stdin >stdout 2>&1', "sh", ...this.#options.command],
      cwd: dir,
      env: { ...this.#options.env, RECEPTOR_NODE: node ?? "" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    unit.state = "Running";
    this.#track(unit.child.status.then(({ code }) => {
      if (unit.state === "Running") unit.state = code === 0 ? "Succeeded" : "Failed";
      unit.detail = `exit status ${code}`;
      unit.child = undefined;
    }));
    return { unitid: id, result: "Job Started" };
  }

  async #results(
    unit: Unit,
    { conn, unitid, at }: {
      readonly conn: Deno.UnixConn;
      readonly unitid: string;
      readonly at: number;
    },
  ): Promise<undefined> {
    await say(conn, `Streaming results for work unit ${unitid}\n`);
    for (let sent = at; this.#connections.has(conn);) {
      const isOver = unit.child === undefined && unit.state !== "Pending";
      const bytes = bytesFrom(`${unit.dir}/stdout`, sent);
      sent += bytes.length;
      for (let written = 0; written < bytes.length;) {
        written += await conn.write(bytes.subarray(written));
      }
      if (this.cutResultsOnce && sent > 0) {
        this.cutResultsOnce = false;
        return undefined;
      }
      if (isOver && bytes.length === 0 && unit.state !== "Canceled") return undefined;
      if (bytes.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return undefined;
  }

  #cancel(unit: Unit): void {
    const { child } = unit;
    if (child === undefined) return;
    unit.state = "Canceled";
    kill(child, "SIGINT");
    const timer = setTimeout(() => kill(child, "SIGKILL"), KILL_MS);
    this.#track(child.status.then(() => clearTimeout(timer)));
  }
}

/** Lines of a connection, and what follows them. */
class LineReader {
  readonly #conn: Deno.UnixConn;
  #rest = new Uint8Array(0);

  constructor(conn: Deno.UnixConn) {
    this.#conn = conn;
  }

  async line(): Promise<string> {
    for (;;) {
      const newline = this.#rest.indexOf(10);
      if (newline >= 0) {
        const line = this.#rest.subarray(0, newline);
        this.#rest = this.#rest.subarray(newline + 1);
        return new TextDecoder().decode(line);
      }
      const bytes = await this.#read();
      if (bytes === undefined) throw new Error("no line");
      this.#rest = new Uint8Array([...this.#rest, ...bytes]);
    }
  }

  async toFile(path: string): Promise<void> {
    using file = await Deno.create(path);
    let bytes: Uint8Array | undefined = this.#rest;
    do {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      bytes = await this.#read();
    } while (bytes !== undefined);
  }

  async #read(): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(1 << 16);
    const count = await this.#conn.read(buffer);
    return count === null ? undefined : buffer.subarray(0, count);
  }
}

async function say(conn: Deno.UnixConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function sizeOf({ dir }: Unit): number {
  return Deno.statSync(`${dir}/stdout`).size;
}

function bytesFrom(path: string, at: number): Uint8Array {
  try {
    using file = Deno.openSync(path);
    file.seekSync(at, Deno.SeekMode.Start);
    const buffer = new Uint8Array(1 << 18);
    return buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch {
    // Not there yet, or released.
    return new Uint8Array(0);
  }
}

function kill(child: Deno.ChildProcess | undefined, signal: Deno.Signal): void {
  try {
    child?.kill(signal);
  } catch {
    // It has ended.
  }
}
