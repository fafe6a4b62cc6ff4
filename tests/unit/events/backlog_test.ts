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
    for (const byte of bytes) {
      if (byte !== Math.floor(size++ / 38) % 251) throw new Error(`Wrong byte at ${size - 1}`);
    }
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
    for (let at = 0; at < (bytes?.length ?? 0); at++) {
      if (bytes?.[at] !== read++ % 251) throw new Error(`byte ${read - 1} is ${bytes?.[at]}`);
    }
    return bytes !== undefined;
  };
  try {
    for (let round = 0; round < 60; round++) {
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
