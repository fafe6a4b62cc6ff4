/**
 * The files of env/ in every form, the environment that Ansible gets, extra vars that arrive as they
 * were, and several runs of one private data dir at the same time.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { inParallel, TestPlace } from "../testing/data_dir.ts";
import { envHas, type Row, testRows } from "../testing/input_rows.ts";
import { findSystemStack } from "../testing/original.ts";
import { makeKey } from "../testing/sshd.ts";
import { testOrSkip } from "../testing/skip.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { run } from "../../src/run.ts";

const ENVIRONMENT: Readonly<Record<string, readonly Row[]>> = {
  "the environment": [
    {
      title: "has our own, under the argument's and the file's",
      env: { A: "ours", B: "ours" },
      files: { "private/env/envvars": "B: file\n" },
      check: (seen) => {
        envHas("A", "ours")(seen);
        envHas("B", "file")(seen);
      },
    },
    {
      title: "keeps odd names and long values, whatever the shell",
      env: { "A.B": "dot", LONG: "x".repeat(120_000), SHELL: "/usr/sbin/nologin", EMPTY: "" },
      check: (seen) => {
        for (const [name, value] of [["A.B", "dot"], ["LONG", "x".repeat(120_000)]] as const) {
          envHas(name, value)(seen);
        }
        envHas("EMPTY", "")(seen);
        envHas("SHELL", "/usr/sbin/nologin")(seen);
        for (const name of ["PWD", "SHLVL", "OLDPWD", "_"]) {
          assertEquals(seen.place.call().env[name], undefined, name);
        }
      },
    },
    {
      title: "has our plugin before the caller's and remembers the caller's callback",
      env: { ANSIBLE_CALLBACK_PLUGINS: "/mine", ANSIBLE_STDOUT_CALLBACK: "yaml" },
      check: (seen) => {
        const plugins = seen.place.call().env["ANSIBLE_CALLBACK_PLUGINS"] ?? "";
        assertMatch(plugins, /^\/.*\/x\/\.run\/callback:\/mine$/);
        envHas("ORIGINAL_STDOUT_CALLBACK", "yaml")(seen);
        envHas("ANSIBLE_STDOUT_CALLBACK", "awx_display")(seen);
      },
    },
    {
      title: "has nothing of a run around this one",
      env: {
        AD_HOC_COMMAND_ID: "1",
        ANSIBLE_CALLBACK_PLUGINS: "/outer/.run/callback:/mine",
        ANSIBLE_STDOUT_CALLBACK: "awx_display",
        AWX_ISOLATED_DATA_DIR: "/outer",
        ORIGINAL_STDOUT_CALLBACK: "yaml",
        RUNNER_EVENTS_OWNER: "1",
      },
      check: (seen) => {
        const plugins = seen.place.call().env["ANSIBLE_CALLBACK_PLUGINS"] ?? "";
        assertMatch(plugins, /^[^:]*\/x\/\.run\/callback:\/mine$/);
        envHas("AD_HOC_COMMAND_ID", "")(seen);
        envHas("ORIGINAL_STDOUT_CALLBACK", "yaml")(seen);
        envHas("RUNNER_EVENTS_OWNER", "")(seen);
      },
    },
    {
      title: "has our plugin under a name of its own where another lies next to the playbook",
      files: { "private/project/callback_plugins/awx_display.py": "raise SystemExit(1)\n" },
      check: (seen) => envHas("ANSIBLE_STDOUT_CALLBACK", "runner_awx_display")(seen),
    },
    {
      title: "has no former callback when there was none",
      check: ({ place }) => assertEquals(place.call().env["ORIGINAL_STDOUT_CALLBACK"], undefined),
    },
    {
      title: "keeps the caller's host key checking, and never writes retry files",
      env: { ANSIBLE_HOST_KEY_CHECKING: "True", ANSIBLE_RETRY_FILES_ENABLED: "True" },
      check: (seen) => {
        envHas("ANSIBLE_HOST_KEY_CHECKING", "True")(seen);
        envHas("ANSIBLE_RETRY_FILES_ENABLED", "False")(seen);
      },
    },
    {
      title: "has no variables of module runs in playbook runs",
      check: ({ place }) => {
        assertEquals(place.call().env["AD_HOC_COMMAND_ID"], undefined);
        assertEquals(place.call().env["ANSIBLE_LOAD_CALLBACK_PLUGINS"], undefined);
      },
    },
    {
      title: "has a caller's AD_HOC_COMMAND_ID in a module run",
      bare: true,
      args: ["-m", "ping"],
      env: { AD_HOC_COMMAND_ID: "77" },
      check: (seen) => {
        envHas("AD_HOC_COMMAND_ID", "77")(seen);
        envHas("ANSIBLE_LOAD_CALLBACK_PLUGINS", "1")(seen);
      },
    },
    {
      title: "is warned of when it has AWX_LIB_DIRECTORY",
      env: { AWX_LIB_DIRECTORY: "/awx" },
      check: ({ place, result }) => {
        assertStringIncludes(result.stderr, "warning: AWX_LIB_DIRECTORY is ignored");
        assert(!(place.call().env["ANSIBLE_CALLBACK_PLUGINS"] ?? "").includes("/awx"));
      },
    },
    {
      title: "leaves the terminal 24 by 80 and the umask the caller's",
      check: ({ place }) => {
        assertEquals(place.call().terminal, [24, 80]);
        assertEquals(place.call().umask, Deno.umask().toString(8).padStart(3, "0"));
      },
    },
  ],
};
testRows("rows of the environment", ENVIRONMENT);

/** Asks on the terminal and says how long the answer was. */
const ASK = { text: "#!/bin/sh\nprintf 'asked?'\nread a\necho \" ${#a} letters\"\n", mode: 0o755 };

