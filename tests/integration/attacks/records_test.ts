/**
 * What a job or another user writes where records of runs could be: nobody is signalled, and nothing
 * removed, on its word.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { ownIdentity } from "../../../src/ownership/identity.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { BIN, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { giveToOtherUser, missingOtherUser } from "../../testing/users.ts";

const LOOKS = [["status", "."], ["is-alive", "."], ["logs", ".", "-i", "x"]];

/** A process with the marker of a run, as every process of another run has one. */
function victim(runId: string): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["60"], env: { RUNNER_RUN_ID: runId } }).spawn();
}

async function assertUnharmed(process: Deno.ChildProcess): Promise<void> {
  process.kill("SIGUSR1");
  assertEquals((await process.status).signal, "SIGUSR1");
}

/** The record of a runner that died long ago, with the marker of a process that lives. */
function deadRecord(runId: string): string {
  const dead = { ...ownIdentity(), pid: 4_000_000, startTime: "1", artifactDir: "", id: "" };
  return JSON.stringify({ ...dead, marker: `RUNNER_RUN_ID=${runId}` }) + "\n";
}

testOrSkip(
  "root that looks at another user's directory removes and signals nothing",
  missingOtherUser(),
  async () => {
    await using scene = new Scene();
    const prize = `${scene.root}/ansible_runner_pi_prize`;
    Deno.mkdirSync(prize, { mode: 0o700 });
    const runId = crypto.randomUUID();
    const process = victim(runId);
    const scratch = `${scene.dir}/artifacts/x/.run`;
    Deno.mkdirSync(scratch, { recursive: true });
    Deno.writeTextFileSync(`${scratch}/owner`, deadRecord(runId));
    Deno.writeTextFileSync(`${scratch}/remains`, JSON.stringify({ path: prize }) + "\n");
    Deno.writeTextFileSync(`${scene.dir}/artifacts/x/stdout`, "made up\n");
    giveToOtherUser(scene.dir);
    Deno.chmodSync(scene.dir, 0o700);
    for (const words of LOOKS) await scene.cli(words);
    assert(Deno.statSync(prize).isDirectory);
    assert(Deno.statSync(scratch).isDirectory, "not root's to clear");
    assertEquals(scene.artifact("x", "status"), undefined);
    await assertUnharmed(process);
  },
);

Deno.test("a record that a job writes ends no other run and removes nothing elsewhere", async () => {
  await using scene = new Scene();
  const prize = `${scene.root}/ansible_runner_pi_prize`;
  Deno.mkdirSync(prize, { mode: 0o700 });
  const runId = crypto.randomUUID();
  const process = victim(runId);
  // Another run's id stands in its artifacts; a job leaves it in a directory like ours, and goes.
  for (const name of [".run", ".run-evil"]) {
    const dir = `${scene.dir}/artifacts/x/${name}`;
    Deno.mkdirSync(dir, { recursive: true });
    Deno.writeTextFileSync(`${dir}/owner`, deadRecord(runId), { mode: 0o600 });
    Deno.writeTextFileSync(`${dir}/remains`, JSON.stringify({ path: prize }) + "\n");
  }
  Deno.writeTextFileSync(`${scene.dir}/artifacts/x/stdout`, "made up\n");
  for (const words of [...LOOKS, ["run", ".", "-i", "x", "-b", "true"]]) await scene.cli(words);
  assert(Deno.statSync(prize).isDirectory);
  await assertUnharmed(process);
  await scene.assertNothingLeft();
});

Deno.test("a live run whose job removes its record stays alive for whoever looks", async () => {
  await using scene = new Scene();
  scene.write(
    "project/job",
    `#!/bin/sh\ncd "$AWX_ISOLATED_DATA_DIR/.run"\nrm owner background\ntouch -d 1970-01-01 .\necho removed\nsleep 60\n`,
  );
  Deno.chmodSync(`${scene.dir}/project/job`, 0o755);
  const start = ["start", ".", "-i", "a", "-b", `${scene.dir}/project/job`];
  assertEquals((await scene.cli(start)).code, 0);
  await scene.waitForOutput("a", "removed");
  assertMatch((await scene.cli(["status", "."])).stdout, /\na +running /);
  assertEquals((await scene.cli(["is-alive", ".", "-i", "a"])).code, 0);
  assertMatch(
    (await scene.cli(["run", ".", "-i", "a", "-b", "true"])).stderr,
    /Cannot use ident "a": its run is alive/,
  );
  assertEquals((await scene.cli(["stop", ".", "-i", "a"])).code, 0);
  assertEquals(scene.ending("a").status, "canceled");
  await scene.assertNothingLeft();
});

Deno.test("stop signals no process that a forged pid file names", async () => {
  await using scene = new Scene();
  const forged = new Deno.Command("sleep", { args: ["60"] }).spawn();
  assertEquals((await scene.cli(["start", ".", "-i", "a", "-b", `${BIN}/forever`])).code, 0);
  await scene.waitForOutput("a", "started");
  const record = JSON.parse(Deno.readTextFileSync(`${scene.dir}/pid.owner`));
  const stat = Deno.readTextFileSync(`/proc/${forged.pid}/stat`);
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const other = { ...record, pid: forged.pid, startTime };
  Deno.writeTextFileSync(`${scene.dir}/pid.owner`, JSON.stringify(other));
  Deno.writeTextFileSync(`${scene.dir}/pid`, `${forged.pid}\n`);
  assertMatch((await scene.cli(["stop", "."])).stderr, /nothing proves that it is the runner/);
  await assertUnharmed(forged);
  assertEquals((await scene.cli(["stop", ".", "-i", "a"])).code, 0);
});

Deno.test("a run is found from every environment of its user, and by root", async () => {
  await using scene = new Scene();
  const env = { XDG_RUNTIME_DIR: `${scene.root}/xdg`, TMPDIR: scene.tmp };
  Deno.mkdirSync(`${scene.root}/xdg`, { mode: 0o700 });
  assertEquals(
    (await scene.cli(["start", ".", "-i", "a", "-b", `${BIN}/forever`], { env })).code,
    0,
  );
  await scene.waitForOutput("a", "started");
  Deno.removeSync(`${scene.root}/xdg`, { recursive: true });
  // Without the hint in the artifact dir it is the private record alone that is found.
  Deno.removeSync(`${scene.dir}/artifacts/a/.run/owner`);
  const bare = ["env", "-i", `PATH=${Deno.env.get("PATH")}`, `DENO_DIR=${denoDirectory()}`];
  assertEquals((await scene.cli(["is-alive", ".", "-i", "a"], { before: bare })).code, 0);
  assertEquals((await scene.cli(["stop", "."], { before: bare })).code, 0);
  await scene.assertNothingLeft();
});
