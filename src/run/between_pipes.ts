/**
 * Runs a program between pipes, its output into files, and its end into a reason.
 *
 * For programs whose answer is data, such as `ansible-doc`: no terminal, verbose events alone.
 *
 * @module
 */
import { ARTIFACT } from "../run_layout.ts";
import type { Launch } from "../command/launch.ts";
import type { EndReason } from "../end_reason.ts";
import { EventRecord } from "../events/event_json.ts";
import { type PairedEvent, Pairing } from "../events/pairing.ts";
import { findProgram, searchPathOf } from "../internal/programs.ts";
import { PipedProgram } from "../process/piped.ts";
import {
  notFoundText,
  originOf,
  type Perform,
  type RunContext,
  superviseRun,
} from "./run_context.ts";
import { redactorOf } from "./masking.ts";

/** The caller's streams; each gets what it is for besides the artifacts, and stays open at the end. */
export interface CommandStreams {
  /**
   * `inherit` gives the program the caller's own stdin, stdout and stderr: a person answers its
   * prompts and sees its colours. Nothing of it is masked, an event or in the artifacts then, the
   * answer is empty, and `idle_timeout` has no effect. @default {captured}
   */
  readonly stdio?: "inherit" | undefined;
  /** What the program reads. @default {nothing} */
  readonly inputStream?: ReadableStream<Uint8Array> | undefined;
  /** Takes what it writes to stdout, as it comes. */
  readonly outputStream?: WritableStream<Uint8Array> | undefined;
  /** Takes what it writes to stderr, as it comes. */
  readonly errorStream?: WritableStream<Uint8Array> | undefined;
}

/** The caller's streams, and who is told of what the program complained. */
export interface PipeOptions extends CommandStreams {
  /** Takes all that it wrote to stderr, at its end. @default {nobody} */
  readonly onErrors?: ((text: string) => void) | undefined;
}

/**
 * Makes the way a program between pipes is performed.
 *
 * @param options the caller's streams
 * @returns starts the program and waits until it and all its output are done
 */
export function performBetweenPipes(options: PipeOptions): Perform {
  return (launch, context) => perform(launch, { context, streams: options });
}

async function perform(
  launch: Launch,
  { context, streams }: { readonly context: RunContext; readonly streams: PipeOptions },
): Promise<EndReason> {
  const { config, artifacts, sinks, stopper } = context;
  const name = launch.missing ?? launch.argv[0] ?? "";
  const env = launch.wrapperEnv ?? launch.env;
  const program = launch.program ?? findProgram(name, searchPathOf(env), launch);
  if (launch.missing !== undefined || program === undefined) {
    sinks.output(notFoundText(name));
    return { reason: "could_not_start", program: name };
  }
  const outlets = openOutlets(context, streams);
  const hiddenArgs = launch.insideArgs?.(launch.env);
  const piped = PipedProgram.spawn({ ...launch, program, env, hiddenArgs }, {
    privateDir: context.privateDir,
    input: streams.inputStream,
    isInherited: streams.stdio === "inherit",
    onError: (bytes) => outlets.errors.take(bytes),
  });
  const { settings } = config;
  const supervisor = superviseRun(piped, context, {
    launch,
    onOutput: (bytes) => outlets.output.take(bytes),
    jobTimeoutMs: settings.jobTimeoutMs ?? settings.subprocessTimeoutMs,
    isUnseen: streams.stdio === "inherit",
  });
  using _question = stopper.cancelWhen(
    context.cancelCallback,
    (error) => context.handlers.fail("Cancel", error),
  );
  outlets.tellAfter(context.tellRunning());
  const end = await supervisor.wait();
  context.programEnded();
  const errorText = await outlets.close();
  streams.onErrors?.(errorText);
  if (settings.suppressOutputFile !== true) artifacts.writeFile(ARTIFACT.stderr, errorText);
  return end;
}

/** Where a program's output goes: files, events, and streams of the caller's. */
interface Outlets {
  readonly output: TextOutlet;
  readonly errors: TextOutlet;
  /** Tells of nothing before a promise is done; called before the first text. */
  tellAfter(ready: Promise<void>): void;
  /** No more comes; returns what was complained of. */
  close(): Promise<string>;
}

function openOutlets(context: RunContext, streams: CommandStreams): Outlets {
  const events = new VerboseEvents(context);
  const [outputLines, errorLines] = [events.open(), events.open()];
  let errorText = "";
  const output = new TextOutlet(context, {
    write: (text) => {
      context.sinks.output(text);
      outputLines.text(text);
    },
    stream: streams.outputStream,
  });
  const errors = new TextOutlet(context, {
    write: (text) => errorText += text,
    stream: streams.errorStream,
  });
  const close = async (): Promise<string> => {
    await Promise.all([output.close(), errors.close()]);
    outputLines.end();
    errorLines.text(errorText);
    errorLines.end();
    await events.settle();
    return errorText;
  };
  return { output, errors, close, tellAfter: (ready) => events.tellAfter(ready) };
}

/** Lines as verbose events, as they are on a terminal; counted together, numbered by stream. */
class VerboseEvents {
  readonly #context: RunContext;
  #counter = 0;
  #told: Promise<void> = Promise.resolve();

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Takes the text of one stream. */
  open(): Pairing {
    return new Pairing({ event: (event) => this.#tell(event), display: () => {} }, () => undefined);
  }

  /** Tells of nothing before a promise is done; called before the first text. */
  tellAfter(ready: Promise<void>): void {
    this.#told = ready;
  }

  /** Waits until all are told. */
  settle(): Promise<void> {
    return this.#told;
  }

  #tell(event: PairedEvent): void {
    const { config, sinks } = this.#context;
    const origin = originOf(config);
    const record = new EventRecord({ ...event, counter: ++this.#counter }, origin);
    this.#told = this.#told.then(() => sinks.event(record));
  }
}

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
