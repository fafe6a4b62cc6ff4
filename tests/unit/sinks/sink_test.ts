import { EventRecord } from "../../../src/events/event_json.ts";
import type { Artifacts } from "../../../src/artifacts/writer.ts";
import { RunState } from "../../../src/artifacts/run_state.ts";
import { HandlerCalls } from "../../../src/run/caller/handler_calls.ts";
import { ArtifactSink } from "../../../src/run/sinks/artifact_sink.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import { FanOut, type Sink } from "../../../src/sinks/sink.ts";
import { assertEquals } from "../../testing/assert.ts";

/** A run that nobody ends. */
const LIVE = { ending: new AbortController().signal, hurried: new AbortController().signal };

const CONFIG = { artifactDir: "/nowhere", settings: {} } as RunConfig;

function record(counter: number): EventRecord {
  const event = { counter, stdout: "", startLine: 0, endLine: 0, body: undefined };
  return new EventRecord(event, { ident: "i", zone: "" });
}

/** A run's sinks as a run opens them; what each is told is written down. */
function openSinks(options: { readonly handler: () => unknown; readonly isJson?: boolean }) {
  const told: string[] = [];
  const note = (text: string): void => void told.push(text);
  const handlers = new HandlerCalls({
    privateDataDir: "/nowhere",
    eventHandler: ({ counter }) => {
      note(`handler ${counter}`);
      return options.handler();
    },
    statusHandler: ({ status }) => note(`handler ${status}`),
  }, { ...LIVE, config: CONFIG, failed: () => note("failed") });
  const emitter: Sink = {
    event: async ({ counter }) => {
      await Promise.resolve();
      note(`emitter ${counter}`);
    },
    status: ({ status }) => note(`emitter ${status}`),
  };
  const artifacts = new ArtifactSink({
    config: CONFIG,
    artifacts: {
      stdoutPath: undefined,
      writeEvent: ({ counter }: EventRecord) => (note(`file ${counter}`), 0),
      appendStdout: (bytes: Uint8Array) => note(`stdout ${new TextDecoder().decode(bytes).trim()}`),
    } as unknown as Artifacts,
    state: new RunState("i"),
    failed: () => note("artifacts failed"),
  });
  const console: Sink = {
    output: (bytes) => note(`console ${new TextDecoder().decode(bytes).trim()}`),
  };
  const sinks = [handlers, emitter, artifacts, console];
  return { told, fanOut: new FanOut({ sinks, isJson: options.isJson ?? false }) };
}

Deno.test("one order: handlers, emitters, artifacts, console; an event at a time", async () => {
  const { told, fanOut } = openSinks({ handler: () => Promise.resolve() });
  await fanOut.status({ status: "running", runner_ident: "i" });
  fanOut.display("text");
  await fanOut.event(record(1));
  await fanOut.event(record(2));
  assertEquals(told, [
    ...["handler running", "emitter running"],
    ...["stdout text", "console text"],
    ...["handler 1", "emitter 1", "file 1", "handler 2", "emitter 2", "file 2"],
  ]);
});

for (const answer of [false, Promise.resolve(false)]) {
  Deno.test(`a handler's ${answer} keeps an event out of its file, and out of nothing else`, async () => {
    const { told, fanOut } = openSinks({ handler: () => answer, isJson: true });
    const one = record(1);
    await fanOut.event(one);
    const line = one.text();
    assertEquals(told, ["handler 1", "emitter 1", `stdout ${line}`, `console ${line}`]);
  });
}

Deno.test("events take the place of the terminal's text where they are asked for", () => {
  const { told, fanOut } = openSinks({ handler: () => 0, isJson: true });
  fanOut.display("text");
  fanOut.output("not found");
  assertEquals(told, ["stdout not found", "console not found"]);
});

Deno.test("a handler that throws keeps the event, and is called no more", async () => {
  const { told, fanOut } = openSinks({ handler: () => Promise.reject(new Error("no")) });
  await fanOut.event(record(1));
  await fanOut.event(record(2));
  assertEquals(told, ["handler 1", "failed", "emitter 1", "file 1", "emitter 2", "file 2"]);
});

Deno.test("sinks that answer at once are told without waiting", () => {
  const told: number[] = [];
  const fanOut = new FanOut({ sinks: [{ event: ({ counter }) => told.push(counter) }] });
  assertEquals([fanOut.event(record(1)), told], [undefined, [1]]);
});
