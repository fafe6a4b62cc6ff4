/**
 * Where records of runs lie: a name that another user took, a system with no place for them, a
 * sandbox that must not see them.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { missingBwrap } from "../../testing/isolation.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { BIN, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { missingOtherUser } from "../../testing/users.ts";

const MODULE = new URL("../../../src/ownership/private_place.ts", import.meta.url).href;

testOrSkip(
  "a private place whose name another user took is made beside it, and found again",
  missingOtherUser(),
  () => {
    const uid = 200_000 + Math.floor(Math.random() * 100_000);
    const taken = `/var/tmp/ansible-runner-${uid}`;
    Deno.mkdirSync(taken, { mode: 0o777 });
    const code = `const p = await import("${MODULE}");
      const [place] = p.makePrivatePlaces();
      const { uid, mode } = Deno.lstatSync(place);
      console.log(place, uid, mode & 0o777, p.privatePlaces().includes(place));`;
    const cache = Deno.makeTempDirSync();
    Deno.chmodSync(cache, 0o777);
    const user = ["--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups"];
    const run = (): string[] => {
      const args = [...user, Deno.execPath(), "eval", "--no-lock", code];
      const { stdout } = new Deno.Command("setpriv", { args, env: { DENO_DIR: cache }, cwd: "/" })
        .outputSync();
      return new TextDecoder().decode(stdout).trim().split(" ");
    };
    try {
      const [place = "", ...facts] = run();
      try {
        assert(place.startsWith(`${taken}-`), place);
        assertEquals(facts, [`${uid}`, String(0o700), "true"]);
        assertEquals(run()[0], place);
      } finally {
        Deno.removeSync(place);
      }
    } finally {
      Deno.removeSync(taken);
      Deno.removeSync(cache, { recursive: true });
    }
  },
);

/** A system that cannot be written, but for the scene. */
function readOnlySystem(scene: Scene): readonly string[] {
  const empty = `${scene.root}/empty`;
  Deno.mkdirSync(empty);
  const ro = ["/", "/run", "/var/tmp"].flatMap((dir) => [
    "--ro-bind",
    dir === "/" ? dir : empty,
    dir,
  ]);
  const rw = [scene.root, denoDirectory()].flatMap((dir) => ["--bind", dir, dir]);
  const env = ["--setenv", "TMPDIR", "/nonexistent", "--unsetenv", "XDG_RUNTIME_DIR"];
  return ["bwrap", ...ro, ...rw, "--dev", "/dev", "--proc", "/proc", ...env, "--"];
}

testOrSkip(
  "a run without any private place goes on, is known to be alive, and ends as it ends",
  missingBwrap(),
  async () => {
    await using scene = new Scene();
    const before = readOnlySystem(scene);
    const job = `${scene.dir}/project/job`;
    const forge = `printf 'exit 0' > "$AWX_ISOLATED_DATA_DIR/.run/ended"\nexit 3\n`;
    Deno.writeTextFileSync(job, `#!/bin/sh\n${forge}`);
    Deno.chmodSync(job, 0o755);
    assertEquals((await scene.cli(["run", ".", "-i", "b", "-b", job], { before })).code, 3);
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`], { before });
    await scene.waitForOutput("a", "started");
    const record = JSON.parse(Deno.readTextFileSync(`${scene.dir}/artifacts/a/.run/owner`));
    assert(Deno.statSync(`${scene.dir}/artifacts/a/.run/launcher.py`).isFile);
    assertEquals((await scene.cli(["is-alive", ".", "-i", "a"])).code, 0);
    assertMatch(
      (await scene.cli(["run", ".", "-i", "a", "-b", "true"])).stderr,
      /Cannot use ident "a": its run is alive/,
    );
    Deno.kill(record.pid, "SIGKILL");
    await child.output();
    assertMatch((await scene.cli(["status", "."])).stdout, /\na +failed +254 /);
    await scene.assertNothingLeft();
  },
);

testOrSkip("a job under bwrap sees no private place of its host", missingBwrap(), async () => {
  await using scene = new Scene();
  scene.write("env/settings", "process_isolation: true\nprocess_isolation_root: host\n");
  const job = `${scene.dir}/project/job`;
  // Private places have a uid in their names; a bundle made with TMPDIR=/var/tmp lies beside them.
  const text = "#!/bin/sh\nfor d in /run/ansible-runner /var/tmp/ansible-runner-[0-9]*; do\n" +
    '  [ -d "$d" ] && echo "$d: $(ls -A "$d" | wc -l)"\ndone\ntrue\n';
  Deno.writeTextFileSync(job, text);
  Deno.chmodSync(job, 0o755);
  const { code, stdout } = await scene.cli(["run", ".", "-i", "a", "-b", job]);
  assertEquals(code, 0);
  assertMatch(stdout, /^(\/\S+: 0\r\n)+$/);
});
