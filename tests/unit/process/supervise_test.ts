import type { EndReason } from "../../../src/end_reason.ts";
import { PipedProgram } from "../../../src/process/piped.ts";
import { isAlive, readProcess } from "../../../src/process/process_tree.ts";
import { type SupervisedProgram, Supervisor } from "../../../src/process/supervise.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { newMarker, startShell } from "../../testing/processes.ts";

const QUIET = { onOutput: () => {}, graceMs: 200 };

function piped(script: string): PipedProgram {
  return PipedProgram.spawn({
    program: "/bin/sh",
    argv: ["sh", "-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
  }, { privateDir: "/nonexist", onError: () => {} });
}

/** A terminal whose stream ends only when it is told to. */
function leakyTerminal(
  pid: number,
  ended: EndReason | undefined,
): { program: SupervisedProgram; close: () => void } {
  let controller: ReadableByteStreamController | undefined;
  const output = new ReadableStream<Uint8Array<ArrayBuffer>>({
    type: "bytes",
    start(given) {
      controller = given as ReadableByteStreamController;
    },
  });
  const close = (): void => {
    controller?.close();
    controller?.byobRequest?.respond(0);
  };
  return { program: { pid, output, ended: () => Promise.resolve(ended) }, close };
}

Deno.test("Supervisor hands over all output and says how the program ended", async () => {
  const pieces: string[] = [];
  const supervisor = new Supervisor(piped("echo one; echo two; exit 3"), {
    graceMs: 200,
    onOutput: (bytes) => pieces.push(new TextDecoder().decode(bytes)),
  });
  assertEquals(await supervisor.wait(), { reason: "exit", code: 3 });
  assertEquals(pieces.join(""), "one\ntwo\n");
});

Deno.test("Supervisor keeps the first cause, whatever comes after it", async () => {
  const supervisor = new Supervisor(piped("exec sleep 300"), { ...QUIET, jobTimeoutMs: 150 });
  supervisor.stop({ reason: "canceled", by: "a test" });
  supervisor.stop({ reason: "handler_failed", handler: "event" });
  assert(supervisor.stopping);
  assertEquals(await supervisor.wait(), { reason: "canceled", by: "a test" });
});

Deno.test("Supervisor leaves a run that has ended as it ended", async () => {
  const supervisor = new Supervisor(piped("exit 0"), QUIET);
  const reason = await supervisor.wait();
  supervisor.stop({ reason: "canceled" });
  assertEquals([reason, supervisor.stopping], [{ reason: "exit", code: 0 }, false]);
});

Deno.test("Supervisor ends a run that takes too long, whatever it prints", async () => {
  const supervisor = new Supervisor(piped("while :; do echo x; sleep 0.05; done"), {
    ...QUIET,
    jobTimeoutMs: 300,
    idleTimeoutMs: 60_000,
  });
  assertEquals(await supervisor.wait(), { reason: "job_timeout", seconds: 0.3 });
});

Deno.test("Supervisor ends a run that says nothing for too long", async () => {
  const supervisor = new Supervisor(piped("echo x; exec sleep 300"), {
    ...QUIET,
    idleTimeoutMs: 300,
  });
  assertEquals(await supervisor.wait(), { reason: "idle_timeout", seconds: 0.3 });
});

Deno.test("Supervisor does not wait for what holds the terminal after the processes are gone", async () => {
  await using shell = await startShell("echo ready; exec sleep 300");
  const { program } = leakyTerminal(shell.pid, { reason: "exit", code: 0 });
  const supervisor = new Supervisor(program, QUIET);
  supervisor.stop({ reason: "canceled" });
  const start = performance.now();
  assertEquals(await supervisor.wait(), { reason: "canceled" });
  assert(performance.now() - start < 20_000);
});

Deno.test("Supervisor ends what is left when somebody killed the terminal", async () => {
  const { env, marker } = newMarker();
  await using shell = await startShell("echo ready; exec sleep 300", env);
  const startTime = readProcess(shell.pid)?.startTime ?? "";
  const { program, close } = leakyTerminal(2 ** 22, undefined);
  const supervisor = new Supervisor(program, { ...QUIET, marker });
  const waiting = supervisor.wait();
  close();
  assertEquals(await waiting, { reason: "signal", signal: 9 });
  assert(!isAlive(shell.pid, startTime));
});
