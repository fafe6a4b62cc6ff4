import { acquire } from "../../../src/ownership/claim.ts";
import { PidClaim, readPidFile } from "../../../src/ownership/pid_file.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../testing/assert.ts";
import { newMarker } from "../../testing/processes.ts";
import { usingDir } from "../../testing/runs.ts";

const FILES = [
  ["no pid file", undefined, "none"],
  ["text", "hello\n", "garbage"],
  ["an empty file", "", "garbage"],
  ["a negative pid, which would be a whole group", "-1\n", "garbage"],
  ["two pids", "12\n13\n", "garbage"],
  ["a pid that nobody has", "2147483646\n", "dead"],
  ["a live process that nothing proves to be a run", `${Deno.pid}\n`, "foreign"],
] as const;
for (const [title, text, kind] of FILES) {
  Deno.test(`readPidFile sees ${title}`, async () => {
    await usingDir((dir) => {
      if (text !== undefined) Deno.writeTextFileSync(`${dir}/pid`, text);
      assertEquals(readPidFile(dir).kind, kind);
      return Promise.resolve();
    });
  });
}

Deno.test("readPidFile tells a recycled pid from the run that had it", async () => {
  await usingDir(async (dir) => {
    await using _claim = await PidClaim.make(dir, { named: false });
    assertEquals(Deno.readTextFileSync(`${dir}/pid`), `${Deno.pid}\n`);
    assertEquals(readPidFile(dir).kind, "alive");
    const record = JSON.parse(Deno.readTextFileSync(`${dir}/pid.owner`));
    Deno.writeTextFileSync(`${dir}/pid.owner`, JSON.stringify({ ...record, startTime: "1" }));
    assertEquals(readPidFile(dir).kind, "dead");
  });
});

Deno.test("PidClaim waits a few seconds for a lock that a job holds for ever", async () => {
  await usingDir(async (dir) => {
    const held = Deno.openSync(dir);
    held.lockSync(true);
    await using _claim = await PidClaim.make(dir, { named: false });
    assertEquals(readPidFile(dir).kind, "alive");
    held.close();
  });
});

Deno.test("PidClaim sees what the one before it has written under the lock", async () => {
  await usingDir(async (dir) => {
    const names = ["pid", "pid.owner"];
    const read = (name: string): string => Deno.readTextFileSync(`${dir}/${name}`);
    const first = await PidClaim.make(dir, { named: false });
    const texts = names.map(read);
    await first[Symbol.asyncDispose]();
    const held = Deno.openSync(dir);
    held.lockSync(true);
    const second = PidClaim.make(dir, { named: false }).then(() => "made", String);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const [at, name] of names.entries()) {
      Deno.writeTextFileSync(`${dir}/${name}`, texts[at] ?? "");
    }
    held.close();
    assertStringIncludes(await second, "a run without ident is alive");
  });
});

Deno.test("PidClaim allows one run without ident at a time, and any number with one", async () => {
  await usingDir(async (dir) => {
    {
      await using _first = await PidClaim.make(dir, { named: false });
      await assertRejects(
        () => PidClaim.make(dir, { named: false }),
        "a run without ident is alive",
      );
      await using _named = await PidClaim.make(dir, { named: true });
      assertEquals(readPidFile(dir).kind, "alive");
    }
    assertEquals(readPidFile(dir).kind, "none");
  });
});

Deno.test("PidClaim says where its run is, until it is disposed", async () => {
  await usingDir(async (dir) => {
    Deno.mkdirSync(`${dir}/artifacts/a`, { recursive: true });
    using a = await acquire(`${dir}/artifacts/a`, newMarker().marker);
    const claim = await PidClaim.make(dir, { named: true });
    await claim.publish({ artifactDir: a.artifactDir.path, graceMs: 1 });
    const state = readPidFile(dir);
    assertEquals(state.kind === "alive" && state.record.artifactDir, `${dir}/artifacts/a`);
    await claim[Symbol.asyncDispose]();
    assertEquals(readPidFile(dir).kind, "none");
  });
});
