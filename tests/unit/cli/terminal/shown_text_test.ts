import { dropColours } from "../../../../src/cli/terminal/colour_filter.ts";
import { ShownText } from "../../../../src/cli/terminal/shown_text.ts";
import { ByteQueue } from "../../../../src/remote/wire/byte_queue.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("text of events that come together is one write, without colours", async () => {
  const writes: string[] = [];
  const decoder = new TextDecoder();
  const screen = new ByteQueue(
    new WritableStream({ write: (bytes) => void writes.push(decoder.decode(bytes)) }),
  );
  const shown = new ShownText(screen, dropColours());
  for (const text of ["\x1b[1mone\n", "two\x1b[0m\n"]) shown.add(text);
  await Promise.resolve();
  await screen.settle();
  shown.add("three");
  shown.flush();
  await screen.settle();
  assertEquals(writes, ["one\ntwo\n", "three"]);
});

Deno.test("text is waited for while nobody reads it, though it comes little by little", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const shown = new ShownText(
    new ByteQueue(new WritableStream({ write: () => promise })),
    undefined,
  );
  let wait: void | Promise<void> = undefined;
  let taken = 0;
  for (; wait === undefined && taken < 1000; taken++) {
    wait = shown.add("x".repeat(1000));
    await Promise.resolve();
  }
  assert(wait instanceof Promise && taken < 300, `${taken} KB were taken`);
  resolve();
  await wait;
});
