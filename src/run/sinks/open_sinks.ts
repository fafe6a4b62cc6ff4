/**
 * Opens all that is told of a run, in the order of the contract: handlers, profiler, emitters, the
 * stream of a worker, the answer of a helper, artifacts, console.
 *
 * @module
 */
import type { RunState } from "../../artifacts/run_state.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { Emitters } from "../../emitters/run_emitters.ts";
import { messageOf } from "../../errors.ts";
import type { HeldDirectory } from "../../internal/held_directory.ts";
import { FanOut, type Sink } from "../../sinks/sink.ts";
import { guardedConsole } from "../caller/guarded_console.ts";
import type { HandlerCalls } from "../caller/handler_calls.ts";
import type { Stopper } from "../cancellation.ts";
import type { TakenOptions } from "../run_options.ts";
import { ArtifactSink, openArtifacts } from "./artifact_sink.ts";
import type { Profiler } from "./profiler.ts";

/** Who is told of a run, its files among them. */
export interface OpenSinks {
  readonly sinks: FanOut;
  readonly artifacts: ArtifactSink;
  readonly emitters: Emitters | undefined;
}

/** What a run has of its own by now. */
export interface OwnedPlaces {
  readonly artifactDir: HeldDirectory;
  readonly emitters: Emitters | undefined;
  readonly profiler: Profiler | undefined;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/** What the caller reads, and who else is told. */
export interface SinkView {
  readonly state: RunState;
  /** Whether the program gets a terminal; if not, it runs between pipes. */
  readonly terminal: boolean;
  /** Told of everything before the artifacts are. */
  readonly sink?: Sink | undefined;
  /** Takes the answer of a helper's command. */
  readonly answer?: Sink | undefined;
}

/** The run. */
export interface SinkContext {
  readonly config: RunConfig;
  readonly options: TakenOptions;
  readonly view: SinkView;
  readonly handlers: HandlerCalls;
  readonly stopper: Stopper;
}

/** From here on an earlier run with this ident is gone. */
export function openSinks(owned: OwnedPlaces, context: SinkContext): OpenSinks {
  const { emitters, profiler } = owned;
  const { config, options, view, handlers, stopper } = context;
  // A handler finds the event before its own in the artifacts.
  const isBatched = view.terminal && options.eventHandler === undefined &&
    config.settings.eventStore === "jsonl";
  const files = owned.stack.use(openArtifacts(config, { dir: owned.artifactDir, isBatched }));
  const { output } = options;
  const artifacts = new ArtifactSink({
    config,
    artifacts: files,
    isBatched,
    state: view.state,
    failed: (error) => {
      const { cause = error } = error;
      stopper.fail({ reason: "artifacts_failed", error: messageOf(cause) }, error);
    },
  });
  const console = config.quiet || output === undefined
    ? undefined
    : guardedConsole(output, { handlers, stdoutPath: files.stdoutPath });
  const sinks = [handlers, profiler, emitters, view.sink, view.answer, artifacts, console]
    .filter((sink) => sink !== undefined);
  const fanOut = new FanOut({ sinks, isJson: config.jsonMode && view.terminal });
  return { sinks: fanOut, artifacts, emitters };
}
