/**
 * Runs a program on a terminal, its output into events, and its end into a reason.
 *
 * @module
 */
import { SCRATCH } from "../run_layout.ts";
import { RUN_MARKER } from "../command/environment.ts";
import type { Launch } from "../command/launch.ts";
import { tunePython } from "../command/python_tuning.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { EndReason } from "../end_reason.ts";
import { OutputPipeline } from "../events/pipeline.ts";
import { Spool } from "../events/spool/spool.ts";
import { withoutMarkers } from "../events/tokenizer.ts";
import { findProgram, searchPathOf } from "../internal/programs.ts";
import { TerminalTail } from "../process/prompts/byte_tail.ts";
import { Pty } from "../process/pty.ts";
import type { ShownAnswers } from "./prompts/shown_answers.ts";
import { endWhenAsked } from "./prompts/unanswered_prompt.ts";
import { notFoundText, originOf, type RunContext, superviseRun } from "./run_context.ts";

/** Starts the program and waits until it and all its output are done. */
export async function performOnTerminal(launch: Launch, context: RunContext): Promise<EndReason> {
  const { config, stopper, redactor } = context;
  const token = crypto.randomUUID().replaceAll("-", "");
  const answers = context.prompts.length === 0 ? undefined : await import("./prompts/answers.ts");
  using spool = Spool.create(`${config.scratchDir}/${SCRATCH.spool}`, token, {
    isWiped: redactor.isActive,
    onRefused: (problem) => context.warn(`Cannot take a line of the spool as an event: ${problem}`),
  });
  const shown = answers?.watchShownAnswers(config, { token, redactor });
  const pipeline = openPipeline(context, { token, spool, shown });
  const name = launch.missing ?? launch.argv[0] ?? "";
  const path = searchPathOf(launch.wrapperEnv ?? launch.env);
  const program = launch.program ?? findProgram(name, path, launch);
  if (launch.missing !== undefined || program === undefined) {
    pipeline.feed(new TextEncoder().encode(notFoundText(name)));
    await pipeline.finish();
    return { reason: "could_not_start", program: name };
  }
  const inside = tuned(launch, { config, program });
  const env = launch.wrapperEnv ?? inside;
  const hiddenArgs = launch.insideArgs?.(inside);
  const pty = Pty.spawn({ ...launch, program, env, hiddenArgs }, {
    ...config.terminalSize,
    privateDir: context.privateDir,
  });
  const screen = answers?.openResponder(context, { token, shown, pty }) ??
    new TerminalTail((text) => withoutMarkers(text, token));
  const supervisor = superviseRun(pty, context, {
    launch,
    onOutput: (bytes) => {
      screen.feed(bytes);
      pipeline.feed(bytes);
    },
    jobTimeoutMs: config.settings.jobTimeoutMs,
  });
  using _promptWatch = endWhenAsked(supervisor, {
    config,
    root: pty.pid,
    marker: `${RUN_MARKER}=${context.runId}`,
    window: () => screen.window,
    redactor,
    onUnanswered: (reason) => stopper.stop(reason),
  });
  using _question = stopper.cancelWhen(
    context.cancelCallback,
    (error) => context.handlers.fail("Cancel", error),
  );
  // Told before the first event, while the terminal is read already.
  pipeline.waitFor(context.tellRunning());
  const end = await supervisor.wait();
  context.programEnded();
  await pipeline.finish();
  return end;
}

/** The environment of the program itself. */
function tuned(
  { env, wrapperEnv, wrapped }: Launch,
  { config, program }: { readonly config: RunConfig; readonly program: string },
): Launch["env"] {
  const script = wrapperEnv === undefined ? program : wrapped;
  if (script === undefined || config.settings.tunePython === false) return env;
  return tunePython({ program: script, env, dir: `${config.scratchDir}/${SCRATCH.python}` });
}

function openPipeline(
  { config, artifacts, redactor, showEarly, sinks }: RunContext,
  { shown, ...wire }: {
    readonly token: string;
    readonly spool: Spool;
    readonly shown: ShownAnswers | undefined;
  },
): OutputPipeline {
  return new OutputPipeline({
    ...wire,
    origin: originOf(config),
    onBody: shown && ((body) => shown.sawBody(body)),
    redactor,
    backlogPath: `${config.scratchDir}/${SCRATCH.backlog}`,
    onDisplay: (text) => sinks.display(text),
    onHeld: showEarly && ((text) => showEarly(new TextEncoder().encode(text))),
    onMissingBody: (key) => artifacts.missingBody(key),
    onFailed: (error) => artifacts.failed(error),
    onEvent: (record) => sinks.event(record),
    onDelivered: () => sinks.delivered(),
  });
}
