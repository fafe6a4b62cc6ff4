/** What a run would start, told without starting it. */
import { prepare, run } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";

const RECORDER = "ansible-playbook";

/** Names whose values are another each time. */
const OWN = ["RUNNER_RUN_ID"];

Deno.test("prepare gives the words, the environment and the directory that run starts with", async () => {
  using place = new TestPlace({
    "private/project/site.yml": "[]",
    "private/env/envvars": "{A: b}",
    "private/env/extravars": "{c: d}",
    "private/inventory/hosts": "one\n",
  });
  const before = place.list("private");
  const options = {
    privateDataDir: place.dir,
    ident: "x",
    playbook: "site.yml",
    envvars: { PATH: `${place.bin}:${Deno.env.get("PATH")}`, WITH: "blanks and\nlines" },
    extravars: { e: "f" },
    tags: "t",
  };
  const { argv, env, cwd, config } = await prepare(options);
  assertEquals(place.list("private"), before);
  assertEquals(place.calls(), []);
  await run(options);
  const call = place.call();
  assertEquals([argv[0], cwd, config.ident], [RECORDER, `${place.dir}/project`, "x"]);
  assertEquals([...argv], call.argv);
  assertEquals(cwd, call.cwd);
  assertEquals(withoutOwn(env), withoutOwn(call.env));
});

Deno.test("prepare takes paths from where its caller was, wherever that goes meanwhile", async () => {
  using place = new TestPlace({ "private/project/site.yml": "[]" });
  const before = Deno.cwd();
  try {
    Deno.chdir(place.root);
    const prepared = prepare({ privateDataDir: "private", playbook: "site.yml" });
    Deno.chdir("/");
    assertEquals((await prepared).cwd, `${place.dir}/project`);
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("prepare leaves nothing where there was nothing", async () => {
  using place = new TestPlace({ "base/x": "" }, ["podman"]);
  const { argv, config } = await prepare({
    privateDataDir: `${place.root}/a/new`,
    artifactDir: `${place.root}/b/artifacts`,
    playbook: [{ hosts: "all", tasks: [] }],
    inventory: { all: { hosts: { one: null } } },
    settings: {
      directory_isolation_base_path: `${place.root}/base`,
      directory_isolation_cleanup: false,
    },
  });
  assert(argv.length > 2 && config.materials.length === 2, argv.join(" "));
  const left = ["a", "b"].filter((name) => place.list(name).length > 0);
  assertEquals([left, place.list("base")], [[], ["x"]]);
  assertEquals([...Deno.readDirSync(place.root)].map(({ name }) => name).includes("a"), false);
});

Deno.test("prepare gives the engine's words, and starts no container", async () => {
  using place = new TestPlace({ "private/project/site.yml": "[]" }, ["podman"]);
  const { argv, env, cwd } = await prepare({
    privateDataDir: place.dir,
    playbook: "site.yml",
    processIsolation: true,
    processIsolationExecutable: `${place.bin}/podman`,
    containerImage: "img",
    containerWorkdir: "/work",
    envvars: { A: "b" },
  });
  assertEquals([argv[1], argv.includes("img"), cwd, env["A"]], ["run", true, "/work", "b"]);
  assertEquals(place.calls(), []);
  assertEquals(place.list("private"), ["project", "project/site.yml"]);
});

Deno.test("prepare says what is wrong, and leaves nothing either", async () => {
  using place = new TestPlace();
  const privateDataDir = `${place.root}/new/deep`;
  for (
    const [options, text] of [
      [{ playbook: "a.yml", idnt: "x" }, 'did you mean "ident"'],
      [{ playbook: "a.yml", inventory: "/nowhere" }, "Inventory not found"],
      [{}, "no playbook, module, role"],
    ] as const
  ) {
    await assertRejects(() => prepare({ ...options, privateDataDir }), text);
  }
  assertEquals(place.list("new"), []);
  assertEquals([...Deno.readDirSync(place.root)].map(({ name }) => name).includes("new"), false);
});

function withoutOwn(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !OWN.includes(name))
      .sort(([a], [b]) => a < b ? -1 : 1),
  );
}
