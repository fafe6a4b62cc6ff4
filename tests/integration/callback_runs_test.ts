import { run } from "../../mod.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import {
  findNewestStack,
  findSystemStack,
  findTestedVersion,
  type StackSearch,
  TESTED_VERSIONS,
} from "../testing/original.ts";
import { runPlugin } from "../testing/plugin_run.ts";
import { Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

/** A plugin of another program with our name, which leaves a trace when it is loaded. */
function otherPlugin(trace: string): string {
  return `open(${JSON.stringify(trace)}, "w").close()
from ansible.plugins.callback.default import CallbackModule as Default

class CallbackModule(Default):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "awx_display"
`;
}

Deno.test("a run inside a run makes its own events, whatever awx_display lies about", async () => {
  await using scene = new Scene();
  const [trace, other] = [`${scene.root}/trace`, `${scene.root}/other`];
  for (const dir of [other, `${scene.dir}/project/callback_plugins`]) {
    Deno.mkdirSync(dir);
    Deno.writeTextFileSync(`${dir}/awx_display.py`, otherPlugin(trace));
  }
  Deno.writeTextFileSync(
    `${scene.dir}/project/p.yml`,
    "- {hosts: all, gather_facts: false, tasks: [{debug: {msg: inner}}]}\n",
  );
  // What a task of an ad-hoc run of the original or of ours inherits.
  const env = {
    AD_HOC_COMMAND_ID: "1",
    ANSIBLE_CALLBACK_PLUGINS: other,
    ANSIBLE_STDOUT_CALLBACK: "awx_display",
    AWX_ISOLATED_DATA_DIR: scene.root,
    RUNNER_EVENTS_OWNER: "1",
  };
  const args = [
    "run",
    ".",
    "-p",
    "p.yml",
    "-i",
    "x",
    "--inventory",
    "h1,",
    "--cmdline",
    "-c local",
  ];
  const { code, stdout } = await scene.cli(args, { env });
  assertEquals(code, 0, stdout);
  const events = [...Deno.readDirSync(`${scene.dir}/artifacts/x/job_events`)]
    .map(({ name }) =>
      JSON.parse(Deno.readTextFileSync(`${scene.dir}/artifacts/x/job_events/${name}`))
    )
    .sort((a, b) => a.counter - b.counter);
  assertEquals(events.map(({ event }) => event), [
    "playbook_on_start",
    "playbook_on_play_start",
    "playbook_on_task_start",
    "runner_on_start",
    "runner_on_ok",
    "playbook_on_stats",
  ]);
  let isLoaded = true;
  try {
    Deno.statSync(trace);
  } catch {
    isLoaded = false;
  }
  assert(!isLoaded, "the plugin of another program was loaded");
});

const newest = await findNewestStack();

testOrSkip(
  "getFactCache and setFactCache know the files of the newest ansible-core",
  "missing" in newest ? newest.missing : undefined,
  async () => {
    if ("missing" in newest) return;
    await using data = new LibraryDir();
    data.playbook(
      "facts.yml",
      `    - ansible.builtin.set_fact:
        colour: "{{ ansible_facts['seeded'] | default('none') }}"
        cacheable: true
`,
    );
    const options = {
      ...data.base,
      ident: "facts",
      envvars: { ...data.base.envvars, PATH: newest.stack.path },
    };
    const before = await run({ ...options, binary: "/bin/true" });
    await before.setFactCache("here", { seeded: "blue" });
    const after = await run({ ...options, playbook: "facts.yml" });
    assertEquals(await after.getFactCache("here"), { seeded: "blue", colour: "blue" });
  },
);

const stacks: [string, StackSearch][] = [["the system's ansible-core", await findSystemStack()]];
for (const version of TESTED_VERSIONS.filter(({ name }) => name === "2.17")) {
  stacks.push([`ansible-core ${version.name}`, await findTestedVersion(version)]);
}

for (const [title, search] of stacks) {
  testOrSkip(
    `what a worker of ${title} shows is one event, with its text`,
    "missing" in search ? search.missing : undefined,
    async () => {
      if ("missing" in search) return;
      await using scene = new Scene();
      const play = "- {hosts: all, gather_facts: false, tasks: [{pause: {seconds: 1}}]}\n";
      Deno.writeTextFileSync(`${scene.dir}/p.yml`, play);
      const { code, events, raw } = await runPlugin(
        ["ansible-playbook", "-i", "h1,", "-c", "local", "p.yml"],
        { cwd: scene.dir, env: { PATH: search.stack.path } },
      );
      assertEquals(code, 0, raw);
      const shown = events.filter(({ event, pid }) => event === "verbose" && pid !== undefined);
      assertEquals(shown.filter(({ stdout }) => stdout === ""), []);
      assertEquals(shown.filter(({ stdout }) => stdout === "Pausing for 1 seconds").length, 1, raw);
    },
  );
}
