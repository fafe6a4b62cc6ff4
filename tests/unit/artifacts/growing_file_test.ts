import { Growth, readGrowing } from "../../../src/artifacts/growing_file.ts";
import { assertEquals, assertRejects } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

async function textOf(path: string, growth: Growth): Promise<string> {
  return new TextDecoder().decode(
    await new Response(ReadableStream.from(
      readGrowing(() => path, growth),
    )).bytes(),
  );
}

Deno.test("readGrowing gives what is there, waits for more, and ends when it is closed", async () => {
  await usingDir(async (dir) => {
    const [path, growth] = [`${dir}/file`, new Growth()];
    const reading = textOf(path, growth);
    for (const piece of ["one ", "two ", "x".repeat(100_000)]) {
      Deno.writeTextFileSync(path, piece, { append: true });
      growth.grow(piece.length);
      await Promise.resolve();
    }
    growth.close();
    assertEquals(await reading, `one two ${"x".repeat(100_000)}`);
    assertEquals((await textOf(path, growth)).length, growth.size);
  });
});

Deno.test("readGrowing shows what it was closed with only after all there is", async () => {
  await usingDir(async (dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "abc");
    const growth = new Growth();
    growth.grow(3);
    growth.close(new Error("broken"));
    growth.close();
    const pieces: number[] = [];
    await assertRejects(async () => {
      for await (const { length } of readGrowing(() => `${dir}/file`, growth)) pieces.push(length);
    }, "broken");
    assertEquals(pieces, [3]);
  });
});

Deno.test("readGrowing ends when the file was cut", async () => {
  await usingDir(async (dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "ab");
    const growth = new Growth();
    growth.grow(10);
    assertEquals(await textOf(`${dir}/file`, growth), "ab");
  });
});
