import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { groupsNamed, hostLayout, missingCgroups } from "../testing/cgroups.ts";
import { waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";
import { asOtherUser, missingOtherUser } from "../testing/users.ts";
import { RunnerError } from "../../src/errors.ts";
import { Cgroup } from "../../src/profiling/cgroup.ts";
import { isGroup, removeGroup } from "../../src/profiling/cgroup_removal.ts";
import { Sampler } from "../../src/profiling/sampler.ts";

const NO_CGROUPS = missingCgroups();

function newBase(): string {
  return `runner_test_${crypto.randomUUID().slice(0, 8)}`;
}

/** Starts a shell in a group; it ends when its stdin is closed. */
function enter(group: Cgroup, script: string): Deno.ChildProcess {
  const enterAll = group.procsFiles.map((file) => `echo 0 > ${file}`).join("; ");
  return new Deno.Command("/bin/sh", {
    args: ["-c", `${enterAll}; ${script}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

async function lineOf(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value).trim();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  await child.stdin.close();
  await child.stdout.cancel();
  await child.status;
}

testOrSkip("Cgroup counts what runs in it, and is gone after dispose", NO_CGROUPS, async () => {
  const base = newBase();
  const recorded: string[] = [];
  {
    await using group = await Cgroup.create({
      base,
      name: "it",
      noteRemains: (dir) => void recorded.push(dir),
    });
    assertEquals(group.read("pids"), 0);
    const child = enter(
      group,
      "head -c 20000000 /dev/zero | sort | wc -l; sleep 60 & read _; kill $!",
    );
    await lineOf(child);
    assert(group.read("cpu") > 1000, `${group.read("cpu")} us`);
    assert(group.read("memory") > 0);
    await waitFor(() => group.read("pids") === 2, "the shell and its sleep");
    await end(child);
  }
  assertEquals(recorded, hostLayout().mounts.map((mount) => `${mount}/${base}/it`));
  assertEquals(groupsNamed(base), []);
});

testOrSkip(
  "Cgroup leaves a base group that was there, and moves daemons out",
  NO_CGROUPS,
  async () => {
    const base = newBase();
    const bases = hostLayout().mounts.map((mount) => `${mount}/${base}`);
    for (const dir of bases) Deno.mkdirSync(dir);
    const group = await Cgroup.create({ base, name: "it" });
    const child = enter(
      group,
      "sleep 60 & echo $!; read _; kill $!",
    );
    const pid = await lineOf(child);
    await group[Symbol.asyncDispose]();
    assertEquals(groupsNamed(base), bases);
    assertEquals(
      Deno.readTextFileSync(`/proc/${pid}/cgroup`),
      Deno.readTextFileSync("/proc/self/cgroup"),
      "the daemon is where we are",
    );
    await end(child);
    for (const dir of bases) Deno.removeSync(dir);
  },
);

testOrSkip("Cgroup makes and removes every part of a base group", NO_CGROUPS, async () => {
  const base = newBase();
  {
    await using _group = await Cgroup.create({ base: `/${base}/inner/most/`, name: "it" });
    assertEquals(groupsNamed(base).length, 4 * hostLayout().mounts.length);
  }
  assertEquals(groupsNamed(base), []);
});

testOrSkip("Cgroup takes another name when a live run has it", NO_CGROUPS, async () => {
  const base = newBase();
  {
    await using one = await Cgroup.create({ base, name: "same" });
    await using two = await Cgroup.create({ base, name: "same" });
    assert(one.procsFiles[0] !== two.procsFiles[0]);
    assertMatch(two.procsFiles[0] ?? "", /\/same-[0-9a-f]{8}\/cgroup\.procs$/);
  }
  assertEquals(groupsNamed(base), []);
});

testOrSkip("removeGroup removes groups within, and a missing one", NO_CGROUPS, async () => {
  const base = newBase();
  const group = await Cgroup.create({ base, name: "it" });
  const dir = (group.procsFiles[0] ?? "").replace("/cgroup.procs", "");
  Deno.mkdirSync(`${dir}/inner/most`, { recursive: true });
  assert(isGroup(`${dir}/inner/most`));
  assertEquals(await removeGroup(dir), true);
  assertEquals(await removeGroup(dir), true);
  assert(!isGroup(dir));
  await group[Symbol.asyncDispose]();
  assertEquals(groupsNamed(base), []);
});

testOrSkip("Cgroup reads v2's time of the cpus", missingUnified(), async () => {
  const base = newBase();
  const [unified = ""] = unifiedMounts();
  const layout = {
    version: 2,
    mounts: [unified, ...hostLayout().mounts],
    counters: {
      cpu: { mount: 0, file: "cpu.stat" },
      memory: { mount: 2, file: "memory.usage_in_bytes" },
      pids: { mount: 3, file: "pids.current" },
    },
  } as const;
  {
    await using group = await Cgroup.create({ base, name: "it", layout });
    const child = enter(group, "head -c 20000000 /dev/zero | sort | wc -l; read _");
    await lineOf(child);
    assert(group.read("cpu") > 1000);
    await end(child);
  }
  assert(!isGroup(`${unified}/${base}`));
});

testOrSkip(
  "Cgroup.create tells an ordinary user the command that helps, and it does",
  NO_CGROUPS ?? missingOtherUser() ?? (hostLayout().version === 2 ? "only v1 here" : undefined),
  async () => {
    const base = newBase();
    const script = `
      import { Cgroup } from "${new URL("../../src/profiling/cgroup.ts", import.meta.url)}";
      try {
        await using group = await Cgroup.create({ base: "${base}", name: "it" });
        console.log("made", group.read("pids"));
      } catch (error) { console.log(error.message + "\\n" + error.hint); }`;
    const dir = Deno.makeTempDirSync();
    Deno.chmodSync(dir, 0o755);
    Deno.writeTextFileSync(`${dir}/s.ts`, script);
    const attempt = () =>
      asOtherUser([Deno.execPath(), "run", "-A", "--no-lock", `${dir}/s.ts`], {
        DENO_DIR: `/tmp/deno_${base}`,
        NO_COLOR: "1",
      }).stdout.trim();
    const [message = "", hint = ""] = attempt().split("\n");
    assertMatch(message, new RegExp(`^Cannot make a cgroup below "${base}": Permission denied`));
    assertMatch(hint, /^Make that group first: sudo mkdir /);
    const command = hint.replace("Make that group first: ", "").replaceAll("sudo ", "");
    assert(new Deno.Command("/bin/sh", { args: ["-c", command] }).outputSync().success);
    assertEquals(attempt(), "made 0");
    for (const mount of hostLayout().mounts) Deno.removeSync(`${mount}/${base}`);
    assertEquals(groupsNamed(base), []);
    Deno.removeSync(dir, { recursive: true });
    Deno.removeSync(`/tmp/deno_${base}`, { recursive: true });
    await Promise.resolve();
  },
);

testOrSkip("Cgroup.create says that a base cannot be used", NO_CGROUPS, async () => {
  const error = await assertRejects(() => Cgroup.create({ base: "tasks", name: "it" }), "below");
  assert(error instanceof RunnerError);
  assertEquals(error.code, "isolation.cgroup");
});

Deno.test("Sampler writes a record per interval, a set of files per task", async () => {
  const dir = Deno.makeTempDirSync();
  let cpu = 0;
  let longest = 0;
  const records = (name: string): number => {
    try {
      return Deno.readTextFileSync(`${dir}/a/b/${name}`).split("\n").length - 1;
    } catch {
      return 0;
    }
  };
  const read = (counter: string) =>
    counter === "cpu" ? (cpu += 5000) : counter === "memory" ? 3 * 2 ** 19 : 4;
  {
    using sampler = new Sampler({
      read,
      dir: `${dir}/a/b`,
      intervalsMs: { cpu: 20, memory: 20, pids: 20 },
      failed: (error) => {
        throw error;
      },
    });
    sampler.startTask({ uuid: "short", name: "x" });
    const begun = performance.now();
    sampler.startTask({ uuid: "u-1", name: 'é "name"' });
    await waitFor(() => records("1-u-1-pids.json") >= 2, "two records");
    sampler.startTask({ uuid: "../u", name: "next" });
    longest = performance.now() - begun;
    await waitFor(() => records("2-.._u-pids.json") >= 1, "a record of the next task");
    sampler.endTask();
    const ended = records("2-.._u-cpu.json");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(records("2-.._u-cpu.json"), ended, "ended with the task");
  }
  const names = [...Deno.readDirSync(`${dir}/a/b`)].map((entry) => entry.name).sort();
  assertEquals(names, [
    ...["cpu", "memory", "pids"].map((counter) => `1-u-1-${counter}.json`),
    ...["cpu", "memory", "pids"].map((counter) => `2-.._u-${counter}.json`),
  ]);
  assertEquals((Deno.statSync(`${dir}/a/b`).mode ?? 0) & 0o777, 0o700);
  assertEquals((Deno.statSync(`${dir}/a/b/1-u-1-cpu.json`).mode ?? 0) & 0o777, 0o600);
  const text = (name: string) => Deno.readTextFileSync(`${dir}/a/b/${name}`);
  assertMatch(
    text("1-u-1-memory.json"),
    /^(\x1e\{"timestamp": \d{10}\.\d+, "task_name": "\\u00e9 \\"name\\"", "task_uuid": "u-1", "value": 1\.5\}\n){2,}$/,
  );
  assertMatch(text("1-u-1-pids.json"), /"value": 4\}\n/);
  const percent = Number(/"value": ([\d.]+)\}/.exec(text("1-u-1-cpu.json"))?.[1]);
  assert(percent > 500 / longest && percent < 26, `${percent} %: 5 ms in 20 ms or more`);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("Sampler follows no link, and ends when a counter cannot be read", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${dir}/victim`, "untouched");
  Deno.symlinkSync(`${dir}/victim`, `${dir}/0-u-pids.json`);
  const errors: unknown[] = [];
  let isBroken = false;
  using sampler = new Sampler({
    read: () => {
      if (isBroken) throw new Error("gone");
      return 1;
    },
    dir,
    intervalsMs: { cpu: 10, memory: 10, pids: 10 },
    failed: (error) => void errors.push(error),
  });
  sampler.startTask({ uuid: "u", name: "t" });
  await waitFor(() => Deno.lstatSync(`${dir}/0-u-pids.json`).isFile, "a file in place of the link");
  isBroken = true;
  await waitFor(() => errors.length > 0, "the error");
  sampler.startTask({ uuid: "v", name: "t" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(errors.map(String), ["Error: gone"]);
  assertEquals(Deno.readTextFileSync(`${dir}/victim`), "untouched");
  assert(Deno.lstatSync(`${dir}/0-u-pids.json`).isFile);
  Deno.removeSync(dir, { recursive: true });
});

function unifiedMounts(): string[] {
  return Deno.readTextFileSync("/proc/mounts").split("\n").map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup2").map(([, path = ""]) => path);
}

function missingUnified(): string | undefined {
  if (NO_CGROUPS !== undefined) return NO_CGROUPS;
  if (hostLayout().version !== 1) return "v2 alone, which the other tests use";
  return unifiedMounts().length > 0 ? undefined : "no v2 hierarchy";
}
