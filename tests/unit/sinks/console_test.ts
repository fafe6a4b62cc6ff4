import { assert, assertEquals } from "../../testing/assert.ts";
import { Console } from "../../../src/sinks/console.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("Console writes everything in order, in parts that its reader takes", async () => {
  let got = "";
  const screen = new Console({
    write: (part) => {
      const count = Math.min(3, part.length);
      got += new TextDecoder().decode(part.subarray(0, count));
      return Promise.resolve(count);
    },
  });
  screen.show(bytes("hello "));
  screen.show(bytes("world"));
  assertEquals(await screen.drain(), 0);
  assertEquals(got, "hello world");
});

Deno.test("Console reads back from the file what a slow reader could not take yet", async () => {
  const path = Deno.makeTempFileSync();
  try {
    const release = Promise.withResolvers<void>();
    const parts: Uint8Array[] = [];
    const screen = new Console({
      backlogPath: path,
      write: async (part) => {
        await release.promise;
        parts.push(part.slice());
        return part.length;
      },
    });
    let expected = "";
    for (let n = 0; n < 120; n++) {
      const text = `${n} `.repeat(20_000);
      expected += text;
      Deno.writeTextFileSync(path, text, { append: true });
      screen.show(bytes(text));
    }
    release.resolve();
    assertEquals(await screen.drain(), 0);
    const got = parts.map((part) => new TextDecoder().decode(part)).join("");
    assert(got === expected, `${got.length} characters in place of ${expected.length}`);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("Console goes on without its reader when the pipe is closed", async () => {
  const screen = new Console({ write: () => Promise.reject(new Deno.errors.BrokenPipe()) });
  screen.show(bytes("a"));
  assertEquals(await screen.drain(), 0);
  screen.show(bytes("b"));
  assertEquals(await screen.drain(), 0);
});

Deno.test("Console.drain gives up on a reader that takes nothing", async () => {
  const screen = new Console({ write: () => new Promise(() => {}), stallMs: 50 });
  screen.show(bytes("four"));
  assertEquals(await screen.drain(), 4);
});

Deno.test("Console writes many small pieces that wait at once, not one by one", async () => {
  const release = Promise.withResolvers<void>();
  let got = "";
  let writes = 0;
  const screen = new Console({
    write: async (part) => {
      await release.promise;
      writes++;
      got += new TextDecoder().decode(part);
      return part.length;
    },
  });
  let expected = "";
  for (let n = 0; n < 1000; n++) {
    expected += `${n}\n`;
    screen.show(bytes(`${n}\n`));
  }
  release.resolve();
  assertEquals(await screen.drain(), 0);
  assertEquals(got, expected);
  assert(writes <= 2, `${writes} writes`);
});

for (
  const [title, early, then, expected] of [
    ["what was shown early is not shown again", ["hun", "hunt"], ["hu", "nt you"], "hunt you"],
    ["what was something else is shown whole", ["hun"], ["********", " x"], "hun******** x"],
    ["nothing is lost when the text goes on otherwise", ["aab"], ["aa", "c"], "aabc"],
  ] as const
) {
  Deno.test(`Console.showEarly: ${title}`, async () => {
    let got = "";
    const screen = new Console({
      write: (part) => {
        got += new TextDecoder().decode(part.subarray(0, 2));
        return Promise.resolve(Math.min(2, part.length));
      },
    });
    for (const text of early) {
      screen.showEarly(bytes(text));
      await screen.drain();
    }
    for (const text of then) screen.show(bytes(text));
    assertEquals(await screen.drain(), 0);
    assertEquals(got, expected);
  });
}
