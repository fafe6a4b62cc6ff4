import type { TakenInputs } from "../../../src/config/options.ts";
import { fromKwargs, KWARGS, toKwargs } from "../../../src/remote/kwargs.ts";
import { readMessage } from "../../../src/remote/wire/messages.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";

const SAMPLES = {
  text: ["x", 7, 12345678901234567890n],
  flag: [true],
  number: [3, "4", 0.5],
  words: ["a", ["a", 1]],
  mapping: [{ a: 1 }],
  any: ["x"],
};

for (const row of KWARGS) {
  Deno.test(`${row.name} goes there and comes back`, () => {
    for (const value of SAMPLES[row.kind]) {
      const options = { privateDataDir: "/x", [row.option]: value } as unknown as TakenInputs;
      const kwargs = toKwargs(options, { isWhole: false });
      const back = fromKwargs(kwargs) as Record<string, unknown>;
      if (row.isSenders) assertEquals(back, {});
      else assertEquals(String(back[row.option]), String(value));
    }
    assertEquals(fromKwargs({ [row.name]: null }), {});
    const wrong = {
      flag: undefined,
      any: undefined,
      mapping: ["x"],
      text: [{}],
      words: [[{}]],
      number: ["x"],
    };
    for (const value of row.isSenders ? [] : wrong[row.kind] ?? []) {
      assertThrows(() => fromKwargs({ [row.name]: value }), `${row.name} is not what it should be`);
    }
  });
}

Deno.test("the names of the command line are those of the original, in its order", () => {
  const sample = "../../fixtures/recorded/stream/transmit-playbook.stream";
  const [line = ""] = Deno.readTextFileSync(new URL(sample, import.meta.url)).split("\n");
  const names = Object.keys(toKwargs({ privateDataDir: "/x" }, { isWhole: true }));
  assertEquals(names, Object.keys(JSON.parse(line).kwargs));
});

Deno.test("a name that is not known is an error when it has a value, in the words that AWX looks for", () => {
  for (const empty of [null, false, 0, "", [], {}]) assertEquals(fromKwargs({ later: empty }), {});
  for (const value of [true, 1, "x", [1]]) {
    assertThrows(
      () => fromKwargs({ later: value }),
      "got an unexpected keyword argument 'later'",
    );
  }
});

Deno.test("what the worker decides itself is ignored: streamer, handlers, directory", () => {
  const kwargs = { streamer: "transmit", _output: 1, event_handler: "x", private_data_dir: "/etc" };
  assertEquals(
    fromKwargs({ ...kwargs, keepalive_seconds: 9, quiet: true, artifact_dir: "/x" }),
    {},
  );
});

Deno.test("extra vars keep large numbers and floats", () => {
  const text = '{"extravars": {"a": 12345678901234567890, "b": 1.0}}';
  const message = readMessage(new TextEncoder().encode(text));
  assert(message !== undefined);
  assertEquals(fromKwargs(message), {
    extravarsWords: ['{"a": 12345678901234567890, "b": 1.0}'],
  });
});

Deno.test("a float of Python's is the number that it is", () => {
  const text = '{"timeout": 30.0, "json_mode": 0.0, "omit_event_data": 1.0, "later": 0.0}';
  const message = readMessage(new TextEncoder().encode(text));
  assert(message !== undefined);
  assertEquals(fromKwargs(message), { timeout: 30, jsonMode: false, omitEventData: true });
});
