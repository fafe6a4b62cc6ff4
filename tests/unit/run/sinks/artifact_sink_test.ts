import type { RunConfig } from "../../../../src/config/run_config.ts";
import type { Artifacts } from "../../../../src/artifacts/writer.ts";
import { RunState } from "../../../../src/artifacts/run_state.ts";
import { EventRecord } from "../../../../src/events/event_json.ts";
import { ArtifactSink } from "../../../../src/run/sinks/artifact_sink.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("ArtifactSink keeps no event after one that could not be written: counters have no gap", () => {
  const written: number[] = [];
  const artifacts = {
    writeEvent({ counter }: EventRecord): number {
      if (counter === 2) throw new Error("No space left on device");
      return written.push(counter);
    },
  } as unknown as Artifacts;
  const errors: string[] = [];
  const sink = new ArtifactSink({
    config: { artifactDir: "/nowhere", settings: {} } as unknown as RunConfig,
    artifacts,
    state: new RunState("a"),
    failed: ({ message }) => void errors.push(message),
  });
  for (let counter = 1; counter <= 4; counter++) {
    const event = { counter, stdout: "x", startLine: 0, endLine: 0, body: undefined };
    sink.event(new EventRecord(event, { ident: "a", zone: "" }), true);
  }
  assertEquals(written, [1]);
  assertEquals(errors, ['Cannot write to "/nowhere": No space left on device']);
});

Deno.test("ArtifactSink shows events that came together to readers when they are in the journal", () => {
  const told: string[] = [];
  const artifacts = {
    writeEvent: ({ counter }: EventRecord) => told.push(`take ${counter}`) && 10,
    flushEvents: () => void told.push("write"),
    writeFile: (name: string) => void told.push(name),
  } as unknown as Artifacts;
  const state = new RunState("a");
  state.events.note = ({ counter }, bytes) => void told.push(`see ${counter}, ${bytes} bytes`);
  const sink = new ArtifactSink({
    config: { artifactDir: "/nowhere", settings: { eventStore: "jsonl" } } as unknown as RunConfig,
    artifacts,
    isBatched: true,
    state,
    failed: ({ message }) => void told.push(message),
  });
  const take = (counter: number): void => {
    const event = { counter, stdout: "x", startLine: 0, endLine: 0, body: undefined };
    sink.event(new EventRecord(event, { ident: "a", zone: "" }), true);
  };
  take(1);
  take(2);
  sink.delivered();
  sink.delivered();
  take(3);
  sink.writeFile("rc", "0");
  assertEquals(told, [
    ...["take 1", "take 2", "write", "see 2, 20 bytes"],
    ...["take 3", "write", "see 3, 10 bytes", "rc"],
  ]);
});
