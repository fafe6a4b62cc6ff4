import { assert, assertEquals } from "../../testing/assert.ts";
import { OutputPipeline } from "../../../src/events/pipeline.ts";
import { Spool } from "../../../src/events/spool/spool.ts";
import { Redactor } from "../../../src/internal/redact.ts";
import { sizeOfNameless } from "../../testing/leaks.ts";
import { begin, END, TOKEN } from "../../testing/pairing.ts";

interface Setup {
  readonly pipeline: OutputPipeline;
  readonly spoolPath: string;
  readonly backlogPath: string;
  readonly shown: string[];
  readonly events: string[];
  readonly errors: unknown[];
  readonly held: string[];
}

async function withPipeline(
  options: {
    onEvent?: () => void | Promise<void>;
    onDelivered?: () => void;
    secrets?: string[];
  },
  use: (setup: Setup) => Promise<void>,
): Promise<void> {
  const dir = Deno.makeTempDirSync();
  const [spoolPath, backlogPath] = [`${dir}/spool`, `${dir}/backlog`];
  const [shown, events]: [string[], string[]] = [[], []];
  const errors: unknown[] = [];
  const held: string[] = [];
  try {
    using spool = Spool.create(spoolPath, TOKEN);
    const pipeline = new OutputPipeline({
      token: TOKEN,
      origin: { ident: "i", zone: "" },
      spool,
      backlogPath,
      redactor: new Redactor(options.secrets ?? []),
      onDisplay: (text) => void shown.push(text),
      onHeld: (text) => void held.push(text),
      onEvent: (record) => {
        events.push(record.text());
        return options.onEvent?.();
      },
      onDelivered: options.onDelivered,
      onFailed: (error) => void errors.push(error),
    });
    await use({ pipeline, spoolPath, backlogPath, shown, events, errors, held });
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const stdoutOf = (text: string): string => JSON.parse(text).stdout;

Deno.test("OutputPipeline decodes UTF-8 cut anywhere and replaces what is invalid", async () => {
  await withPipeline({}, async ({ pipeline, events }) => {
    for (const byte of bytes("é😀\n")) pipeline.feed(new Uint8Array([byte]));
    pipeline.feed(new Uint8Array([0xff, 0x61, 0xe2, 0x82, 0x0a]));
    await pipeline.finish();
    assertEquals(events.map(stdoutOf), ["é😀", "\ufffda\ufffd"]);
  });
});

Deno.test("OutputPipeline hands an event over when its end marker is seen", async () => {
  await withPipeline({}, async ({ pipeline, spoolPath, events }) => {
    Deno.writeTextFileSync(spoolPath, '1.1 u {"event": "a", "event_data": {}}\n', { append: true });
    pipeline.feed(bytes(begin("1.1") + "text\r\n"));
    assertEquals(events.length, 0);
    pipeline.feed(bytes(END));
    assertEquals(events.map(stdoutOf), ["text"]);
    await pipeline.finish();
  });
});

Deno.test("OutputPipeline keeps the order under slow handlers and spills what memory does not hold", async () => {
  const release = Promise.withResolvers<void>();
  await withPipeline(
    { onEvent: () => release.promise },
    async ({ pipeline, backlogPath, events }) => {
      const line = bytes("x".repeat(9999) + "\n");
      pipeline.feed(bytes("first\n"));
      for (let n = 0; n < 1200; n++) pipeline.feed(line);
      pipeline.feed(bytes("last\n"));
      assertEquals(events.length, 1);
      assert(sizeOfNameless(backlogPath) > 3_000_000, "nothing was spilled");
      release.resolve();
      await pipeline.finish();
      assertEquals(events.length, 1202);
      assertEquals(stdoutOf(events.at(-1) ?? ""), "last");
    },
  );
});

Deno.test("OutputPipeline masks a secret that is cut between reads, however long the rest takes", async () => {
  await withPipeline({ secrets: ["hunter2secret"] }, async ({ pipeline, shown, held, events }) => {
    pipeline.feed(bytes("a hunter"));
    assertEquals(shown.join(""), "a ");
    pipeline.feed(bytes("2secret b hunt"));
    assertEquals(shown.join(""), "a ******** b ");
    await new Promise((resolve) => setTimeout(resolve, 120));
    assertEquals(shown.join(""), "a ******** b ");
    assertEquals(held, ["hun"], "a person sees a few letters");
    pipeline.feed(bytes("er2secret\n"));
    await pipeline.finish();
    assertEquals(events.map(stdoutOf), ["a ******** b ********"]);
  });
});

Deno.test("OutputPipeline masks secrets in bodies", async () => {
  await withPipeline({ secrets: ['se"cret1'] }, async ({ pipeline, spoolPath, events }) => {
    Deno.writeTextFileSync(
      spoolPath,
      '1.1 u {"event": "a", "event_data": {}, "x": "se\\"cret1"}\n',
      {
        append: true,
      },
    );
    pipeline.feed(bytes(begin("1.1") + END));
    await pipeline.finish();
    assertEquals(JSON.parse(events[0] ?? "").x, "********");
  });
});

Deno.test("OutputPipeline reads on when the backlog cannot be written, and tells of it", async () => {
  const release = Promise.withResolvers<void>();
  await withPipeline(
    { onEvent: () => release.promise },
    async ({ pipeline, backlogPath, events, errors }) => {
      Deno.mkdirSync(backlogPath);
      pipeline.feed(bytes("first\n"));
      for (let n = 0; n < 10; n++) pipeline.feed(bytes("x".repeat(1 << 20) + "\n"));
      assert(errors.length > 0, "no error");
      release.resolve();
      await pipeline.finish();
      assert(events.length > 5, `${events.length} events`);
    },
  );
});

for (const kind of ["throws", "rejects"]) {
  Deno.test(`OutputPipeline keeps the other events when the taking of one ${kind}`, async () => {
    const onEvent = (): void | Promise<void> => {
      if (kind === "rejects") return Promise.reject(new Error("no"));
      throw new Error("no");
    };
    await withPipeline({ onEvent }, async ({ pipeline, events, errors }) => {
      pipeline.feed(bytes("a\nb\n"));
      pipeline.feed(bytes("c\n"));
      await pipeline.finish();
      assertEquals(events.map(stdoutOf), ["a", "b", "c"]);
      assertEquals(errors.length, 3);
    });
  });
}

Deno.test("OutputPipeline leaves an event its name when the name has a secret in it", async () => {
  await withPipeline({ secrets: ["playbook"] }, async ({ pipeline, spoolPath, events }) => {
    const body = '{"event": "playbook_on_stats", "event_data": {"playbook": "my playbook"}}';
    Deno.writeTextFileSync(spoolPath, `1.1 u ${body}\n`, { append: true });
    pipeline.feed(bytes(begin("1.1") + END));
    await pipeline.finish();
    const { event, event_data } = JSON.parse(events[0] ?? "");
    assertEquals([event, event_data], ["playbook_on_stats", { "********": "my ********" }]);
  });
});

Deno.test("OutputPipeline tells once of all events of a piece, and of each that is waited for", async () => {
  const told: string[] = [];
  let answer: void | Promise<void>;
  const options = {
    onEvent: () => {
      told.push("event");
      return answer;
    },
    onDelivered: () => void told.push("all"),
  };
  await withPipeline(options, async ({ pipeline }) => {
    pipeline.feed(bytes("1\n2\n3\n"));
    assertEquals(told, ["event", "event", "event", "all"]);
    pipeline.feed(bytes("no line yet"));
    assertEquals(told.length, 4);
    answer = Promise.resolve();
    pipeline.feed(bytes("\n5\n"));
    assertEquals(told.slice(4), ["event", "all"]);
    await pipeline.finish();
    assertEquals(told.slice(4), ["event", "all", "all", "event", "all"]);
  });
});
