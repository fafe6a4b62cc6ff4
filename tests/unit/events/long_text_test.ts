import { LongText, MEMORY_LIMIT } from "../../../src/events/long_text.ts";
import { EventRecord } from "../../../src/events/event_json.ts";
import { type PairedEvent, Pairing } from "../../../src/events/pairing.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

/** Characters that memory holds here: a tenth of what it does, as each costs time. */
const LIMIT = 400_000;

/** Four of them are what memory holds: the next character goes to the file, half a pair of surrogates. */
const LINE = 'é\ud83d\ude00\x1b[0m"\\ '.repeat(2000).padEnd(LIMIT / 4, "x");

/** Pairs pieces of text whose unfinished lines may go to a file. */
function records(pieces: readonly string[], use: (records: EventRecord[]) => void): void {
  const dir = Deno.makeTempDirSync();
  const made: LongText[] = [];
  const events: PairedEvent[] = [];
  const pairing = new Pairing({
    event: (event) => void events.push(event),
    display: () => {},
    longText() {
      const text = new LongText(`${dir}/text`, (error) => {
        throw error;
      }, { memoryLimit: LIMIT });
      made.push(text);
      return text;
    },
  }, (key) => ({
    key,
    uuid: "u",
    json: new TextEncoder().encode('{"event": "a", "event_data": {}}'),
  }));
  try {
    for (const piece of pieces) {
      if (piece === "BEGIN") pairing.begin("1.1");
      else if (piece === "END") pairing.end();
      else pairing.text(piece);
      assertEquals([...Deno.readDirSync(dir)], [], "a file has a name");
    }
    pairing.end();
    use(events.map((event) => new EventRecord(event, { ident: "i", zone: "" })));
  } finally {
    for (const text of made) text[Symbol.dispose]();
    Deno.removeSync(dir, { recursive: true });
  }
}

function joined(record: EventRecord): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const bytes of record.pieces()) text += decoder.decode(bytes, { stream: true });
  return text;
}

for (
  const [title, count, before, after, name] of [
    ["plain text", 10, [], ["\r", "\n"], "verbose"],
    ["an event's text", 6, ["BEGIN"], ["\r\n", "END"], "a"],
  ] as const
) {
  Deno.test(`a line that memory does not hold is complete: ${title}`, () => {
    // Cut in the middle of a pair of surrogates as well.
    const pieces = Array(count).fill(LINE).flatMap((line) => [line.slice(0, 2), line.slice(2)]);
    records([...before, ...pieces, ...after, "next\n"], ([first, next]) => {
      assert(first?.isLong === true);
      const text = first.text();
      assert(joined(first) === text);
      const event = JSON.parse(text);
      assert(event.stdout === LINE.repeat(count), "the text is another one");
      assertEquals([event.event, event.start_line, event.end_line], [name, 0, 1]);
      assert(first.parsed().stdout.length === event.stdout.length);
      assertEquals([next?.isLong, next?.parsed().stdout], [false, "next"]);
    });
  });
}

Deno.test("LongText holds four million characters in memory", () => {
  let spills = 0;
  using text = new LongText("/nonexistent/dir/text", () => void spills++);
  text.append("x".repeat(MEMORY_LIMIT));
  assertEquals([text.short.length, text.isLong, spills], [4 << 20, false, 0]);
  text.append("x");
  assertEquals(spills, 1);
});

Deno.test("LongText tells once that it cannot be written, and goes on", () => {
  const errors: unknown[] = [];
  const onFailed = (error: unknown): void => void errors.push(error);
  using text = new LongText("/nonexistent/dir/text", onFailed, { memoryLimit: 1000 });
  for (let n = 0; n < 5; n++) text.append("x".repeat(1001));
  assertEquals(errors.length, 1);
});
