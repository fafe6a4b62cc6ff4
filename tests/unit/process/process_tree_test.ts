import { findRunProcesses, isAlive, readProcess } from "../../../src/process/process_tree.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { DOUBLE_FORK, newMarker, startShell } from "../../testing/processes.ts";
import { waitFor } from "../../testing/scene.ts";

/** The child ends only when its parent has become `sleep`, which reaps nothing; a shell would. */
const LEAVES_A_ZOMBIE =
  "(until grep -q sleep /proc/$$/comm; do sleep 0.02; done) & echo $!; exec sleep 300";

Deno.test("findRunProcesses finds children, and double forks by the marker alone", async () => {
  const { env, marker } = newMarker();
  await using shell = await startShell(`${DOUBLE_FORK}; exec sleep 300`, env);
  const orphan = Number(shell.words[0]);
  const pids = (run: { roots: number[]; marker?: string }): number[] =>
    findRunProcesses(run).map(({ pid }) => pid);
  assert(pids({ roots: [shell.pid] }).includes(shell.pid));
  assert(!pids({ roots: [shell.pid] }).includes(orphan), "a double fork is nobody's child");
  assert(pids({ roots: [shell.pid], marker }).includes(orphan));
  assertEquals(pids({ roots: [], marker: `${marker}0` }), []);
  assert(pids({ roots: [], marker }).includes(shell.pid));
});

Deno.test("findRunProcesses never finds us, whatever the roots", () => {
  assert(!findRunProcesses({ roots: [Deno.pid] }).some(({ pid }) => pid === Deno.pid));
});

Deno.test("isAlive tells a recycled pid by its start time, and a zombie from the living", async () => {
  await using shell = await startShell(LEAVES_A_ZOMBIE);
  const startTime = readProcess(shell.pid)?.startTime ?? "";
  assert(isAlive(shell.pid, startTime));
  assert(!isAlive(shell.pid, `${startTime}0`));
  const zombie = Number(shell.words[0]);
  await waitFor(() => readProcess(zombie)?.zombie === true, "a zombie");
  const entry = readProcess(zombie);
  assertEquals(entry?.ppid, shell.pid);
  assert(!isAlive(zombie, entry?.startTime ?? ""));
});

Deno.test("readProcess reads past a name with spaces and parentheses", async () => {
  const dir = await Deno.makeTempDir();
  const program = `${dir}/a) S 1 (b`;
  await Deno.copyFile("/bin/sleep", program);
  const child = new Deno.Command(program, { args: ["300"], stdin: "null" }).spawn();
  try {
    assertEquals([readProcess(child.pid)?.pid, readProcess(child.pid)?.ppid], [
      child.pid,
      Deno.pid,
    ]);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(dir, { recursive: true });
  }
});
