import { run } from "../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../testing/assert.ts";
import { missingBwrap } from "../testing/isolation.ts";
import { filesBelow } from "../testing/leaks.ts";
import { BIN, Scene, waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";
import { giveToOtherUser, missingOtherUser } from "../testing/users.ts";

const ECHO = ["-b", "/bin/echo"];

Deno.test("a private data dir that everybody may write to is refused, unless a flag allows it", async () => {
  await using scene = new Scene();
  Deno.chmodSync(scene.dir, 0o777);
  for (const command of ["run", "start"]) {
    const { code, stderr } = await scene.cli([command, ".", ...ECHO]);
    assertEquals(code, 1);
    assertEquals(
      stderr,
      `error: Cannot use private data dir "${scene.dir}": everybody may write to it\n\n` +
        "hint: Change its mode or owner, or pass --allow-unsafe-private-data-dir " +
        "(RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR=1)\n",
    );
    assertEquals(filesBelow(scene.dir), ["env", "project"], command);
  }
  const { code } = await scene.cli(["run", ".", ...ECHO, "--allow-unsafe-private-data-dir"]);
  assertEquals(code, 0);
});

Deno.test("a private data dir that cannot be made is refused in a few words", async () => {
  await using scene = new Scene();
  const { code, stderr } = await scene.cli(["run", "/proc/nothing", ...ECHO]);
  const text = `error: Cannot use private data dir "/proc/nothing": No such file or directory\n`;
  assertEquals([code, stderr], [1, text]);
});

testOrSkip("a private data dir of another user is refused", missingOtherUser(), async () => {
  await using scene = new Scene();
  giveToOtherUser(scene.dir);
  const { code, stderr } = await scene.cli(["run", ".", ...ECHO]);
  assertEquals(code, 1);
  assertMatch(stderr, /: it belongs to another user \(uid 65534\)\n\nhint: /);
  assertEquals(filesBelow(scene.dir), ["env", "project"]);
  const allowed = await scene.cli(["run", ".", ...ECHO, "--allow-unsafe-private-data-dir"]);
  assertEquals(allowed.code, 0, allowed.stderr);
});

Deno.test("an artifact dir that others may write to is refused", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.dir}/artifacts/a`, { recursive: true });
  Deno.chmodSync(`${scene.dir}/artifacts/a`, 0o777);
  const { code, stderr } = await scene.cli(["run", ".", ...ECHO, "-i", "a"]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `error: Cannot make artifact dir "${scene.dir}/artifacts/a": everybody may write to it\n`,
  );
  assertEquals(filesBelow(`${scene.dir}/artifacts/a`), []);
});

Deno.test("an artifact root in which others may replace our directory is refused", async () => {
  await using scene = new Scene();
  const root = `${scene.dir}/shared`;
  Deno.mkdirSync(root);
  Deno.chmodSync(root, 0o777);
  const args = ["run", ".", ...ECHO, "-i", "a", "--artifact-dir", root];
  const { code, stderr } = await scene.cli(args);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `error: Cannot make artifact dir "${root}/a": everybody may write to "${root}"\n`,
  );
  assertEquals([...Deno.readDirSync(root)], []);
  // In a directory like /tmp others cannot.
  Deno.chmodSync(root, 0o1777);
  await scene.ok(args);
});

Deno.test("an ident that is no plain name is refused before anything is written", async () => {
  await using scene = new Scene();
  const bad = ["../x", "a/b", "/", ".", "..", "", "a\nb", "a\tb", "a\x7fb", "a\x9bb", "a\0b"];
  for (const ident of bad) {
    const options = { privateDataDir: scene.dir, binary: "/bin/true", ident };
    await assertRejects(() => run(options), `Cannot use ident ${JSON.stringify(ident)}: expected`);
  }
  const { code, stderr } = await scene.cli(["run", ".", ...ECHO, "-i", "../x"]);
  assertEquals([code, stderr.split(":")[0]], [1, "error"]);
  assertEquals(filesBelow(scene.root).filter((name) => name.startsWith("private/")), [
    "private/env",
    "private/project",
  ]);
  for (const ident of ["a b", "ünï", "-x", "x..y", "'$(id)'"]) {
    const runner = await run({ privateDataDir: scene.dir, binary: "/bin/true", ident });
    assertEquals(runner.rc, 0);
    assertEquals(scene.artifact(ident, "rc"), "0");
  }
});

/** Paths that commands write, below the private data dir, and what an attacker's link there is to. */
const PLANTED: Readonly<Record<"run" | "start", Readonly<Record<string, "file" | "dir">>>> = {
  run: {
    ...Object.fromEntries(
      ["command", "stdout", "stderr", "rc", "status", "reason", "events.jsonl", "env.list"]
        .map((name) => [`artifacts/a/${name}`, "file"]),
    ),
    "artifacts/a/job_events": "dir",
    "artifacts/a/.run": "dir",
    "artifacts/a": "dir",
  },
  start: {
    "artifacts/a/pid": "file",
    "artifacts/a/stdout": "file",
    "pid": "file",
    "pid.owner": "file",
    "daemon.log": "file",
    "artifacts/a": "dir",
  },
};

for (const [command, planted] of Object.entries(PLANTED)) {
  for (const [path, kind] of Object.entries(planted)) {
    Deno.test(`a link planted at ${path} is not followed (${command})`, async () => {
      await using scene = new Scene();
      if (path.endsWith("events.jsonl")) scene.write("env/settings", "event_store: jsonl\n");
      const victims = `${scene.root}/victims`;
      Deno.mkdirSync(`${victims}/dir`, { recursive: true });
      Deno.writeTextFileSync(`${victims}/file`, "untouched");
      const parent = `${scene.dir}/${path}`.replace(/\/[^/]*$/, "");
      Deno.mkdirSync(parent, { recursive: true, mode: 0o700 });
      Deno.symlinkSync(`${victims}/${kind}`, `${scene.dir}/${path}`);
      await scene.cli([command, ".", ...ECHO, "-i", "a"]);
      await waitFor(() => scene.processes().length === 0, "ended");
      assertEquals(filesBelow(victims), ["dir", "file"]);
      assertEquals(Deno.readTextFileSync(`${victims}/file`), "untouched");
    });
  }
}

Deno.test("a link of ours in place of the artifact root is followed, to a directory of ours", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/elsewhere`, { mode: 0o700 });
  Deno.symlinkSync("../elsewhere", `${scene.dir}/artifacts`);
  for (const ident of ["a", "b"]) {
    await scene.ok(["run", ".", ...ECHO, "-i", ident, "--rotate-artifacts", "1"]);
    assertEquals(Deno.readTextFileSync(`${scene.root}/elsewhere/${ident}/rc`), "0");
  }
  assertEquals([...Deno.readDirSync(`${scene.root}/elsewhere`)].map(({ name }) => name), ["b"]);
  const { stdout } = await scene.ok(["status", "."]);
  assertStringIncludes(stdout, "b ");
  assertEquals(Deno.lstatSync(`${scene.dir}/artifacts`).isSymlink, true);
});

