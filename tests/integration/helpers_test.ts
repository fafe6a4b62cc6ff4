// The helpers of the 2.x API, with the real Ansible commands; argv with a program that prints it.
import {
  type CommandResult,
  ConfigError,
  getAnsibleConfig,
  getInventory,
  getPluginDocs,
  getPluginDocsAsync,
  getPluginList,
  getRoleArgspec,
  getRoleList,
  runCommand,
  runCommandAsync,
} from "../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../testing/assert.ts";
import { collect, LibraryDir } from "../testing/library_dir.ts";

Deno.test("runCommand runs a program on a terminal and gives its answer and exit code", async () => {
  const { response, error, rc } = await runCommand("sh", [
    "-c",
    'test -t 1 && echo "$1" && echo complaint >&2; exit 3',
    "sh",
    "two words; $HOME 'quoted'",
  ]);
  assertEquals(response, "two words; $HOME 'quoted'\ncomplaint\n");
  assertEquals([error, rc], ["", 3]);
});

Deno.test("runCommand runs in the caller's directory, or in hostCwd", async () => {
  assertEquals((await runCommand("pwd")).response, `${Deno.cwd()}\n`);
  assertEquals((await runCommand("pwd", [], { hostCwd: "/usr" })).response, "/usr\n");
});

Deno.test("runCommand says that hostCwd is no directory, on a terminal and between pipes", async () => {
  for (const program of ["pwd", "ansible-doc"]) {
    await assertRejects(
      () => runCommand(program, [], { hostCwd: "/etc/passwd/x" }),
      'Cannot run in "/etc/passwd/x": expected a directory',
    );
  }
});

const WRONG: readonly [call: () => Promise<unknown>, message: string][] = [
  [() => runCommand(1 as unknown as string), 'option "executable": expected a string, got 1'],
  [
    () => runCommand("pwd", "x" as unknown as string[]),
    'option "args": expected a list of strings, got a string',
  ],
  [
    () => runCommand("pwd", [], { hostCwd: 1 as unknown as string }),
    'option "hostCwd": expected a path: a string or a file: URL, got 1',
  ],
  [
    () => getInventory("list", "hosts" as unknown as string[]),
    'option "inventories": expected a list of strings, got a string',
  ],
  [
    () => getPluginDocs(["x"], { modulePath: new URL("https://h/x") }),
    'option "modulePath": expected a file: URL, got a string',
  ],
  [
    () => getRoleArgspec("x", { collection: 1 as unknown as string }),
    'option "collection": expected a string, got 1',
  ],
];

for (const [call, message] of WRONG) {
  Deno.test(`a helper is refused: ${message}`, async () => {
    const error = await assertRejects(call, `Cannot use ${message}`);
    assert(error instanceof ConfigError && error.code === "config.option");
  });
}

Deno.test("paths of helpers may be URLs", async () => {
  const url = (path: string): URL => new URL(`file://${path}`);
  assertEquals((await runCommand("pwd", [], { hostCwd: url("/usr") })).response, "/usr\n");
  await using data = new LibraryDir();
  data.write("one", "a\n");
  const { response } = await getInventory("list", [url(`${data.dir}/one`)], {
    responseFormat: "json",
    playbookDir: url(data.dir),
  });
  assertEquals(Object.keys((response["_meta"] as { hostvars: object }).hostvars), []);
  assertEquals(response["ungrouped"], { hosts: ["a"] });
});

Deno.test("a helper between pipes gives its answer also when events are asked for as JSON", async () => {
  await withArgvPrinters(async (envvars) => {
    const { response } = await runCommand("ansible-config", ["dump", "--only-changed"], {
      jsonMode: true,
      envvars,
    });
    assertEquals(JSON.parse(response), { argv: ["ansible-config", "dump", "--only-changed", 0] });
  });
});

Deno.test("runCommand tells of a program that is not there", async () => {
  const { response, rc } = await runCommand("no-such-program", ["x"]);
  assertEquals(response, "The command was not found or was not executable: no-such-program.\n");
  assertEquals(rc, 127);
  await assertRejects(() => runCommand(""), "Cannot run a command without a name");
});

Deno.test("runCommand of ansible-playbook makes events, and env/ adds no words", async () => {
  await using data = new LibraryDir();
  data.playbook("one.yml", "    - ansible.builtin.debug: msg=hello\n");
  data.write("args", "echo not this");
  data.write("env/cmdline", "--nor-this");
  data.write("env/extravars", "{not: this}");
  const events: string[] = [];
  const { runner, done } = runCommandAsync(
    "ansible-playbook",
    ["-i", `${data.dir}/inventory`, `${data.dir}/project/one.yml`],
    { ...data.base, ident: "command", eventHandler: ({ event }) => void events.push(event) },
  );
  const { response, rc } = await done;
  assertEquals(rc, 0);
  assertStringIncludes(response, '"msg": "hello"');
  assert(events.includes("runner_on_ok"));
  assertEquals((await collect(runner.events)).length, events.length);
  assertEquals(runner.stats?.ok, { here: 1 });
});