/** Texts of one file that mean the same, and what shows it. */
const FILES: Readonly<
  Record<string, readonly [texts: readonly string[], row: Omit<Row, "title">]>
> = {
  "env/envvars": [['{"A": 1}', "A: 1\n", "--- # yaml\nA: 0x1\n"], { check: envHas("A", "1") }],
  "env/extravars": [['{"a": 1}', "a: 1\n"], {
    check: ({ place }) => {
      const word = place.call().argv.find((each) => each.startsWith("@")) ?? "";
      assertMatch(place.call().files[word.slice(1)]?.text ?? "", /a"?: 1/);
    },
  }],
  "env/passwords": [['{"^asked\\\\?$": "an answer"}', "^asked\\?$: an answer\n"], {
    args: ["-b", "@/ask"],
    files: { ask: ASK },
    check: ({ result }) => assertEquals(result.stdout, "asked? 9 letters\r\n"),
  }],
  "env/settings": [['{"fact_cache": "f"}', "fact_cache: f\n", "fact_cache: 'f' # c\n"], {
    check: envHas("ANSIBLE_CACHE_PLUGIN_CONNECTION", "@/artifacts/x/f"),
  }],
  "env/cmdline": [["--tags 'a b'\n", '--tags "a b"'], {
    check: ({ place }) => assertEquals(place.call().argv.slice(1, 3), ["--tags", "a b"]),
  }],
  "args": [["ansible 'a b' c\n"], {
    check: ({ place }) => assertEquals(place.call().argv, ["ansible", "a b", "c"]),
  }],
};

testRows(
  "files of env/",
  Object.fromEntries(
    Object.entries(FILES).map(([name, [texts, row]]) => [
      name,
      texts.flatMap((text, at): Row[] => [
        {
          ...row,
          title: `is read (${at})`,
          files: { ...row.files, [`private/${name}`]: text },
        },
        {
          ...row,
          title: `is read once through a named pipe (${at})`,
          files: { ...row.files, [`private/${name}`]: { pipe: true } },
          prepare: (place) => writeLate(`${place.dir}/${name}`, text),
        },
      ]),
    ]),
  ),
);

/** Writes to a pipe once somebody reads it. */
function writeLate(path: string, text: string): void {
  new Deno.Command("sh", {
    args: ["-c", 'printf %s "$1" > "$2"', "sh", text, path],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn().unref();
}

const noAgent = ["ssh-agent", "ssh-add", "ssh-keygen"].find((name) =>
  findProgram(name, Deno.env.get("PATH") ?? "") === undefined
);
testOrSkip(
  "a key through a named pipe is in the agent of the run",
  noAgent === undefined ? undefined : `no ${noAgent}`,
  async () => {
    using place = new TestPlace({
      "private/env/ssh_key": { pipe: true },
      "private/project/x.yml": "[]",
      "list": { text: "#!/bin/sh\nssh-add -l\n", mode: 0o755 },
    });
    writeLate(`${place.dir}/env/ssh_key`, makeKey(`${place.root}/key`));
    const { code, stdout } = await place.run(["run", "private", "-b", `${place.root}/list`]);
    assertMatch(stdout, /^256 SHA256:\S+ test \(ED25519\)\r\n$/);
    assertEquals(code, 0);
  },
);

const stack = await findSystemStack();
const noAnsible = "missing" in stack ? stack.missing : undefined;

const DUMP = "- hosts: all\n  gather_facts: false\n  tasks:\n" +
  "    - copy: {content: '{{ given | to_json }}', dest: '{{ to }}'}\n      no_log: true\n" +
  "    - command: sleep 0.5\n";

const ODD = 'it\'s "q" \\ {{ nope }} {% raw %} é\u2028\n\ttab $HOME `x` 💡 --flag @file';

testOrSkip(
  "extra vars of any shape and text arrive as they were, and show nowhere",
  noAnsible,
  async () => {
    using place = new TestPlace({
      "private/project/x.yml": DUMP,
      "private/inventory/hosts":
        "h ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n",
      "private/env/extravars": "to: /overridden\nother: 1\n",
    }, []);
    // Ansible would take template braces in extra vars for templates: those it must not see.
    const text = ODD.replace("{{ nope }}", "{ {nope} }").replace("{% raw %}", "{ %raw% }");
    const given = {
      text,
      "odd key é": [1, 1.5, -0, true, null, "", [], {}],
      deep: { list: [{ a: { b: ["s3cret-extra-var"] } }] },
      number: "007",
      yes: "yes",
    };
    const seen: string[] = [];
    const timer = setInterval(() => seen.push(...commandLines()), 50);
    try {
      const runner = await run({
        privateDataDir: place.dir,
        playbook: "x.yml",
        ident: "x",
        extravars: { given, to: `${place.root}/dumped` },
      });
      assertEquals(
        runner.status,
        "successful",
        await Deno.readTextFile(`${place.dir}/artifacts/x/stdout`),
      );
    } finally {
      clearInterval(timer);
    }
    assertEquals(JSON.parse(place.read("dumped") ?? ""), JSON.parse(JSON.stringify(given)));
    assert(seen.some((line) => line.includes("x.yml")), "no command line was seen");
    assertEquals(seen.filter((line) => line.includes("s3cret-extra-var")), []);
    assertEquals(place.list("private/env"), ["extravars"]);
    for (const path of place.list("private/artifacts")) {
      assert(!(place.read(`private/artifacts/${path}`) ?? "").includes("s3cret-extra-var"), path);
    }
  },
);

function commandLines(): string[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => name).filter((name) =>
    /^\d+$/.test(name)
  )
    .map((pid) => {
      try {
        return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
}

Deno.test("several runs of one private data dir do not disturb each other", async () => {
  using place = new TestPlace({
    "private/project/x.yml": "[]",
    "private/inventory/hosts": "mine\n",
    "private/inventory/group_vars/all.yml": "a: 1\n",
  });
  const before = place.list("private");
  const idents = Array.from({ length: 8 }, (_, at) => `run${at}`);
  await inParallel(
    idents.map((ident, at) => async () => {
      const form = at % 2 === 0 ? ["-r", ident] : ["-p", "x.yml"];
      const { code, stderr } = await place.run(
        ["run", "private", ...form, "-i", ident, "--inventory", `[${ident}]\nhost-${ident}\n`],
      );
      assertEquals([code, stderr], [0, ""]);
    }),
    8,
  );
  const calls = place.calls();
  assertEquals(calls.length, idents.length);
  for (const { argv, env, files } of calls) {
    const ident = env["AWX_ISOLATED_DATA_DIR"]?.split("/").at(-1) ?? "";
    assertEquals(files[argv[2] ?? ""]?.text, `[${ident}]\nhost-${ident}\n`);
    const play = files[argv.at(-1) ?? ""]?.text;
    assertEquals(play?.includes(`"name":"${ident}"`), argv.at(-1) === "x.yml" ? undefined : true);
  }
  assertEquals(place.list("private").filter((path) => !path.startsWith("artifacts")), before);
});

const SLEEPER = { text: "#!/bin/sh\necho ready\nexec sleep 30\n", mode: 0o755 };

Deno.test("what a killed role run left is cleared by the next command, and a project dir of ours", async () => {
  for (const hasProject of [false, true]) {
    using place = new TestPlace({
      "bin/ansible-playbook": SLEEPER,
      "private/inventory/hosts": "mine\n",
      ...(hasProject ? { "private/project/.runner-mine.json": "mine" } : {}),
    }, ["ansible"]);
    const before = place.list("private");
    const child = place.spawn(["run", "private", "-r", "web", "-i", "x", "--inventory", "a\nb\n"]);
    await until(() => (place.read("private/artifacts/x/stdout") ?? "").includes("ready"));
    const during = place.list("private").filter((path) => /\.runner-[\da-f-]{36}/.test(path));
    assertEquals(during.length, 2, during.join(" "));
    child.kill("SIGKILL");
    await child.status;
    await place.run(["is-alive", "private"]);
    assertEquals(place.list("private").filter((path) => !path.startsWith("artifacts")), before);
    assertEquals(place.read("private/artifacts/x/status"), "failed");
  }
});

Deno.test("a project dir of ours stays when something came into it", async () => {
  using place = new TestPlace({ "bin/ansible-playbook": SLEEPER }, []);
  const child = place.spawn(["run", "private", "-r", "web", "-i", "x"]);
  await until(() => (place.read("private/artifacts/x/stdout") ?? "").includes("ready"));
  Deno.writeTextFileSync(`${place.dir}/project/mine.yml`, "x");
  child.kill("SIGTERM");
  await child.status;
  assertEquals(place.list("private/project"), ["mine.yml"]);
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("did not come");
}
