import { readPastRun } from "../../../src/artifacts/past_run.ts";
import { writeLastWords } from "../../../src/artifacts/last_words.ts";
import { acquire } from "../../../src/ownership/claim.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

const MARKER = `RUNNER_RUN_ID=${crypto.randomUUID()}`;

/** A run of ours that is written step by step while somebody follows it. */
class WrittenRun implements AsyncDisposable {
  readonly dir = Deno.makeTempDirSync();
  #count = 0;

  constructor(readonly store: "files" | "jsonl") {
    Deno.mkdirSync(`${this.dir}/job_events`);
    if (store === "jsonl") Deno.writeTextFileSync(`${this.dir}/events.jsonl`, "");
    Deno.writeTextFileSync(`${this.dir}/stdout`, "");
  }

  write(): void {
    const counter = ++this.#count;
    const text = JSON.stringify({ counter });
    Deno.writeTextFileSync(`${this.dir}/stdout`, `${counter}\n`, { append: true });
    if (this.store === "jsonl") {
      return Deno.writeTextFileSync(`${this.dir}/events.jsonl`, text + "\n", { append: true });
    }
    Deno.writeTextFileSync(`${this.dir}/aside`, text);
    Deno.renameSync(`${this.dir}/aside`, `${this.dir}/job_events/${counter}-u.json`);
  }

  end(): void {
    writeLastWords(
      { reason: "exit", code: 0 },
      (name, text) => Deno.writeTextFileSync(`${this.dir}/${name}`, text),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

for (const store of ["files", "jsonl"] as const) {
  Deno.test(`a run of another process is followed to its end (${store})`, async () => {
    await using run = new WrittenRun(store);
    const owner = await acquire(run.dir, MARKER);
    run.write();
    const state = readPastRun(run.dir, { follow: true });
    assertEquals([state.status, state.rc], ["running", undefined]);
    const seen: number[] = [];
    for await (const event of state.events.read()) {
      seen.push(event.counter);
      if (event.counter === 4) run.end();
      if (event.counter === 4) owner[Symbol.dispose]();
      else run.write();
    }
    await state.ended;
    assertEquals(seen, [1, 2, 3, 4]);
    assertEquals([state.status, state.rc, state.output.size], ["successful", 0, 8]);
  });
}

Deno.test("following lists the directory of events twice, however long it takes", async () => {
  await using run = new WrittenRun("files");
  const owner = await acquire(run.dir, MARKER);
  const { readDirSync } = Deno;
  let listed = 0;
  Deno.readDirSync = (path) => {
    if (String(path).endsWith("/job_events")) listed++;
    return readDirSync(path);
  };
  try {
    const state = readPastRun(run.dir, { follow: true });
    setTimeout(() => owner[Symbol.dispose](), 450);
    await state.ended;
  } finally {
    Deno.readDirSync = readDirSync;
  }
  assertEquals(listed, 2);
});

Deno.test("a signal ends the following of a run that goes on", async () => {
  await using run = new WrittenRun("files");
  using _owner = await acquire(run.dir, MARKER);
  const stop = new AbortController();
  const state = readPastRun(run.dir, { follow: true, signal: stop.signal });
  stop.abort();
  await state.ended;
  assertEquals(state.status, "running");
  assert(state.rc === undefined);
});
