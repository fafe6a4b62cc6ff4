import { Journal } from "../../../../src/artifacts/events/journal.ts";
import { EventRecord } from "../../../../src/events/event_json.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { usingDir } from "../../../testing/runs.ts";

function record(counter: number, length = 10): EventRecord {
  const stdout = "x".repeat(length);
  const event = { counter, stdout, startLine: 0, endLine: 0, body: undefined };
  return new EventRecord(event, { ident: "a", zone: "" });
}

Deno.test("events wait for a flush, which writes them whole and in order, short and long ones", async () => {
  await usingDir((dir) => {
    const path = `${dir}/events.jsonl`;
    using journal = new Journal(path);
    const lines = (): string[] => Deno.readTextFileSync(path).split("\n");
    const kept: string[] = [];
    const append = (counter: number, length?: number): number => {
      const event = record(counter, length);
      kept.push(event.text());
      return journal.append(event);
    };
    const size = append(1) + append(2);
    assertEquals(Deno.statSync(path).size, 0);
    journal.flush();
    journal.flush();
    assertEquals(Deno.statSync(path).size, size);
    assertEquals(lines(), [...kept, ""]);
    // One that fits, one that does not fit behind it, one that is longer than all, one after it.
    let more = 0;
    for (const [index, length] of [60_000, 10_000, 200_000, 5, 64_000, 65_300].entries()) {
      more += append(3 + index, length);
    }
    journal.flush();
    assertEquals(lines(), [...kept, ""]);
    assertEquals(Deno.statSync(path).size, size + more);
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    return Promise.resolve();
  });
});
