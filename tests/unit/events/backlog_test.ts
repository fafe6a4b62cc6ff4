import { assert, assertEquals } from "../../testing/assert.ts";
import { sizeOfNameless } from "../../testing/leaks.ts";
import { ByteBacklog } from "../../../src/events/backlog.ts";

Deno.test("ByteBacklog joins small pieces: 200,000 of them are a few hundred to take", () => {
  using backlog = new ByteBacklog("/nonexistent/backlog");
  const buffer = new Uint8Array(38);
  const count = 200_000;
  for (let n = 0; n < count; n++) backlog.push(buffer.fill(n % 251));
  let shifts = 0;
  let size = 0;
  for (let bytes = backlog.shift(); bytes !== undefined; bytes = backlog.shift()) {
    shifts++;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== Math.floor((size + at) / 38) % 251) throw new Error(`byte ${size + at}`);
    }
    size += bytes.length;
  }
  assertEquals(size, count * 38);
  assert(shifts < 1000, `${shifts} pieces`);
});

Deno.test("ByteBacklog keeps the order when it is read while it grows", () => {
  const path = `${Deno.makeTempDirSync()}/backlog`;
  const backlog = new ByteBacklog(path);
  const counting = Uint8Array.from({ length: 1_000_251 }, (_, at) => at % 251);
  let written = 0;
  let read = 0;
  const take = (): boolean => {
    const bytes = backlog.shift();
    if (bytes === undefined) return false;
    const expected = counting.subarray(read % 251);
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== expected[at]) throw new Error(`byte ${read + at} is ${bytes[at]}`);
    }
    read += bytes.length;
    return true;
  };
  try {
    for (let round = 0; round < 40; round++) {
      const length = round % 3 === 0 ? 1_000_000 : 7;
      const from = written % 251;
      backlog.push(counting.slice(from, from + length));
      written += length;
      if (round % 5 === 0) take();
    }
    assert(sizeOfNameless(path) > 0, "nothing went to disk");
    assertEquals([...Deno.readDirSync(path.replace("/backlog", ""))], [], "a file has a name");
    while (take());
    assertEquals(read, written);
  } finally {
    backlog[Symbol.dispose]();
    Deno.removeSync(path.replace("/backlog", ""));
  }
});
