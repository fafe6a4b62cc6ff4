import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";
import { asOtherUser, giveToOtherUser, missingOtherUser } from "../testing/users.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { prepareSandbox, removeStaging } from "../../src/command/sandbox/bwrap.ts";
import type { SandboxPlan } from "../../src/command/sandbox/argv.ts";

const NO_BWRAP = missingBwrap();

function missingBwrap(): string | undefined {
  const path = Deno.env.get("PATH") ?? "";
  const program = findProgram("bwrap", path);
  if (program === undefined) return "no bwrap";
  const { success, stderr } = new Deno.Command(program, {
    args: ["--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc", "true"],
  }).outputSync();
  return success ? undefined : `bwrap does not work here: ${new TextDecoder().decode(stderr)}`;
}

/** A private data dir, a file to hide, a place for staging; gone afterwards. */
class Scene implements Disposable {
  readonly dir = Deno.makeTempDirSync({ prefix: "isolation_test_" });
  readonly data = `${this.dir}/data`;
  readonly staging = `${this.dir}/staging`;

  constructor() {
    for (const path of ["data/project", "data/artifacts/x", "staging", "hidden/below", "ro"]) {
      Deno.mkdirSync(`${this.dir}/${path}`, { recursive: true });
    }
    Deno.writeTextFileSync(`${this.dir}/secret`, "classified");
    Deno.writeTextFileSync(`${this.dir}/hidden/file`, "classified");
    Deno.writeTextFileSync(`${this.dir}/hidden/below/file`, "open");
    Deno.writeTextFileSync(`${this.dir}/ro/file`, "before");
  }

