import { isAlive, readProcess } from "../../../src/process/process_tree.ts";
import { terminate } from "../../../src/process/terminate.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { DOUBLE_FORK, newMarker, startShell } from "../../testing/processes.ts";

const IGNORES_TERM = "trap '' TERM; echo ready; while :; do sleep 0.05; done";

Deno.test("terminate ends a program that listens to TERM without waiting for the grace period", async () => {
  await using shell = await startShell("echo ready; exec sleep 300");
  const start = performance.now();
  assertEquals(await terminate({ roots: [shell.pid] }, { graceMs: 30_000 }), []);
  assert(performance.now() - start < 15_000);
  assertEquals((await shell.status).signal, "SIGTERM");
});

Deno.test("terminate kills what ignores TERM, after the grace period", async () => {
  await using shell = await startShell(IGNORES_TERM);
  const start = performance.now();
  assertEquals(await terminate({ roots: [shell.pid] }, { graceMs: 200 }), []);
  assert(performance.now() - start >= 200);
  assertEquals((await shell.status).signal, "SIGKILL");
});

Deno.test("terminate kills at once when it is told to hurry", async () => {
  await using shell = await startShell(IGNORES_TERM);
  const hurry = new AbortController();
  setTimeout(() => hurry.abort(), 50);
  const start = performance.now();
  await terminate({ roots: [shell.pid] }, { graceMs: 60_000, hurry: hurry.signal });
  assert(performance.now() - start < 30_000);
  assertEquals((await shell.status).signal, "SIGKILL");
});

Deno.test("terminate remembers a child that lost its parent by the first TERM", async () => {
  await using shell = await startShell("trap '' TERM; sleep 300 & trap - TERM; echo $!; wait");
  const orphan = Number(shell.words[0]);
  const startTime = readProcess(orphan)?.startTime ?? "";
  assertEquals(await terminate({ roots: [shell.pid] }, { graceMs: 200 }), []);
  assert(!isAlive(orphan, startTime));
});

Deno.test("terminate ends a double fork by its marker, and nobody else", async () => {
  const { env, marker } = newMarker();
  await using mine = await startShell(DOUBLE_FORK, env);
  await using other = await startShell("echo ready; exec sleep 300", newMarker().env);
  const [orphan, bystander] = [Number(mine.words[0]), readProcess(other.pid)];
  const startTime = readProcess(orphan)?.startTime ?? "";
  assert(isAlive(orphan, startTime));
  assertEquals(await terminate({ roots: [], marker }, { graceMs: 30_000 }), []);
  assert(!isAlive(orphan, startTime));
  assert(isAlive(other.pid, bystander?.startTime ?? ""));
});

Deno.test("terminate gives a spared process no TERM", async () => {
  const script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
  await using shell = await startShell(script);
  const spare = [shell.pid];
  await terminate({ roots: [shell.pid] }, { graceMs: 100, spare });
  assertEquals((await shell.status).signal, "SIGKILL");
});