Deno.test("runCommand connects streams of the caller's", async () => {
  const chunks: Uint8Array[] = [];
  const complaints: Uint8Array[] = [];
  const { response, error } = await runCommand("sh", ["-c", "cat; echo bad >&2"], {
    inputStream: new Blob(["first\n", "second\n"]).stream(),
    outputStream: new WritableStream({ write: (chunk) => void chunks.push(chunk) }),
    errorStream: new WritableStream({ write: (chunk) => void complaints.push(chunk) }),
  });
  assertEquals([response, error], ["first\nsecond\n", "bad\n"]);
  assertEquals(await new Blob(chunks as BlobPart[]).text(), "first\nsecond\n");
  assertEquals(await new Blob(complaints as BlobPart[]).text(), "bad\n");
});

Deno.test("a command between pipes makes verbose events, and its command file says what ran", async () => {
  await using scene = new LibraryDir();
  const lines: [counter: number, text: string, line: number][] = [];
  const script = "echo a; printf c; printf 'bad\\n' >&2; printf '%s' \"$ANSIBLE_STDOUT_CALLBACK\"";
  const { runner, done } = runCommandAsync("sh", ["-c", script], {
    ...scene.base,
    outputStream: new WritableStream(),
    eventHandler: ({ counter, stdout, start_line }) =>
      void lines.push([counter, stdout, start_line]),
  });
  const { response } = await done;
  assertEquals([response, lines], ["a\nc", [[1, "a", 0], [2, "c", 1], [3, "bad", 0]]]);
  assertEquals((await Array.fromAsync(runner.events)).map(({ event }) => event), [
    ...["verbose", "verbose", "verbose"],
  ]);
  const { env } = JSON.parse(await Deno.readTextFile(`${runner.config.artifactDir}/command`));
  assertEquals(env.ANSIBLE_STDOUT_CALLBACK, undefined);
});

Deno.test("a command can be canceled, and times out", async () => {
  const { runner, done } = runCommandAsync("sleep", ["60"]);
  await runner.cancel();
  const expected: CommandResult = { response: "", error: "", rc: 254 };
  assertEquals(await done, expected);
  assertEquals((await runCommand("sleep", ["60"], { timeout: 0.3 })).rc, 254);
  const piped = await runCommand("sleep", ["60"], {
    inputStream: new Blob([]).stream(),
    settings: { subprocess_timeout: 0.3 },
  });
  assertEquals(piped.rc, 254);
});

Deno.test("commands leave no temporary directory", async () => {
  const tmp = Deno.makeTempDirSync();
  const program = `
    import { getAnsibleConfig, runCommand } from "${new URL("../../mod.ts", import.meta.url)}";
    await runCommand("true");
    await getAnsibleConfig("view").catch(() => {});
    await runCommand("true", [], { ident: "../x" }).catch(() => {});
  `;
  Deno.writeTextFileSync(`${tmp}/program.ts`, program);
  Deno.mkdirSync(`${tmp}/tmp`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", `${tmp}/program.ts`],
    env: { TMPDIR: `${tmp}/tmp` },
  }).output();
  assertEquals(code, 0);
  assertEquals(Array.from(Deno.readDirSync(`${tmp}/tmp`)), []);
  Deno.removeSync(tmp, { recursive: true });
});

Deno.test("getPluginDocs gives text, or parsed JSON, and warnings apart", async () => {
  const json = await getPluginDocs(["debug", "nosuch"], { responseFormat: "json" });
  assertEquals(Object.keys(json.response), ["debug"]);
  assertStringIncludes(json.error, "nosuch was not found");
  const text = await getPluginDocs(["runas"], { pluginType: "become" });
  assertMatch(text.response, /^> .*RUNAS/);
  const snippet = await getPluginDocs(["debug"], { snippet: true });
  assertStringIncludes(snippet.response, "debug:");
  await assertRejects(
    () => getPluginDocs(["debug"], { responseFormat: "yaml" as "json" }),
    'Cannot use responseFormat "yaml" of getPluginDocs: expected json, human',
  );
});

Deno.test("getPluginDocsAsync gives a run to look at", async () => {
  await withArgvPrinters(async (envvars) => {
    const { runner, done } = getPluginDocsAsync(["debug"], { responseFormat: "json", envvars });
    assertEquals(runner.rc, undefined);
    const { response } = await done;
    assertEquals(response["argv"], ["ansible-doc", "-j", "debug", 0]);
    assertEquals([runner.status, runner.rc], ["successful", 0]);
  });
});

Deno.test("getPluginList gives names with summaries or files", async () => {
  const list = await getPluginList({ pluginType: "become", responseFormat: "json" });
  assertEquals(typeof list.response["ansible.builtin.sudo"], "string");
  const files = await getPluginList({ pluginType: "become", listFiles: true });
  assertMatch(files.response, /^ansible\.builtin\.runas\s+\/.*runas\.py$/m);
});

