import { assert, assertEquals } from "../../../testing/assert.ts";
import { isLong } from "../../../testing/samples.ts";
import { MOST_KEPT, Spool, type SpoolOptions } from "../../../../src/events/spool/spool.ts";

const TOKEN = "t".repeat(32);

function withSpool(
  use: (spool: Spool, append: (text: string) => void, path: string) => void,
  options: SpoolOptions = {},
): void {
  const dir = Deno.makeTempDirSync();
  try {
    const path = `${dir}/spool`;
    using spool = Spool.create(path, TOKEN, options);
    use(spool, (text) => Deno.writeTextFileSync(path, text, { append: true }), path);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function textOf(body: { json: Uint8Array } | undefined): string | undefined {
  return body === undefined ? undefined : new TextDecoder().decode(body.json);
}

Deno.test("Spool.create makes a private file with the token", () => {
  withSpool((_spool, _append, path) => {
    assertEquals(Deno.readTextFileSync(path), `${TOKEN}\n`);
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("Spool.take finds bodies in any order, each once", () => {
  withSpool((spool, append) => {
    append('1.1 u-1 {"event": "a", "event_data": {}}\n1.2 u-2 {"event": "b", "event_data": {}}\n');
    assertEquals(textOf(spool.take("1.2")), '{"event": "b", "event_data": {}}');
    assertEquals(spool.take("1.1")?.uuid, "u-1");
    assertEquals(spool.take("1.1"), undefined);
  });
});

Deno.test("Spool.take sees what is appended later, lines cut anywhere", () => {
  withSpool((spool, append) => {
    append('1.1 u-1 {"eve');
    assertEquals(spool.take("1.1"), undefined);
    append('nt": "a", "event_data": {}}\n1.2 u-2 {"event": "b", "event_data": {}}');
    assertEquals(textOf(spool.take("1.1")), '{"event": "a", "event_data": {}}');
    assertEquals(spool.take("1.2"), undefined);
    append("\n");
    assertEquals(textOf(spool.take("1.2")), '{"event": "b", "event_data": {}}');
  });
});

Deno.test("Spool tells damaged lines from bodies", () => {
  withSpool((spool, append) => {
    append(
      '1.1 u {"cut\n1.2\n\n1.3 ../../x {"event": "a", "event_data": {}}\n1.4 u-4 {"event": "b", "event_data": {}}\n',
    );
    assertEquals([...spool.takeRest()].map((body) => body.key), ["1.4"]);
    assertEquals(spool.takeRefused(), [
      '1.1 u {"cut',
      "1.2",
      '1.3 ../../x {"event": "a", "event_data": {}}',
    ]);
  });
});

Deno.test("Spool.takeRest gives bodies in spool order", () => {
  withSpool((spool, append) => {
    append(
      '2.1 a {"event": "x", "event_data": {}}\n1.1 b {"event": "y", "event_data": {}}\n2.2 c {"event": "z", "event_data": {}}\n',
    );
    spool.take("1.1");
    assertEquals([...spool.takeRest()].map((body) => body.key), ["2.1", "2.2"]);
    assertEquals([...spool.takeRest()], []);
  });
});

Deno.test("Spool reads bodies larger than its read size", () => {
  withSpool((spool, append) => {
    const large = `{"event": "a", "event_data": {}, "x": "${"y".repeat(3_000_000)}"}`;
    append(`1.1 u ${large}\n1.2 v {"event": "b", "event_data": {}}\n`);
    assert(textOf(spool.take("1.1")) === large);
    assertEquals(textOf(spool.take("1.2")), '{"event": "b", "event_data": {}}');
  });
});

Deno.test("Spool.take does not make a megabyte of memory for each event of a live run", () => {
  withSpool((spool, append) => {
    for (let n = 1; n <= 3; n++) {
      append(`1.${n} u-${n} {"event": "a", "event_data": {}}\n`);
      const size = spool.take(`1.${n}`)?.json.buffer.byteLength ?? Infinity;
      assert(size < 4096, `${size} bytes for a small body`);
    }
  });
});

Deno.test("Spool keeps what a job has put there as text, unless a marker has asked for it", () => {
  withSpool((spool, append) => {
    append('1.1 u {"event": "a", "counter": 99, "event_data": {}}\n1.2 u {no json}\nwithout end');
    assertEquals(spool.take("1.1"), undefined);
    assertEquals([...spool.takeRest()], []);
    assertEquals(spool.takeRefused(), ["1.2 u {no json}", "without end"]);
  });
});

Deno.test("Spool gives a marker the later of two bodies, and keeps the other one", () => {
  withSpool((spool, append) => {
    append(
      '1.1 forged {"event": "a", "event_data": {}}\n1.1 ours {"event": "b", "event_data": {}}\n',
    );
    assertEquals(spool.take("1.1")?.uuid, "ours");
    append('1.1 late {"event": "c", "event_data": {}}\n');
    assertEquals([...spool.takeRest()].map((body) => body.uuid), ["forged", "late"]);
  });
});

for (const length of [100, 101]) {
  Deno.test(`Spool takes a uuid into a file name up to 100 letters: ${length}`, () => {
    withSpool((spool, append) => {
      append(`1.1 ${"u".repeat(length)} {"event": "a", "event_data": {}}\n`);
      assertEquals(spool.take("1.1")?.uuid.length, length === 100 ? 100 : undefined);
    });
  });
}

Deno.test("Spool does not look for a body behind a hole of terabytes", () => {
  withSpool((spool, append, path) => {
    append('1.1 u {"event": "a", "event_data": {}}\n');
    Deno.truncateSync(path, 2 ** 43);
    append('\n1.2 u {"event": "a", "event_data": {}}\n');
    assertEquals(spool.take("1.2"), undefined);
    assertEquals([...spool.takeRest()].map((body) => body.key), ["1.1"]);
    assertEquals(spool.takeRefused(), []);
  });
});

Deno.test("Spool reads again what memory does not hold, and believes it no more than before", () => {
  assertEquals(MOST_KEPT, 32 << 20);
  withSpool((spool, append, path) => {
    const bodyOf = (length: number): string =>
      `{"event": "a", "event_data": {}, "x": "${"y".repeat(length)}"}`;
    // The long tests look at what memory holds unless told otherwise.
    const [large, small] = isLong
      ? [bodyOf(33_000_000), bodyOf(600_000)]
      : [bodyOf(1_000_000), bodyOf(300_000)];
    for (const [at, body] of [large, small, small, small].entries()) {
      append(`1.${at + 1} u ${body}\n`);
    }
    append('1.5 u {"event": "a", "event_data": {}}\n');
    assertEquals(spool.take("1.5")?.uuid, "u");
    assertEquals(spool.take("1.3")?.json.length, small.length);
    Deno.truncateSync(path, 0);
    assertEquals(spool.take("1.4")?.uuid, undefined);
    assertEquals(spool.take("1.1")?.json.length, large.length);
  }, isLong ? {} : { keptBytes: 1 << 20 });
});

Deno.test("Spool wipes what was taken, when it may have secrets in it", () => {
  const dir = Deno.makeTempDirSync();
  try {
    using spool = Spool.create(`${dir}/spool`, TOKEN, { isWiped: true });
    for (const [key, secret] of [["1.1", "Zebra9"], ["1.2", "Okapi7"]] as const) {
      const line = `${key} u {"event": "a", "event_data": {"s": "${secret}"}}\n`;
      Deno.writeTextFileSync(`${dir}/spool`, line, { append: true });
    }
    const text = (): string => Deno.readTextFileSync(`${dir}/spool`);
    assert(textOf(spool.take("1.1"))?.includes("Zebra9") === true);
    assertEquals([text().includes("Zebra9"), text().includes("Okapi7")], [false, true]);
    assertEquals(text().split("\n")[0], TOKEN, "writers still find the token");
    Deno.writeTextFileSync(`${dir}/spool`, '1.3 u {"event": "a", "event_data": {}}\n', {
      append: true,
    });
    assertEquals(spool.take("1.3")?.uuid, "u");
    assert(textOf(spool.take("1.2"))?.includes("Okapi7") === true);
    assert(!text().includes("Okapi7"));
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("Spool keeps no more in memory than the bodies that wait", () => {
  withSpool((spool, append) => {
    const body = '{"event": "a", "event_data": {}}';
    append(`1.1 u ${body}\nno line ${"x".repeat(200_000)}\n1.2 u ${body}\n`);
    assertEquals(spool.take("1.2")?.uuid, "u");
    assertEquals(spool.take("1.1")?.json.buffer.byteLength, body.length);
  });
});
