import { assert, assertEquals, assertMatch, assertThrows } from "../testing/assert.ts";
import { findSystemStack, runOriginal } from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";
import {
  type ContainerOptions,
  type ContainerPlan,
  killContainer,
  prepareContainer,
  removeContainerFiles,
} from "../../src/command/container/engine.ts";

/** Keeps what the engine was given: argv, env file, credentials. */
const RECORDER = `#!/bin/sh
printf '%s\\n' "$@" > "$RECORD/argv"
for word in "$@"; do
  case $word in
    */env.list) cp -p "$word" "$RECORD/env" ;;
    --authfile=*) dir=$(dirname "\${word#*=}"); stat -c %a "$dir" > "$RECORD/mode"; cp "$dir"/* "$RECORD" ;;
    --config=*) dir=\${word#*=}; stat -c %a "$dir" > "$RECORD/mode"; cp "$dir"/* "$RECORD" ;;
  esac
done
`;

/** A private data dir, and engines that only record. */
class Scene implements Disposable {
  readonly dir = Deno.makeTempDirSync({ prefix: "container_test_" });
  readonly data = `${this.dir}/data`;
  readonly searchPath = `${this.dir}/bin:/usr/bin:/bin`;

  constructor() {
    for (const path of ["data/project", "data/inventory", "data/env", "bin", "mnt", "record"]) {
      Deno.mkdirSync(`${this.dir}/${path}`, { recursive: true });
    }
    Deno.writeTextFileSync(`${this.data}/inventory/hosts`, "h\n");
    Deno.writeTextFileSync(`${this.data}/project/p.yml`, "- hosts: all\n");
    Deno.writeTextFileSync(`${this.data}/env/extravars`, "a: 1\n");
    Deno.writeTextFileSync(`${this.data}/env/envvars`, "FOO: b r\n");
    for (const engine of ["podman", "docker"]) {
      Deno.writeTextFileSync(`${this.dir}/bin/${engine}`, RECORDER, { mode: 0o755 });
    }
  }

  plan(executable: string, changes: Partial<ContainerPlan> = {}): ContainerPlan {
    Deno.mkdirSync(`${this.data}/artifacts/x`, { recursive: true });
    return {
      executable,
      image: "img:1",
      ident: "x",
      privateDataDir: this.data,
      artifactDir: `${this.data}/artifacts/x`,
      projectDir: `${this.data}/project`,
      volumeMounts: [],
      options: [],
      ...changes,
    };
  }

  /** What the recorder kept, with random names taken out; empty afterwards. */
  recorded(): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const { name } of Deno.readDirSync(`${this.dir}/record`)) {
      const text = Deno.readTextFileSync(`${this.dir}/record/${name}`);
      kept[name] = text.replaceAll(/(registry_x_)\w+/g, "$1XXXX");
      Deno.removeSync(`${this.dir}/record/${name}`);
    }
    return kept;
  }

  async original(args: readonly string[]): Promise<Record<string, string>> {
    if (!("stack" in ORIGINAL)) throw new Error("no original");
    const common = ["run", this.data, "-i", "x", "-q", "--container-image", "img:1"];
    const env = { PATH: this.searchPath, HOME: this.dir, RECORD: `${this.dir}/record` };
    await runOriginal(ORIGINAL.stack, [...common, ...args], { env, cwd: "/" });
    Deno.removeSync(`${this.data}/artifacts`, { recursive: true });
    return this.recorded();
  }

  async ours(plan: ContainerPlan, options: ContainerOptions): Promise<Record<string, string>> {
    using container = prepareContainer(plan, { searchPath: this.searchPath, ...options });
    await new Deno.Command(container.program, {
      args: container.argv.slice(1),
      env: { ...container.engineEnv, RECORD: `${this.dir}/record` },
    }).output();
    return this.recorded();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

const ORIGINAL = await findSystemStack();
const NO_ORIGINAL = "missing" in ORIGINAL ? ORIGINAL.missing : undefined;

const AUTH = { host: "reg.example", username: "u", password: "p", verifySsl: false };

interface Case {
  readonly title: string;
  /** Words for the original besides the engine. */
  readonly args: (scene: Scene) => string[];
  /** The same for us. */
  readonly plan?: (scene: Scene) => Partial<ContainerPlan>;
  readonly command: (scene: Scene) => string[];
  readonly settings?: Record<string, unknown>;
}

const PLAYBOOK = ["-p", "p.yml", "--process-isolation"];

function playbook(scene: Scene): string[] {
  return [
    "ansible-playbook",
    "-i",
    `${scene.data}/inventory`,
    "-e",
    `@${scene.data}/env/extravars`,
    "p.yml",
  ];
}

const CASES: readonly Case[] = [
  { title: "a playbook", args: () => PLAYBOOK, command: playbook },
  {
    title: "a module",
    args: () => ["-m", "ping", "--hosts", "h", "--process-isolation"],
    command: (scene) => {
      const extra = `@${scene.data}/env/extravars`;
      return ["ansible", "-i", `${scene.data}/inventory`, "-e", extra, "-m", "ping", "h"];
    },
  },
  {
    title: "mounts and options",
    args: (scene) => [
      ...PLAYBOOK,
      ...["--container-volume-mount", `${scene.dir}/mnt:/data`],
      ...["--container-volume-mount", `${scene.dir}/./mnt/:/more/:ro,z`],
      ...["--container-volume-mount", "/nonexist:/n:Z", "--container-option=--network=none"],
    ],
    plan: (scene) => ({
      volumeMounts: [`${scene.dir}/mnt:/data`, `${scene.dir}/./mnt/:/more/:ro,z`, "/nonexist:/n:Z"],
      options: ["--network=none"],
    }),
    command: playbook,
  },
  {
    title: "credentials",
    args: () => PLAYBOOK,
    command: playbook,
    settings: {
      container_auth_data: { host: "reg.example", username: "u", password: "p", verify_ssl: false },
    },
  },
];

/** Environment inside, as the run would make it. */
function environment(scene: Scene): Record<string, string> {
  const artifacts = `${scene.data}/artifacts/x`;
  return {
    AWX_ISOLATED_DATA_DIR: artifacts,
    ANSIBLE_CACHE_PLUGIN_CONNECTION: `${artifacts}/fact_cache`,
    FOO: "b r",
    ANSIBLE_CALLBACK_PLUGINS: `${artifacts}/callback`,
    ANSIBLE_STDOUT_CALLBACK: "awx_display",
    ANSIBLE_RETRY_FILES_ENABLED: "False",
    ANSIBLE_HOST_KEY_CHECKING: "False",
    ANSIBLE_CACHE_PLUGIN: "jsonfile",
    RUNNER_OMIT_EVENTS: "False",
    RUNNER_ONLY_FAILED_EVENTS: "False",
  };
}

function sortedLines(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => !/^(ANSIBLE_LOAD|AD_HOC)/.test(line)).sort();
}