Deno.test("a link in place of the artifact root is not followed where others may write, nor to nothing", async () => {
  await using scene = new Scene();
  const target = `${scene.root}/elsewhere`;
  Deno.symlinkSync(target, `${scene.dir}/artifacts`);
  const run = ["run", ".", ...ECHO, "-i", "a"];
  assertStringIncludes((await scene.cli(run)).stderr, "is a symbolic link, which is not followed");
  Deno.mkdirSync(target);
  Deno.chmodSync(target, 0o777);
  const refused = await scene.cli(run);
  assertStringIncludes(
    refused.stderr,
    `"${scene.dir}/artifacts" is a link to "${target}": everybody may write to it`,
  );
  assertEquals([refused.code, filesBelow(target)], [1, []]);
  await scene.ok([...run, "--allow-unsafe-private-data-dir"]);
  assertEquals(Deno.readTextFileSync(`${target}/a/rc`), "0");
});

testOrSkip(
  "a link of another user in place of the artifact root is not followed",
  missingOtherUser(),
  async () => {
    await using scene = new Scene();
    Deno.mkdirSync(`${scene.root}/elsewhere`, { mode: 0o700 });
    Deno.symlinkSync(`${scene.root}/elsewhere`, `${scene.dir}/artifacts`);
    // As it would be in a directory that the flag accepts.
    new Deno.Command("chown", { args: ["-h", "65533", `${scene.dir}/artifacts`] }).outputSync();
    const { code } = await scene.cli(["run", ".", ...ECHO, "--allow-unsafe-private-data-dir"]);
    assertEquals([code, filesBelow(`${scene.root}/elsewhere`)], [1, []]);
  },
);

