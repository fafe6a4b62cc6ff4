/**
 * OpenTelemetry's collector, as far as it receives: its own receiver, built from
 * tests/fixtures/otel_receiver by Go.
 *
 * @module
 */
import { findProgram } from "../../src/internal/programs.ts";
import { testCacheDirectory } from "./original.ts";

const SOURCE = new URL("../fixtures/otel_receiver/", import.meta.url).pathname;

function programPath(): string {
  return `${testCacheDirectory()}/otel-receiver`;
}

/** Why there is no collector here, or undefined. Only the long tests build one: it takes minutes. */
export function missingCollector(): string | undefined {
  if (findProgram(programPath(), "") !== undefined) return undefined;
  if (Deno.env.get("RUNNER_TEST_LONG") === undefined) {
    return `no collector in ${programPath()}; RUNNER_TEST_LONG=1 builds it`;
  }
  const go = findProgram("go", Deno.env.get("PATH") ?? "");
  if (go === undefined) return "no go that builds a collector";
  Deno.mkdirSync(testCacheDirectory(), { recursive: true });
  const aside = `${programPath()}.${Deno.pid}`;
  const { success, stderr } = new Deno.Command(go, {
    args: ["build", "-o", aside, "."],
    cwd: SOURCE,
    signal: AbortSignal.timeout(1_200_000),
  }).outputSync();
  if (!success) return `go cannot build it: ${new TextDecoder().decode(stderr).slice(-300)}`;
  Deno.renameSync(aside, programPath());
  return undefined;
}

/** A collector that keeps what it understood. */
export class Collector implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #reading: Promise<void>;
  readonly #first = Promise.withResolvers<string>();

  constructor() {
    this.#child = new Deno.Command(programPath(), {
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Its address. */
  get url(): Promise<string> {
    return this.#first.promise;
  }

  /** Ends it; what it understood: `{"traces": …}` and the like, one per request. */
  // deno-lint-ignore no-explicit-any -- tests look at what they expect
  async finish(): Promise<any[]> {
    await this[Symbol.asyncDispose]();
    return this.#lines.slice(1).map((line) => JSON.parse(line));
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#child.stdin.locked) await this.#child.stdin.close().catch(() => {});
    await this.#reading;
    await this.#child.status;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoderStream();
    let text = "";
    for await (const part of this.#child.stdout.pipeThrough(decoder)) {
      text += part;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      this.#lines.push(...lines);
      if (this.#lines[0] !== undefined) this.#first.resolve(this.#lines[0]);
    }
    this.#first.reject(new Error("the collector ended"));
  }
}
