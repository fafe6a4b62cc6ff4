/**
 * Turns a launch into a program between pipes, its output into files, and its end into a reason.
 *
 * For programs whose answer is data, such as `ansible-doc`: no terminal, no events.
 *
 * @module
 */
import { ARTIFACT } from "../artifacts/layout.ts";
import type { Launch } from "../command/launch.ts";
import type { EndReason } from "../end_reason.ts";
import { findProgram } from "../internal/programs.ts";
import { PipedProgram } from "../process/piped.ts";
import { notFoundText, type Perform, type RunContext, superviseRun } from "./run_context.ts";
import { redactorOf } from "./masking.ts";

/** The caller's streams; each gets what it is for besides the artifacts, and stays open at the end. */
export interface CommandStreams {
  /** What the program reads. @default {nothing} */
  readonly inputStream?: ReadableStream<Uint8Array>;
  /** Takes what it writes to stdout, as it comes. */
  readonly outputStream?: WritableStream<Uint8Array>;
  /** Takes what it writes to stderr, as it comes. */
  readonly errorStream?: WritableStream<Uint8Array>;
}

/**
 * Makes the way a program between pipes is performed.
 *
 * @param streams the caller's
 * @returns starts the program and waits until it and all its output are done
 */
export function performBetweenPipes(streams: CommandStreams): Perform {
  return (launch, context) => perform(launch, context, streams);
}

async function perform(
  launch: Launch,
  context: RunContext,
  streams: CommandStreams,
): Promise<EndReason> {
  const { config, artifacts, sinks, stopper } = context;
  const name = launch.missing ?? launch.argv[0] ?? "";
  const env = launch.engineEnv ?? withoutRunEnvironment(launch, context);
  const program = launch.program ?? findProgram(name, env["PATH"] ?? "", launch.cwd);
  if (launch.missing !== undefined || program === undefined) {
    sinks.output(notFoundText(name));
    return { reason: "could_not_start", program: name };
  }
  const output = new TextOutlet(context, {
    write: (text) => sinks.output(text),
    stream: streams.outputStream,
  });
  let errorText = "";
  const errors = new TextOutlet(context, {
    write: (text) => errorText += text,
    stream: streams.errorStream,
  });
  const piped = PipedProgram.spawn({ ...launch, argv: withoutTerminal(launch), program, env }, {
    input: streams.inputStream,
    onError: (bytes) => errors.take(bytes),
  });
  const { settings } = config;
  const supervisor = superviseRun(piped, context, {
    launch,
    onOutput: (bytes) => output.take(bytes),
    jobTimeoutMs: settings.jobTimeoutMs ?? settings.subprocessTimeoutMs,
  });
  using _question = stopper.cancelWhen(
    context.cancelCallback,
    (error) => context.handlers.fail("Cancel", error),
  );
  const told = context.tellRunning();
  const end = await supervisor.wait();
  await told;
  await Promise.all([output.close(), errors.close()]);
  if (settings.suppressOutputFile !== true) artifacts.writeFile(ARTIFACT.stderr, errorText);
  return end;
}

/** The container engine makes no terminal between pipes. */
function withoutTerminal(launch: Launch): readonly string[] {
  return launch.engineEnv === undefined
    ? launch.argv
    : launch.argv.filter((word, index) => word !== "--tty" || index > 8);
}

/** What a run sets for its events is nothing that a program should tell of as the user's own. */
function withoutRunEnvironment(
  launch: Launch,
  { config }: RunContext,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(launch.env)
      .filter(([name]) => name in config.env || !RUN_VARIABLE.test(name))
      .map(([name, value]) => [name, RUN_VARIABLE.test(name) ? config.env[name] ?? value : value]),
  );
}

const RUN_VARIABLE =
  /^(ANSIBLE_(CALLBACK_PLUGINS|STDOUT_CALLBACK|RETRY_FILES_ENABLED|HOST_KEY_CHECKING|CACHE_PLUGIN|CACHE_PLUGIN_CONNECTION|LOAD_CALLBACK_PLUGINS)|ORIGINAL_STDOUT_CALLBACK|AD_HOC_COMMAND_ID|RUNNER_(OMIT|ONLY_FAILED)_EVENTS)$/;

/** Bytes of a program on their way to a file and a stream of the caller's. */
class TextOutlet {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #redactor;
  readonly #write: (text: string) => void;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(
    context: RunContext,
    to: {
      readonly write: (text: string) => void;
      readonly stream: WritableStream<Uint8Array> | undefined;
    },
  ) {
    // Each outlet has a redactor of its own: it holds back what may begin a secret.
    this.#redactor = redactorOf(context.config);
    this.#write = to.write;
    this.#writer = to.stream?.getWriter();
  }

  take(bytes: Uint8Array): void {
    this.#pass(this.#redactor.feed(this.#decoder.decode(bytes, { stream: true })));
  }

  async close(): Promise<void> {
    this.#pass(this.#redactor.feed(this.#decoder.decode()) + this.#redactor.flush());
    await this.#written;
    this.#writer?.releaseLock();
  }

  #pass(text: string): void {
    if (text === "") return;
    this.#write(text);
    const writer = this.#writer;
    if (writer === undefined) return;
    const bytes = new TextEncoder().encode(text);
    // A stream that takes no more does not end the program.
    this.#written = this.#written.then(() => writer.write(bytes)).catch(() => {});
  }
}
