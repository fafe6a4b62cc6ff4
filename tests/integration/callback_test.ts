import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { type PluginRun, type PluginRunOptions, runPlugin } from "../testing/plugin_run.ts";
import { testOrSkip } from "../testing/skip.ts";

const PLUGIN = new URL("../../src/command/callback/awx_display.py", import.meta.url).pathname;
const PLUGIN_DIR = PLUGIN.slice(0, PLUGIN.lastIndexOf("/"));
const FIXTURES = new URL("../fixtures/plugin", import.meta.url).pathname;
const PROJECT = `${FIXTURES}/project`;

const missing = ["ansible-playbook", "script", "python3"].find((name) =>
  pathOf(name) === undefined
);
const reason = missing === undefined ? undefined : `${missing} is missing`;

function pathOf(program: string): string | undefined {
  for (const dir of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${dir}/${program}`).isFile) return `${dir}/${program}`;
    } catch { /* not there */ }
  }
  return undefined;
}

/** The Python that Ansible runs with. */
function pythonOfAnsible(): string {
  const first = Deno.readTextFileSync(pathOf("ansible-playbook") ?? "").split("\n", 1)[0] ?? "";
  return /^#! *(\/\S*python\S*)/.exec(first)?.[1] ?? "python3";
}

async function python(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function playbook(
  name: string,
  options: Partial<PluginRunOptions> & { args?: string[] } = {},
) {
  return runPlugin(
    ["ansible-playbook", "-i", `${FIXTURES}/inventory/hosts`, ...options.args ?? [], name],
    { cwd: PROJECT, ...options },
  );
}

function namesOf(run: PluginRun): unknown[] {
  return run.events.map((event) => event.event);
}

/** The text without colours and markers. */
function plainText(run: PluginRun): string {
  // deno-lint-ignore no-control-regex
  return run.raw.replace(/\x1b\]8473;[^\x07]*\x07|\x1b\[[0-9;]*m/g, "");
}

testOrSkip("the plugin is one file of syntax that old Pythons read", reason, async () => {
  const program = `
import ast, sys
source = open(sys.argv[1]).read()
compile(source, sys.argv[1], "exec")
tree = ast.parse(source, feature_version=(3, 5))
odd = [type(n).__name__ for n in ast.walk(tree) if type(n).__name__ in ("JoinedStr", "NamedExpr", "AnnAssign", "Await", "Match")]
modules = set()
for node in ast.walk(tree):
    if isinstance(node, ast.Import): modules.update(name.name.split(".")[0] for name in node.names)
    if isinstance(node, ast.ImportFrom): modules.add(node.module.split(".")[0])
known = set(sys.stdlib_module_names) | {"ansible"} if hasattr(sys, "stdlib_module_names") else modules
print(odd, sorted(modules - known))
`;
  assertEquals(await python("python3", ["-c", program, PLUGIN]), "[] []\n");
});

testOrSkip("to_json gives valid ASCII JSON for whatever a result holds", reason, async () => {
  const text = await python(pythonOfAnsible(), [`${FIXTURES}/odd_values.py`, PLUGIN]);
  assertStringIncludes(
    text,
    '["NaN", ["Infinity", "-Infinity"], {"n": {"NaN": 1}}, "bytes", "\\udcff", ',
  );
  assertStringIncludes(text, '{"key": 1, "(1, 2)": 2, "null": 3, "true": 4, "1.5": 5, "7": 6}');
  assertStringIncludes(
    text,
    '"2024-02-03", "2024-02-03T04:05:06", "01:02:00", [1], [1, 2], {"z": 1, "a": 2}',
  );
  assertStringIncludes(text, '"named", {"deep": ["named", "NaN"]}, "<Unwilling>"');
  assertStringIncludes(text, '{"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\\n6161"}');
  assertStringIncludes(
    text,
    '"\\ud800 lone", "\\u2028\\u0000\\u007f", 1180591620717411303424, 1e-05, 1.0',
  );
  assertStringIncludes(text, '{"a": 1, "self": "..."}');
  JSON.parse(text);
});

testOrSkip("a task that was read nowhere has the path of the one that runs", reason, async () => {
  const text = await python(pythonOfAnsible(), [`${FIXTURES}/task_of_nowhere.py`, PLUGIN]);
  assertStringIncludes(text, '"task_uuid": "own"');
  assertStringIncludes(text, '"task_path": "/site.yml:14"');
});

testOrSkip("the spool holds one whole ASCII body for each marker", reason, async () => {
  const run = await playbook("few.yml");
  assertEquals(run.code, 0);
  const keys = new Set<string>();
  for (const line of run.bodies) {
    // deno-lint-ignore no-control-regex
    assertMatch(line, /^\d+\.\d+ [0-9a-f_-]+ \{[\x20-\x7e]*\}$/);
    keys.add(line.split(" ", 1)[0] ?? "");
    JSON.parse(line.slice(line.indexOf("{")));
  }
  assertEquals(keys.size, run.bodies.length);
  assertEquals(run.events.length, run.bodies.length);
  assert(run.events.every((event) => event.unmarked === undefined), "a body has no marker");
});

testOrSkip("fields of a body come in the order of the original", reason, async () => {
  const run = await playbook("sub/other.yml");
  const body = run.bodies.find((line) => line.includes('"runner_on_ok"')) ?? "";
  const shape = body.slice(body.indexOf("{")).replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, "ID")
    .replace(/"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00"/g, "TIME").replace(/"pid": \d+/, '"pid": N')
    .replace(/"duration": [\d.e-]+/, '"duration": N').replaceAll(PROJECT, "PROJECT")
    // Its place differs between versions of ansible-core.
    .replace('"_ansible_no_log": false, ', "").replace(', "_ansible_no_log": false', "");
  assertEquals(
    shape,
    '{"event": "runner_on_ok", "pid": N, "created": TIME, "parent_uuid": ID, "event_data": ' +
      '{"playbook": "sub/other.yml", "playbook_uuid": ID, "play": "host1", "play_uuid": ID, "play_pattern": "host1", ' +
      '"task": "debug", "task_uuid": ID, "task_action": "debug", "resolved_action": "ansible.builtin.debug", ' +
      '"task_args": "", "task_path": "PROJECT/sub/other.yml:4", "host": "host1", "remote_addr": "host1", ' +
      '"res": {"msg": "other", "_ansible_verbose_always": true, "changed": false}, ' +
      '"start": TIME, "end": TIME, "duration": N, "event_loop": null, "uuid": ID}}',
  );
});

testOrSkip("workers at -vvv lose no event and no text", reason, async () => {
  const run = await playbook("few.yml", { args: ["-vvv"], env: { ANSIBLE_FORKS: "5" } });
  assertEquals(run.code, 0);
  assert(run.events.every((event) => event.unmarked === undefined), "a body has no marker");
  const marked = run.events.filter((event) => event.pid !== undefined);
  assertEquals(marked.length, run.bodies.length);
  assertMatch(plainText(run), /<host1> ESTABLISH LOCAL CONNECTION/);
});

testOrSkip("an ansible that a task starts makes no events", reason, async () => {
  const run = await playbook("nested.yml");
  assertEquals(run.code, 0);
  assertEquals(namesOf(run).filter((name) => name === "playbook_on_start").length, 1);
  assertEquals(new Set(run.events.map((event) => event.pid)).size, 1);
  assertMatch(plainText(run), /"PLAY RECAP/);
  const inner = run.bodies.find((line) =>
    line.includes("Ansible in a task") && line.includes('"stdout"')
  );
  assert(
    inner !== undefined && !inner.includes("8473"),
    "a marker in the output of the inner ansible",
  );
});

testOrSkip("without a spool the plugin shows what the default callback shows", reason, async () => {
  const args = ["--limit", "host1"];
  const ours = await playbook("few.yml", { args, noSpool: true });
  const bare = await playbook("few.yml", {
    args,
    noSpool: true,
    env: { ANSIBLE_STDOUT_CALLBACK: "default" },
  });
  assert(!ours.raw.includes("8473"));
  const settle = (run: PluginRun) =>
    run.raw.replace(/\d{4}-\d\d-\d\d [\d:.]+|\d:\d\d:\d\d\.\d+/g, "TIME");
  assertEquals(settle(ours), settle(bare));
  assertEquals(ours.code, bare.code);
});

testOrSkip("options of the chosen callback and of the default one resolve", reason, async () => {
  const chosen = await playbook("say.yml", {
    env: {
      ORIGINAL_STDOUT_CALLBACK: "chosen",
      CHOSEN_WORD: "hello",
      ANSIBLE_DISPLAY_OK_HOSTS: "no",
    },
  });
  assertMatch(plainText(chosen), /chosen says hello/);
  assert(!/^ok: \[host1\]/m.test(plainText(chosen)), "display_ok_hosts is not heard");
  const yaml = await playbook("say.yml", { env: { ANSIBLE_CALLBACK_RESULT_FORMAT: "yaml" } });
  assertMatch(plainText(yaml), /^ +msg: .*hello/m);
});

testOrSkip(
  "a chosen callback that does not exist fails as it does without us",
  reason,
  async () => {
    const run = await playbook("sub/other.yml", { env: { ORIGINAL_STDOUT_CALLBACK: "nowhere" } });
    assert(run.code !== 0);
    assertStringIncludes(run.raw, "Invalid callback for stdout specified: nowhere");
  },
);

testOrSkip("RUNNER_OMIT_EVENTS and MAX_EVENT_RES empty what they should", reason, async () => {
  const omitted = await playbook("sub/other.yml", {
    env: { RUNNER_OMIT_EVENTS: "True", JOB_ID: "42" },
  });
  for (const event of omitted.events) {
    assertEquals(event.event_data, {});
    assertEquals(event.job_id, 42);
  }
  const small = await playbook("sub/other.yml", { env: { MAX_EVENT_RES: "20" } });
  const ok = small.events.find((event) => event.event === "runner_on_ok");
  assertEquals((ok?.event_data as Record<string, unknown>).res, {});
});

testOrSkip("an ad-hoc run has no play and shows as minimal does", reason, async () => {
  const run = await runPlugin([
    "ansible",
    "-i",
    `${FIXTURES}/inventory/hosts`,
    "host1",
    "-m",
    "debug",
  ], {
    cwd: PROJECT,
    env: { AD_HOC_COMMAND_ID: "1", ANSIBLE_LOAD_CALLBACK_PLUGINS: "1" },
  });
  assertEquals(run.code, 0);
  assertEquals(namesOf(run), [
    "playbook_on_start",
    "runner_on_start",
    "runner_on_ok",
    "playbook_on_stats",
  ]);
  assertMatch(plainText(run), /host1 \| SUCCESS => \{/);
  assert(run.events.every((event) => event.ad_hoc_command_id === 1));
});

testOrSkip(
  "the chosen callback gets arguments as Ansible passes them, an event the name of a notifying task as shown",
  reason,
  async () => {
    const said = (run: PluginRun): string[] => plainText(run).match(/^(?:kwargs|args) .*$/gm) ?? [];
    const ours = await playbook("templated_names.yml", {
      answers: [""],
      env: { ORIGINAL_STDOUT_CALLBACK: "takes_keywords" },
    });
    const bare = await playbook("templated_names.yml", {
      answers: [""],
      noSpool: true,
      env: { ANSIBLE_STDOUT_CALLBACK: "takes_keywords" },
    });
    assertEquals(said(ours), said(bare));
    assertStringIncludes(said(ours).join(), "kwargs is_conditional");
    const notified = ours.events.find((event) => event.event === "playbook_on_notify");
    const task = ours.events.find((event) => event.event === "playbook_on_task_start");
    assertEquals((notified?.event_data as Record<string, unknown>).task, "task 7");
    assertEquals(notified?.parent_uuid, task?.uuid);
  },
);

testOrSkip("callback_plugins and stdout_callback of ansible.cfg are heard", reason, async () => {
  await using place = await ConfigPlace.make(
    "stdout_callback = from_cfg\ncallback_plugins = ./cbs",
  );
  await place.plugin("cbs/from_cfg.py", "from_cfg");
  await place.plugin("other/from_env.py", "from_env");
  assertMatch(plainText(await place.run()), /^from_cfg shows it/m);
  // The environment goes first, as with ansible-playbook alone.
  const env = { ANSIBLE_CALLBACK_PLUGINS: `${PLUGIN_DIR}:${place.dir}/other` };
  const chosen = await place.run({ ...env, ORIGINAL_STDOUT_CALLBACK: "from_env" });
  assertMatch(plainText(chosen), /^from_env shows it/m);
  // No plugin of ansible.cfg's directories then: a warning, and the usual text.
  const lost = await place.run(env);
  assertMatch(
    plainText(lost),
    /Cannot load the stdout_callback "from_cfg" of ansible.cfg: not\s+found/,
  );
  assertMatch(plainText(lost), /^PLAY RECAP/m);
  assertEquals(lost.code, 0);
});

testOrSkip(
  "stdout_callback of ansible.cfg counts for ad-hoc commands as it does for ansible",
  reason,
  async () => {
    for (const [flag, shown] of [["", "minimal"], ["bin_ansible_callbacks = yes", "from_cfg"]]) {
      await using place = await ConfigPlace.make(
        `stdout_callback = from_cfg\ncallback_plugins = ./cbs\n${flag}`,
      );
      await place.plugin("cbs/from_cfg.py", "from_cfg");
      const run = await place.adHoc();
      assertEquals(/^from_cfg shows it/m.test(plainText(run)), shown === "from_cfg", shown);
    }
  },
);

/** A project with an ansible.cfg. */
class ConfigPlace implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  static async make(settings: string): Promise<ConfigPlace> {
    const dir = await Deno.makeTempDir({ prefix: "runner_cfg_" });
    await Deno.writeTextFile(`${dir}/ansible.cfg`, `[defaults]\n${settings}\n`);
    await Deno.writeTextFile(
      `${dir}/p.yml`,
      "- {hosts: all, gather_facts: false, tasks: [{debug: {msg: x}}]}\n",
    );
    return new ConfigPlace(dir);
  }

  async plugin(path: string, name: string): Promise<void> {
    const text = await Deno.readTextFile(`${PROJECT}/callback_plugins/chosen.py`);
    await Deno.mkdir(`${this.dir}/${path.slice(0, path.indexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(
      `${this.dir}/${path}`,
      text.replaceAll("chosen", name).replace("' says ' + self.get_option('word')", "''")
        .replace(`${name} says ' + self.get_option('word')`, `${name} shows it'`),
    );
  }

  run(env: Record<string, string> = {}): Promise<PluginRun> {
    return runPlugin(["ansible-playbook", "-i", "h1,", "-c", "local", "p.yml"], {
      cwd: this.dir,
      env,
    });
  }

  adHoc(): Promise<PluginRun> {
    return runPlugin(["ansible", "-i", "h1,", "-c", "local", "all", "-m", "debug"], {
      cwd: this.dir,
      env: { AD_HOC_COMMAND_ID: "1", ANSIBLE_LOAD_CALLBACK_PLUGINS: "1" },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}