for (const { title, args, plan, command, settings } of CASES) {
  testOrSkip(
    `prepareContainer gives podman and docker what the original gives for ${title}`,
    NO_ORIGINAL,
    async () => {
      for (const engine of ["podman", "docker"]) {
        using scene = new Scene();
        if (settings !== undefined) {
          Deno.writeTextFileSync(`${scene.data}/env/settings`, JSON.stringify(settings));
        }
        const theirs = await scene.original([
          ...args(scene),
          ...["--process-isolation-executable", engine],
        ]);
        const ours = await scene.ours(scene.plan(engine, plan?.(scene)), {
          command: command(scene),
          env: environment(scene),
          scratchDir: scene.data,
          authData: settings === undefined ? undefined : AUTH,
        });
        assertEquals(sortedLines(ours["env"]), sortedLines(theirs["env"]));
        const { env: _ours, ...oursRest } = ours;
        const { env: _theirs, ...theirsRest } = theirs;
        assert(oursRest["argv"] !== undefined, `${engine} was not called`);
        assertEquals(oursRest, theirsRest);
      }
    },
  );
}

Deno.test("prepareContainer removes env file and credentials, and follows no planted link", () => {
  using scene = new Scene();
  const plan = scene.plan("podman");
  const envFile = `${plan.artifactDir}/env.list`;
  Deno.writeTextFileSync(`${scene.dir}/victim`, "untouched");
  Deno.symlinkSync(`${scene.dir}/victim`, envFile);
  let authDir = "";
  const options = {
    command: ["ansible"],
    env: { A: "b", LINES: "one\n'two'" },
    scratchDir: scene.data,
    authData: { host: "h", username: "u", password: "p" },
    stagingPath: scene.dir,
    searchPath: scene.searchPath,
    noteRemains: (dir: string) => void (authDir = dir),
  };
  {
    using container = prepareContainer(plan, options);
    assertMatch(authDir, /\/ansible_runner_registry_x_[0-9a-f]+$/);
    assertEquals((Deno.statSync(authDir).mode ?? 0) & 0o777, 0o700);
    assertEquals((Deno.lstatSync(envFile).mode ?? 0) & 0o777, 0o600);
    assertEquals(Deno.readTextFileSync(envFile), "ANSIBLE_UNSAFE_WRITES=1\nA=b");
    assertEquals(container.engineEnv, {});
    assertEquals(container.argv.slice(-3), ["sh", "/runner/enter", "ansible"]);
    const enter = `${scene.data}/enter`;
    assertEquals((Deno.lstatSync(enter).mode ?? 0) & 0o777, 0o600);
    const args = [enter, "printenv", "LINES"];
    const { stdout } = new Deno.Command("sh", { args }).outputSync();
    assertEquals(new TextDecoder().decode(stdout), "one\n'two'\n");
  }
  assertThrows(() => Deno.lstatSync(envFile));
  assertThrows(() => Deno.lstatSync(authDir));
  assertEquals(Deno.readTextFileSync(`${scene.dir}/victim`), "untouched");
});

Deno.test("prepareContainer names a missing engine before it writes anything", () => {
  using scene = new Scene();
  const plan = scene.plan("podman");
  const options = { command: [], env: {}, scratchDir: scene.data, searchPath: "/nowhere" };
  const error = assertThrows(() => prepareContainer(plan, options));
  assertEquals(error.message, "Unable to find process isolation executable: podman");
  assertEquals([...Deno.readDirSync(plan.artifactDir)], []);
});

Deno.test("killContainer tells the engine, and tells what it complained of", async () => {
  using scene = new Scene();
  const engine = `${scene.dir}/bin/engine`;
  Deno.writeTextFileSync(engine, '#!/bin/sh\necho "$@" >&2; [ "$2" = good ]\n', { mode: 0o755 });
  assertEquals(await killContainer({ program: engine, name: "good" }), undefined);
  assertEquals(await killContainer({ program: engine, name: "bad" }), "kill bad");
});

Deno.test("removeContainerFiles removes credentials and nothing else", () => {
  using scene = new Scene();
  const left = `${scene.dir}/mnt/ansible_runner_registry_x_1`;
  Deno.mkdirSync(left);
  Deno.mkdirSync(`${scene.dir}/mnt/other`);
  removeContainerFiles(left);
  removeContainerFiles(`${scene.dir}/mnt/other`);
  assertEquals([...Deno.readDirSync(`${scene.dir}/mnt`)].map((entry) => entry.name), ["other"]);
});
