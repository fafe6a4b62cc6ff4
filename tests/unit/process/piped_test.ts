import { PipedProgram } from "../../../src/process/piped.ts";
import { assertEquals } from "../../testing/assert.ts";

const SHELL = { program: "/bin/sh", env: { PATH: "/usr/bin:/bin" }, cwd: "/usr" };

Deno.test("PipedProgram keeps what it reads, answers and complains of apart", async () => {
  let errors = "";
  const program = PipedProgram.spawn(
    { ...SHELL, argv: ["sh", "-c", "pwd; cat; echo bad >&2; test -t 1 || exit 4"] },
    {
      privateDir: "/nonexist",
      input: new Blob(["asked\n"]).stream(),
      onError: (bytes) => errors += new TextDecoder().decode(bytes),
    },
  );
  assertEquals(await new Response(program.output).text(), "/usr\nasked\n");
  assertEquals(await program.ended(), { reason: "exit", code: 4 });
  assertEquals([errors, program.isBare], ["bad\n", true]);
});

Deno.test("PipedProgram says which signal it died of", async () => {
  const program = PipedProgram.spawn(
    { ...SHELL, argv: ["sh", "-c", "kill -USR1 $$"] },
    { privateDir: "/nonexist", onError: () => {} },
  );
  await program.output.cancel();
  assertEquals(await program.ended(), { reason: "signal", signal: 10 });
});

Deno.test("PipedProgram does not wait for input that a program does not read", async () => {
  const input = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
  });
  const program = PipedProgram.spawn(
    { ...SHELL, argv: ["sh", "-c", "exit 0"] },
    { input, privateDir: "/nonexist", onError: () => {} },
  );
  await program.output.cancel();
  assertEquals(await program.ended(), { reason: "exit", code: 0 });
});
