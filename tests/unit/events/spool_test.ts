import { assert, assertEquals } from "../../testing/assert.ts";
import { Spool } from "../../../src/events/spool.ts";

const TOKEN = "t".repeat(32);

function withSpool(
  use: (spool: Spool, append: (text: string) => void, path: string) => void,
): void {
  const dir = Deno.makeTempDirSync();
  try {
    const path = `${dir}/spool`;
    using spool = Spool.create(path, TOKEN);
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
    append('1.1 u-1 {"event": "a"}\n1.2 u-2 {"event": "b"}\n');
    assertEquals(textOf(spool.take("1.2")), '{"event": "b"}');
    assertEquals(spool.take("1.1")?.uuid, "u-1");
    assertEquals(spool.take("1.1"), undefined);
  });
});

Deno.test("Spool.take sees what is appended later, lines cut anywhere", () => {
  withSpool((spool, append) => {
    append('1.1 u-1 {"eve');
    assertEquals(spool.take("1.1"), undefined);
    append('nt": "a"}\n1.2 u-2 {"event": "b"}');
    assertEquals(textOf(spool.take("1.1")), '{"event": "a"}');
    assertEquals(spool.take("1.2"), undefined);
    append("\n");
    assertEquals(textOf(spool.take("1.2")), '{"event": "b"}');
  });
});

Deno.test("Spool leaves damaged lines out", () => {
  withSpool((spool, append) => {
    append('1.1 u {"cut\n1.2\n\n1.3 ../../x {"event": "a"}\n1.4 u-4 {"event": "b"}\n');
    assertEquals(spool.takeRest().map((body) => body.key), ["1.4"]);
  });
});

Deno.test("Spool.takeRest gives bodies in spool order", () => {
  withSpool((spool, append) => {
    append('2.1 a {"event": "x"}\n1.1 b {"event": "y"}\n2.2 c {"event": "z"}\n');
    spool.take("1.1");
    assertEquals(spool.takeRest().map((body) => body.key), ["2.1", "2.2"]);
    assertEquals(spool.takeRest(), []);
  });
});

Deno.test("Spool reads bodies larger than its read size", () => {
  withSpool((spool, append) => {
    const large = `{"event": "a", "x": "${"y".repeat(3_000_000)}"}`;
    append(`1.1 u ${large}\n1.2 v {"event": "b"}\n`);
    assert(textOf(spool.take("1.1")) === large);
    assertEquals(textOf(spool.take("1.2")), '{"event": "b"}');
  });
});

Deno.test("Spool.take does not make a megabyte of memory for each event of a live run", () => {
  withSpool((spool, append) => {
    for (let n = 1; n <= 3; n++) {
      append(`1.${n} u-${n} {"event": "a"}\n`);
      const size = spool.take(`1.${n}`)?.json.buffer.byteLength ?? Infinity;
      assert(size < 4096, `${size} bytes for a body of 14`);
    }
  });
});