  plan(changes: Partial<SandboxPlan> = {}): SandboxPlan {
    return {
      executable: "bwrap",
      root: "host",
      stagingPath: this.staging,
      hidePaths: [`${this.dir}/secret`, `${this.dir}/hidden`],
      roPaths: [`${this.dir}/ro`],
      showPaths: [`${this.dir}/hidden/below`],
      privateDataDir: this.data,
      neededPaths: [`${this.data}/artifacts/x`],
      cwd: `${this.data}/project`,
      home: "/root",
      ...changes,
    };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** What a shell inside sees; one line each. */
const LOOK = `cd "$1" || exit 9
echo "secret=$(cat secret 2>&1) hidden=$(ls hidden | tr '\\n' ' ') below=$(cat hidden/below/file)"
(echo after > ro/file) 2>/dev/null; echo "ro=$(cat ro/file)"
echo "written" > data/artifacts/x/out; echo shown > hidden/below/new
echo "cwd=$OLDPWD pids=$(ls /proc | grep -c '^[0-9]')"`;

interface Look {
  readonly dir: string;
  readonly argv: readonly string[];
}

function look({ dir, argv }: Look): string {
  const [program = "", ...args] = argv;
  const output = new Deno.Command(program, { args: [...args, "sh", "-c", LOOK, "sh", dir] })
    .outputSync();
  return new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
}

function checkLook(text: string, scene: Scene): void {
  assertStringIncludes(text, "secret= hidden=below  below=open\n");
  assertStringIncludes(text, "ro=before\n");
  assertStringIncludes(text, `cwd=${scene.data}/project `);
  const pids = Number(/pids=(\d+)/.exec(text)?.[1]);
  assert(pids > 0 && pids < 8, `only the sandbox's own processes are visible: ${text}`);
  assertEquals(Deno.readTextFileSync(`${scene.data}/artifacts/x/out`), "written\n");
  assertEquals(Deno.readTextFileSync(`${scene.dir}/hidden/below/new`), "shown\n");
  assertEquals(Deno.readTextFileSync(`${scene.dir}/secret`), "classified");
}

for (const root of ["host", "minimal"] as const) {
  testOrSkip(`prepareSandbox hides, protects and shows with root ${root}`, NO_BWRAP, async () => {
    using scene = new Scene();
    const shown = root === "minimal" ? [scene.dir] : [];
    const plan = scene.plan({ root });
    {
      using sandbox = await prepareSandbox({ ...plan, showPaths: [...plan.showPaths, ...shown] });
      assertMatch(sandbox.stagingDir, /\/staging\/ansible_runner_pi_[0-9a-f]{8,}$/);
      assertEquals((Deno.statSync(sandbox.stagingDir).mode ?? 0) & 0o777, 0o700);
      checkLook(look({ dir: scene.dir, argv: sandbox.argv }), scene);
    }
    assertEquals([...Deno.readDirSync(scene.staging)], []);
  });
}

testOrSkip("prepareSandbox works for an ordinary user", NO_BWRAP ?? missingOtherUser(), () => {
  for (const root of ["host", "minimal"] as const) {
    using scene = new Scene();
    giveToOtherUser(scene.dir);
    const cache = `${scene.dir}/deno`;
    const module = new URL("../../src/command/sandbox/bwrap.ts", import.meta.url).href;
    const shown = root === "minimal" ? [scene.dir] : [];
    const plan = scene.plan({ root, home: "/home/nobody" });
    const script = `import { prepareSandbox } from ${JSON.stringify(module)};
      using sandbox = await prepareSandbox(JSON.parse(Deno.env.get("PLAN")));
      const [program, ...args] = sandbox.argv;
      const look = ["sh", "-c", Deno.env.get("LOOK"), "sh", Deno.env.get("DIR")];
      new Deno.Command(program, { args: [...args, ...look], stdout: "inherit", stderr: "inherit" }).outputSync();`;
    const result = asOtherUser([Deno.execPath(), "eval", "--no-lock", script], {
      DENO_DIR: cache,
      DENO_NO_UPDATE_CHECK: "1",
      HOME: "/nonexistent",
      PLAN: JSON.stringify({ ...plan, showPaths: [...plan.showPaths, ...shown] }),
      LOOK,
      DIR: scene.dir,
    });
    checkLook(result.stdout + result.stderr, scene);
    assertEquals([...Deno.readDirSync(scene.staging)], []);
  }
});

testOrSkip(
  "prepareSandbox runs Ansible in a minimal root",
  NO_BWRAP ?? missingAnsible(),
  async () => {
    using scene = new Scene();
    using sandbox = await prepareSandbox(scene.plan({ root: "minimal", cwd: scene.data }));
    const [program = "", ...args] = sandbox.argv;
    const ansible = ["/usr/bin/ansible", "-i", "h,", "-c", "local", "-m", "ping", "h"];
    const python = ["-e", "ansible_python_interpreter=/usr/bin/python3"];
    const { stdout, stderr } = await new Deno.Command(program, {
      args: [...args, ...ansible, ...python],
      env: { HOME: "/root", ANSIBLE_NOCOLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertStringIncludes(text, '"ping": "pong"');
  },
);

function missingAnsible(): string | undefined {
  return findProgram("/usr/bin/ansible", "") === undefined ? "no /usr/bin/ansible" : undefined;
}

testOrSkip("prepareSandbox gives bwrap's own words when it refuses", NO_BWRAP, async () => {
  using scene = new Scene();
  const error = await assertRejects(() => prepareSandbox(scene.plan({ cwd: "/nowhere" })));
  assertMatch(error.message, /^Cannot isolate the run with "bwrap": bwrap: .*\/nowhere/);
  assertEquals([...Deno.readDirSync(scene.staging)], []);
});

Deno.test("prepareSandbox names a missing program before it writes anything", async () => {
  using scene = new Scene();
  const error = await assertRejects(() => prepareSandbox(scene.plan({ executable: "noengine" })));
  assertEquals(error.message, "Unable to find process isolation executable: noengine");
  assertEquals([...Deno.readDirSync(scene.staging)], []);
});

Deno.test("prepareSandbox names the setting when staging is impossible", async () => {
  using scene = new Scene();
  const plan = scene.plan({ executable: "true", stagingPath: `${scene.dir}/missing` });
  const error = await assertRejects(() => prepareSandbox(plan));
  assertEquals(
    error.message,
    `Cannot make a directory in "${scene.dir}/missing" (process_isolation_path): No such file or directory`,
  );
});

Deno.test("removeStaging removes what a killed run left, and nothing else", () => {
  using scene = new Scene();
  const left = `${scene.staging}/ansible_runner_pi_0123`;
  Deno.mkdirSync(`${left}/hidden0/closed`, { recursive: true });
  Deno.chmodSync(`${left}/hidden0/closed`, 0o000);
  Deno.mkdirSync(`${scene.staging}/other`);
  removeStaging(left);
  removeStaging(`${scene.staging}/other`);
  assertEquals([...Deno.readDirSync(scene.staging)].map((entry) => entry.name), ["other"]);
});
