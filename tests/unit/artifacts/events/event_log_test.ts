import { EventLog, openPastLog, parseEvent } from "../../../../src/artifacts/events/event_log.ts";
import { FileIndex } from "../../../../src/artifacts/events/file_index.ts";
import { Growth, readGrowing } from "../../../../src/artifacts/growing_file.ts";
import { findPastStats } from "../../../../src/artifacts/stats.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";

const UUID = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";

/** Runs a test in a directory of its own that looks like an artifact directory. */
async function inDir(use: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${dir}/job_events`);
    await use(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function writeEvent(dir: string, counter: number, more: Record<string, unknown> = {}): void {
  const text = JSON.stringify({ counter, event: "verbose", ...more });
  Deno.writeTextFileSync(`${dir}/job_events/${counter}-${UUID}.json`, text);
}

const counters = async (log: EventLog): Promise<number[]> =>
  (await Array.fromAsync(log.read())).map(({ counter }) => counter);

Deno.test("FileIndex names files as they were added, odd uuids included", () => {
  const index = new FileIndex();
  const names: string[] = [];
  for (let counter = 1; counter <= 300; counter++) {
    const uuid = counter % 7 === 0 ? `${UUID}_${counter}` : crypto.randomUUID();
    names.push(`${counter * 3}-${uuid}.json`);
    index.add(counter * 3, uuid);
  }
  assertEquals(index.length, 300);
  assertEquals(names.map((_, at) => index.nameAt(at)), names);
});

Deno.test("Growth wakes all who wait, and tells them when it is closed", async () => {
  const growth = new Growth();
  const waiting = [growth.hasMoreThan(0), growth.hasMoreThan(0), growth.hasMoreThan(1)];
  growth.grow(1);
  assertEquals(await Promise.all(waiting.slice(0, 2)), [true, true]);
  growth.close();
  growth.close(new Error("too late to count"));
  assertEquals(await waiting[2], false);
  assertEquals([await growth.hasMoreThan(0), await growth.hasMoreThan(1)], [true, false]);
});

Deno.test("Growth throws what it was closed with, when all has been read", async () => {
  const growth = new Growth();
  growth.grow(1);
  growth.close(new Error("no run"));
  assertEquals(await growth.hasMoreThan(0), true);
  await assertRejects(() => growth.hasMoreThan(1), "no run");
});

Deno.test("readGrowing reads no further than what is said to be written", async () => {
  await inDir(async (dir) => {
    const growth = new Growth();
    const path = `${dir}/file`;
    Deno.writeTextFileSync(path, "one two");
    growth.grow(3);
    const reader = readGrowing(() => path, growth);
    const decode = async (): Promise<string> => {
      const { value } = await reader.next();
      return value === undefined ? "" : new TextDecoder().decode(value);
    };
    assertEquals(await decode(), "one");
    const next = decode();
    growth.grow(4);
    assertEquals(await next, " two");
    growth.close();
    assertEquals((await reader.next()).done, true);
  });
});

for (const store of ["files", "jsonl"] as const) {
  Deno.test(`EventLog gives several readers all events at their own pace (${store})`, async () => {
    await inDir(async (dir) => {
      const log = new EventLog();
      const early = counters(log);
      log.open(dir, store);
      const note = (counter: number): void => {
        const line = JSON.stringify({ counter, filler: "é".repeat(counter * 20_000) });
        if (store === "jsonl") {
          Deno.writeTextFileSync(`${dir}/events.jsonl`, line + "\n", { append: true });
        } else {
          Deno.writeTextFileSync(`${dir}/job_events/${counter}-${UUID}.json`, line);
        }
        log.note({ counter, uuid: UUID }, new TextEncoder().encode(line).length + 1);
      };
      note(1);
      const slow = log.read();
      assertEquals((await slow.next()).value?.counter, 1);
      for (const counter of [2, 3, 5]) note(counter);
      log.close();
      assertEquals(await early, [1, 2, 3, 5]);
      assertEquals(await counters(log), [1, 2, 3, 5]);
      assertEquals((await slow.next()).value?.counter, 2);
      await slow.return();
    });
  });
}

Deno.test("EventLog passes over a file that was removed, or is half-written", async () => {
  await inDir(async (dir) => {
    for (const counter of [1, 2, 3]) writeEvent(dir, counter);
    const log = openPastLog(dir);
    Deno.removeSync(`${dir}/job_events/1-${UUID}.json`);
    Deno.writeTextFileSync(`${dir}/job_events/2-${UUID}.json`, '{"counter": 2, "eve');
    assertEquals(await counters(log), [3]);
  });
});

Deno.test("openPastLog reads event files in counter order and no others", async () => {
  await inDir(async (dir) => {
    for (const counter of [10, 9, 1, 100]) writeEvent(dir, counter);
    Deno.writeTextFileSync(`${dir}/job_events/${UUID}-partial.json`, "{}");
    assertEquals(await counters(openPastLog(dir)), [1, 9, 10, 100]);
  });
  const empty = Deno.makeTempDirSync();
  assertEquals(await counters(openPastLog(empty)), []);
  Deno.removeSync(empty);
});

Deno.test("findPastStats finds the last stats event without reading all", async () => {
  await inDir((dir) => {
    writeEvent(dir, 1, { event: "playbook_on_stats", event_data: { ok: { a: 1 } } });
    writeEvent(dir, 2, { event: "playbook_on_stats", event_data: { ok: { a: 2 } } });
    writeEvent(dir, 3, { stdout: "text about playbook_on_stats" });
    const read: string[] = [];
    const original = Deno.openSync;
    Deno.openSync = (path, options) => {
      if (String(path).includes("/job_events/")) read.push(String(path));
      return original(path, options);
    };
    try {
      assertEquals(findPastStats(dir)?.ok, { a: 2 });
    } finally {
      Deno.openSync = original;
    }
    assertEquals(read.map((path) => path.match(/(\d+)-[^/]*$/)?.[1]), ["3", "2"]);
  });
});

Deno.test("findPastStats reads a journal from its end, whatever the lengths of its lines", async () => {
  await inDir((dir) => {
    for (const size of [0, 10, 65_536, 65_535, 200_000]) {
      const stats = { event: "playbook_on_stats", event_data: { ok: { "é": size } } };
      const filler = (count: number) => JSON.stringify({ filler: "é".repeat(count) }) + "\n";
      const text = filler(70_000) + filler(3) + JSON.stringify(stats) + "\n" + filler(size);
      Deno.writeTextFileSync(`${dir}/events.jsonl`, text);
      assertEquals(findPastStats(dir)?.ok, { "é": size });
    }
    Deno.writeTextFileSync(`${dir}/events.jsonl`, "");
    assert(findPastStats(dir) === undefined);
  });
});

const NO_EVENTS = ["null", "1", "[]", '{"event": ["a"]}', '{"event": {"toString": 1}}', "{"];

Deno.test("JSON that a job put in the place of an event is none", async () => {
  assertEquals(NO_EVENTS.map(parseEvent), NO_EVENTS.map(() => undefined));
  await inDir(async (dir) => {
    NO_EVENTS.forEach((text, at) =>
      Deno.writeTextFileSync(`${dir}/job_events/${at + 1}-${UUID}.json`, text)
    );
    writeEvent(dir, 9);
    assertEquals(await counters(openPastLog(dir)), [9]);
    const lines = [...NO_EVENTS, '{"counter": 9, "event": "verbose"}'];
    Deno.writeTextFileSync(`${dir}/events.jsonl`, lines.join("\n"));
    assertEquals(await counters(openPastLog(dir)), [9]);
  });
});