Deno.test("a link in place of the artifact root, which a job may have made, is refused with its reason", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/elsewhere`);
  Deno.symlinkSync(`${scene.root}/elsewhere`, `${scene.dir}/artifacts`);
  Deno.symlinkSync("/bin/true", `${scene.root}/bwrap`);
  const bwrap = ["--process-isolation", "--process-isolation-executable", `${scene.root}/bwrap`];
  const { code, stderr } = await scene.cli(["run", ".", ...ECHO, "-i", "a", ...bwrap]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `error: Cannot make artifact dir "${scene.dir}/artifacts/a": ` +
      `"${scene.dir}/artifacts" is a symbolic link, which is not followed\n\n` +
      "hint: Name the directory that it leads to with --artifact-dir\n",
  );
  const flag = ["--artifact-dir", `${scene.root}/elsewhere`];
  await scene.ok(["run", ".", ...ECHO, "-i", "a", ...flag]);
  assertEquals(Deno.readTextFileSync(`${scene.root}/elsewhere/a/rc`), "0");
});

for (const umask of ["000", "077"]) {
  Deno.test(`what a run makes is 0700 and 0600 under umask ${umask}`, async () => {
    for (const command of ["run", "start"]) {
      await using scene = new Scene();
      scene.write("env/passwords", "{}");
      const dir = `${scene.root}/new`;
      const before = ["/bin/sh", "-c", `umask ${umask}; exec "$@"`, "sh"];
      const args = [command, dir, "-b", `${BIN}/slow_lines`, "-i", "a"];
      const { code, stderr } = await scene.cli(args, { before });
      assertEquals([code, stderr], [0, ""]);
      const modes = new Map<string, string>();
      const look = () => {
        for (const name of ["", ...safely(() => filesBelow(dir))]) {
          safely(() => {
            const info = Deno.lstatSync(`${dir}/${name}`);
            const mode = ((info.mode ?? 0) & 0o7777).toString(8);
            modes.set(name, `${info.isDirectory ? "d" : "f"}${mode}`);
            return [];
          });
        }
      };
      await waitFor(() => {
        look();
        return scene.processes().length === 0;
      }, "ended");
      look();
      const wrong = [...modes].filter(([, mode]) => mode !== "d700" && mode !== "f600");
      assertEquals(wrong, [], command);
      assert(modes.has("artifacts/a/rc") && modes.has("artifacts/a/job_events"), command);
      if (command === "start") assert(modes.has("daemon.log"));
    }
  });
}

function safely(list: () => string[]): string[] {
  try {
    return list();
  } catch {
    return [];
  }
}

testOrSkip("temporary names are never the same twice", missingBwrap(), async () => {
  await using scene = new Scene();
  Deno.writeTextFileSync(`${scene.root}/secret`, "");
  scene.write(
    "env/settings",
    JSON.stringify({
      process_isolation: true,
      process_isolation_path: scene.tmp,
      process_isolation_hide_paths: [`${scene.root}/secret`],
      directory_isolation_base_path: `${scene.root}/copies`,
    }),
  );
  const names = new Set<string>();
  for (const ident of ["a", "b", "c"]) {
    await scene.ok(["run", ".", ...ECHO, "-i", ident]);
    const { command } = JSON.parse(scene.artifact(ident, "command") ?? "");
    for (const [name] of command.join(" ").matchAll(/(ansible_runner_pi|runner_di)_\w+/g)) {
      assertMatch(name, /_[0-9a-f]{12,16}$/);
      names.add(name);
    }
  }
  assertEquals(names.size, 6);
  await scene.assertNothingLeft();
});