Deno.test("getInventory gives the list, the host and the graph", async () => {
  await using data = new LibraryDir();
  const inventory = `${data.dir}/inventory/hosts`;
  const list = await getInventory("list", [inventory], { responseFormat: "json" });
  assertEquals(list.response["ungrouped"], { hosts: ["here"] });
  const host = await getInventory("host", [inventory], { responseFormat: "json", host: "here" });
  assertEquals(host.response["ansible_connection"], "local");
  const graph = await getInventory("graph", [inventory]);
  assertStringIncludes(graph.response, "@all:");
  const yaml = await getInventory("list", [inventory], { responseFormat: "yaml" });
  assertMatch(yaml.response, /^all:/);
  await assertRejects(
    () => getInventory("tree" as "list", []),
    'Cannot use action "tree" of getInventory: expected graph, host, list',
  );
  await assertRejects(() => getInventory("host", []), 'Cannot use action "host" without a host');
  for (const responseFormat of ["json", "yaml", "toml"] as const) {
    await assertRejects(() => getInventory("graph", [], { responseFormat }), "is text");
  }
});

Deno.test("getAnsibleConfig gives the user's configuration, not what runs set", async () => {
  const dump = await getAnsibleConfig("dump", {
    onlyChanged: true,
    envvars: { ANSIBLE_FORKS: "7" },
  });
  assertStringIncludes(dump.response, "DEFAULT_FORKS(env: ANSIBLE_FORKS) = 7");
  assert(!/CALLBACK|CACHE_PLUGIN/.test(dump.response), dump.response);
  await assertRejects(() => getAnsibleConfig("list", { onlyChanged: true }), "expected dump");
  await assertRejects(() => getAnsibleConfig("bad" as "list"), "expected list, dump, view");
});

Deno.test("getRoleList and getRoleArgspec find roles beside a playbook", async () => {
  await using data = new LibraryDir();
  data.write(
    "project/roles/greet/meta/argument_specs.yml",
    "argument_specs:\n  main:\n    short_description: greets\n    options:\n      whom: {type: str}\n",
  );
  const playbookDir = `${data.dir}/project`;
  const list = await getRoleList({ playbookDir });
  assertEquals(list.response["greet"], { collection: "", entry_points: { main: "greets" } });
  const spec = await getRoleArgspec("greet", { playbookDir });
  assertStringIncludes(JSON.stringify(spec.response), '"whom"');
  assertEquals((await getRoleArgspec("nosuch", { playbookDir })).response, {});
});

/** A directory whose programs print their own argv, one word a line. */
function withArgvPrinters(use: (env: { PATH: string }) => Promise<void>): Promise<void> {
  const dir = Deno.makeTempDirSync();
  for (const name of ["ansible-doc", "ansible-inventory", "ansible-config"]) {
    const script =
      '#!/bin/sh\necho \'{"argv": [\'; printf \'"%s",\' "${0##*/}" "$@"; echo \'0]}\'\n';
    Deno.writeTextFileSync(`${dir}/${name}`, script, { mode: 0o755 });
  }
  return use({ PATH: `${dir}:/usr/bin:/bin` })
    .finally(() => Deno.removeSync(dir, { recursive: true }));
}

Deno.test("helpers build the argv that the original's build", async () => {
  await withArgvPrinters(async (envvars) => {
    const words = (response: unknown): string => {
      const text = typeof response === "string" ? response : JSON.stringify(response);
      return JSON.parse(text).argv.slice(0, -1).join(" ");
    };
    const where = { playbookDir: "/d", modulePath: "/m", pluginType: "cache", envvars };
    const roles = { playbookDir: "/d", collection: "a.b", envvars };
    const table: [Promise<{ response: unknown }>, string][] = [
      [
        getPluginDocs(["x", "y"], { responseFormat: "json", snippet: true, ...where }),
        "ansible-doc -j -s -t cache --playbook-dir /d -M /m x y",
      ],
      [getPluginDocs(["x"], { responseFormat: "human", envvars }), "ansible-doc x"],
      [
        getPluginList({ listFiles: true, responseFormat: "json", ...where }),
        "ansible-doc -F -j -t cache --playbook-dir /d -M /m",
      ],
      [getPluginList({ envvars }), "ansible-doc -l"],
      [
        getInventory("list", ["a", "b,"], {
          responseFormat: "toml",
          playbookDir: "/d",
          vaultIds: "v@prompt",
          vaultPasswordFile: "/p",
          outputFile: "/o",
          export: true,
          envvars,
        }),
        "ansible-inventory --list -i a -i b, --toml --playbook-dir /d --vault-id v@prompt " +
        "--vault-password-file /p --output /o --export",
      ],
      [
        getInventory("host", ["a"], { host: "h", responseFormat: "json", envvars }),
        "ansible-inventory --host h -i a",
      ],
      [
        getAnsibleConfig("dump", { configFile: "/c", onlyChanged: true, envvars }),
        "ansible-config dump -c /c --only-changed",
      ],
      [getRoleList(roles), "ansible-doc -t role -l -j --playbook-dir /d a.b"],
      [getRoleArgspec("r", roles), "ansible-doc -t role -j --playbook-dir /d a.b.r"],
      [runCommand("ansible-doc", ["a b", "-c"], { envvars }), "ansible-doc a b -c"],
    ];
    for (const [result, argv] of table) assertEquals(words((await result).response), argv);
  });
});
