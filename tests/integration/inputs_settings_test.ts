/**
 * Every setting of env/settings by what it does.
 */
import type { SettingRow } from "../../src/config/settings/setting.ts";
import { SETTINGS } from "../../src/config/settings/table.ts";
import { run } from "../../src/run.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../testing/assert.ts";
import { type FileSpec, TestPlace } from "../testing/data_dir.ts";
import {
  dataOfEvents,
  envHas,
  isolatedCall,
  refuses,
  type Row,
  SILENT,
  testRows,
} from "../testing/input_rows.ts";

/** A row with these settings. */
function given(settings: Readonly<Record<string, unknown>>, row: Row): Row {
  return {
    ...row,
    files: { ...row.files, "private/env/settings": JSON.stringify(settings) },
  };
}

function accepted(settings: Readonly<Record<string, unknown>>): Row {
  return given(settings, {
    title: "is accepted without a word",
    check: ({ result }) => assertEquals(result.stderr, ""),
  });
}

/** The run of the silent program ends within some seconds, for this reason. */
function endsSilentRun(settings: Readonly<Record<string, unknown>>, ending: string): Row {
  return given(settings, {
    title: "ends a run",
    args: ["-b", "@/silent"],
    files: { silent: SILENT },
    code: 254,
    check: ({ place, result }) => {
      assertEquals(result.stderr, `error: Run "x" ended: ${ending}\n`);
      const reason = JSON.parse(place.read("private/artifacts/x/reason") ?? "");
      assertEquals([reason.reason, reason.rc, reason.status], [
        ending.split(":")[0],
        254,
        "timeout",
      ]);
      assertEquals(place.read("private/artifacts/x/status"), "timeout");
      assertEquals(place.read("private/artifacts/x/rc"), "254");
    },
  });
}

const ISOLATED = { process_isolation: true };
const CONTAINED = { ...ISOLATED, container_image: "img" };

/** Says what the words of the isolating program have in a row. */
function isolatedArgvHas(words: string): Row["check"] {
  return ({ place }) =>
    assertStringIncludes(` ${isolatedCall(place).argv.join(" ")} `, ` ${words} `);
}

const STUBBORN: FileSpec = {
  text: "#!/bin/sh\ntrap '' TERM\necho begun\nwhile :; do sleep 0.1; done\n",
  mode: 0o755,
};

const SETTING_ROWS: Partial<Record<string, readonly Row[]>> = {
  idle_timeout: [
    endsSilentRun({ idle_timeout: 1 }, "idle_timeout: no output for 1 s"),
    accepted({ idle_timeout: 0 }),
  ],
  job_timeout: [
    endsSilentRun({ job_timeout: 1.5 }, "job_timeout: not finished after 1.5 s"),
    accepted({ job_timeout: null }),
  ],
  pexpect_timeout: [accepted({ pexpect_timeout: 1 })],
  pexpect_use_poll: [accepted({ pexpect_use_poll: false })],
  suppress_ansible_output: [
    given({ suppress_ansible_output: true }, {
      title: "prints nothing",
      check: ({ place, result }) => {
        assertEquals(result.stdout, "");
        assertEquals(place.read("private/artifacts/x/stdout"), "recorded ansible-playbook\r\n");
      },
    }),
    given({ suppress_ansible_output: false }, {
      title: "wins over -q",
      args: ["-q"],
      check: ({ result }) => assertEquals(result.stdout, "recorded ansible-playbook\r\n"),
    }),
  ],
  suppress_output_file: [
    given({ suppress_output_file: true }, {
      title: "leaves the files out, the console stays",
      check: ({ place, result }) => {
        const names = place.list("private/artifacts/x");
        assert(!names.includes("stdout") && !names.includes("stderr"), names.join(" "));
        assertEquals(result.stdout, "recorded ansible-playbook\r\n");
      },
    }),
  ],
  fact_cache: [
    given({ fact_cache: "facts" }, {
      title: "names the directory",
      check: envHas("ANSIBLE_CACHE_PLUGIN_CONNECTION", "@/artifacts/x/facts"),
    }),
    given({ fact_cache: "/shared/facts" }, {
      title: "with an absolute path is that path, for many runs to share",
      check: envHas("ANSIBLE_CACHE_PLUGIN_CONNECTION", "/shared/facts"),
    }),
  ],
  fact_cache_type: [
    given({ fact_cache_type: "redis" }, {
      title: "of another kind leaves the cache to the caller",
      env: { ANSIBLE_CACHE_PLUGIN: "mine" },
      check: (seen) => {
        envHas("ANSIBLE_CACHE_PLUGIN", "mine")(seen);
        assertEquals("ANSIBLE_CACHE_PLUGIN_CONNECTION" in seen.place.call().env, false);
      },
    }),
  ],
  process_isolation: [
    given(ISOLATED, {
      title: "runs under bwrap",
      check: isolatedArgvHas("--die-with-parent --unshare-pid"),
    }),
    given({ process_isolation: false }, {
      title: "wins over the flag",
      args: ["--process-isolation"],
      check: ({ place }) => assertEquals(place.call().argv[0], "ansible-playbook"),
    }),
  ],
  process_isolation_executable: [
    given({ ...CONTAINED, process_isolation_executable: "docker" }, {
      title: "wins over the flag",
      args: ["--process-isolation-executable", "podman"],
      check: isolatedArgvHas("docker run"),
    }),
  ],
  process_isolation_path: [
    given({
      ...ISOLATED,
      process_isolation_path: "/no/such/dir",
      process_isolation_hide_paths: "/opt",
    }, { title: "must be there", ...refuses("process_isolation_path") }),
  ],
  process_isolation_hide_paths: [
    given({ ...ISOLATED, process_isolation_hide_paths: "/opt" }, {
      title: "may be one path",
      check: ({ place }) => assertMatch(isolatedCall(place).argv.join(" "), /--bind \S+ \/opt /),
    }),
    given({ ...ISOLATED, process_isolation_hide_paths: ["/opt", "/etc/hostname"] }, {
      title: "may be several",
      check: ({ place }) =>
        assertMatch(
          isolatedCall(place).argv.join(" "),
          /--bind \S+ \/etc\/hostname --bind \S+ \/opt /,
        ),
    }),
  ],
  process_isolation_show_paths: [
    given({ ...ISOLATED, process_isolation_show_paths: "/opt" }, {
      title: "may be one path",
      check: isolatedArgvHas("--bind /opt /opt"),
    }),
  ],
  process_isolation_ro_paths: [
    given({ ...ISOLATED, process_isolation_ro_paths: ["/opt"] }, {
      title: "may be a list",
      check: isolatedArgvHas("--ro-bind /opt /opt"),
    }),
  ],
  process_isolation_root: [
    given({ ...ISOLATED, process_isolation_root: "minimal" }, {
      title: "shows some directories only",
      check: isolatedArgvHas("--dir /tmp --ro-bind /bin /bin --ro-bind /etc /etc"),
    }),
    given({ process_isolation_root: "some" }, {
      title: "is one of two words",
      ...refuses('expected "host" or "minimal", got "some"'),
    }),
  ],
  process_isolation_caps: [
    given({ ...ISOLATED, process_isolation_caps: "net_admin" }, {
      title: "is a list",
      ...refuses("expected a list of strings, got a string"),
    }),
    given({ ...ISOLATED, process_isolation_caps: ["net_admins"] }, {
      title: "has names that exist",
      ...refuses('Cannot use "net_admins" of process_isolation_caps'),
    }),
  ],
  process_isolation_ro_inputs: [
    given({ ...ISOLATED, process_isolation_ro_inputs: true }, {
      title: "leaves the artifact directory writable only",
      check: ({ place }) => {
        const words = isolatedCall(place).argv.join(" ");
        assertMatch(words, new RegExp(` --ro-bind ${place.dir} ${place.dir} `));
        assertMatch(words, new RegExp(` --bind (${place.dir}/artifacts/[^/ ]+) \\1 `));
      },
    }),
  ],
  directory_isolation_base_path: [
    {
      title: "runs in a copy",
      files: { "base/keep": "" },
      prepare: (place) => {
        Deno.mkdirSync(`${place.dir}/env`);
        const settings = { directory_isolation_base_path: `${place.root}/base` };
        Deno.writeTextFileSync(`${place.dir}/env/settings`, JSON.stringify(settings));
      },
      check: ({ place }) => {
        assertMatch(place.call().cwd, /\/base\/runner_di_[^/]+$/);
        assertEquals(place.list("base"), ["keep"]);
      },
    },
  ],
  directory_isolation_cleanup: [
    given({ directory_isolation_cleanup: false }, {
      title: "keeps the copy",
      args: ["--directory-isolation-base-path", "@/base"],
      files: { "base/keep": "" },
      check: ({ place }) =>
        assertEquals(place.list(place.call().cwd.slice(place.root.length)), ["bad.yml", "x.yml"]),
    }),
  ],
  container_image: [
    given(CONTAINED, { title: "makes podman the engine", check: isolatedArgvHas("podman run") }),
  ],
  container_volume_mounts: [
    given({ ...CONTAINED, container_volume_mounts: ["/opt:/a:ro", "/no/such:/b"] }, {
      title: "skips what is not there",
      check: (seen) => {
        isolatedArgvHas("-v /opt/:/a/:ro --env-file")(seen);
      },
    }),
    given({ ...CONTAINED, container_volume_mounts: ["/usr:/a"] }, {
      title: "refuses the system's directories",
      ...refuses("When using containerized execution, cannot mount '/' or '/home' or '/usr'"),
    }),
  ],
  container_options: [
    given({ ...CONTAINED, container_options: ["--network=none", "-x"] }, {
      title: "stand before the image",
      check: isolatedArgvHas("--network=none -x img ansible-playbook"),
    }),
  ],
  container_auth_data: [
    given({
      ...CONTAINED,
      container_auth_data: { host: "h", username: "u", password: "s3cret-of-registry" },
    }, {
      title: "is in a file for the engine's eyes, gone afterwards",
      check: ({ place }) => {
        const call = isolatedCall(place);
        const word = call.argv.find((each) => each.startsWith("--authfile=")) ?? "";
        const path = word.slice("--authfile=".length);
        assertEquals(JSON.parse(call.files[path]?.text ?? ""), {
          auths: { h: { auth: btoa("u:s3cret-of-registry") } },
        });
        assertEquals(call.files[path]?.mode, "0600");
        assert(!exists(path));
        for (const name of place.list("private/artifacts")) {
          assert(!(place.read(`private/artifacts/${name}`) ?? "").includes("s3cret"), name);
        }
      },
    }),
    given({ container_auth_data: { host: "h" } }, {
      title: "must be whole",
      ...refuses("expected a mapping with host, username, password and perhaps verify_ssl"),
    }),
  ],
  prompt_timeout: [accepted({ prompt_timeout: 0 })],
  grace_period: [
    given({ grace_period: 0.2, idle_timeout: 1 }, {
      title: "is the time until KILL",
      args: ["-b", "@/stubborn"],
      files: { stubborn: STUBBORN },
      code: 254,
      check: ({ result }) => assertStringIncludes(result.stderr, "idle_timeout"),
    }),
  ],
  event_store: [
    given({ event_store: "jsonl" }, {
      title: "is one file with a line per event",
      check: ({ place }) => {
        const lines = (place.read("private/artifacts/x/events.jsonl") ?? "").trimEnd().split("\n");
        assertEquals(lines.map((line) => JSON.parse(line).stdout), ["recorded ansible-playbook"]);
        assertEquals(place.list("private/artifacts/x/job_events"), []);
      },
    }),
  ],
  event_level: [
    given({ event_level: "failures" }, {
      title: "keeps failures and statistics, counted as they came",
      bare: true,
      args: ["-i", "x", "-p", "bad.yml"],
      real: true,
      code: 2,
      check: ({ place, result }) => {
        const names = dataOfEvents(place).map(([name]) => name);
        assertEquals(names, ["runner_on_failed", "playbook_on_stats"]);
        assertStringIncludes(result.stdout, "PLAY RECAP");
      },
    }),
    given({ event_level: "no_verbose" }, {
      title: "leaves plain lines out",
      check: ({ place }) => assertEquals(place.list("private/artifacts/x/job_events"), []),
    }),
  ],
  artifacts_keep: [prunes({ artifacts_keep: 1 })],
  artifacts_max_age: [prunes({ artifacts_max_age: "1h" })],
  artifacts_max_size: [prunes({ artifacts_max_size: "1K" })],
  tune_python: [accepted({ tune_python: false })],
  max_event_res: [
    given({ max_event_res: 10 }, {
      title: "empties longer results",
      real: true,
      check: ({ place }) => {
        const ok = dataOfEvents(place).find(([name]) => name === "runner_on_ok");
        assertEquals(ok?.[1]["res"], {});
      },
    }),
  ],
  redact: [
    secretRow({ redact: true }, "masks secrets in the output", "********"),
    secretRow({ redact: false }, "shows all when told so", "s3cret-answer"),
  ],
  emitter_on_error: [
    accepted({ emitter_on_error: "report" }),
    accepted({ emitter_on_error: "warn" }),
  ],
};

/** An earlier run, long ended and of some size, goes at the start of a new one. */
function prunes(settings: Readonly<Record<string, unknown>>): Row {
  return given(settings, {
    title: "removes an earlier run",
    files: {
      "private/artifacts/old/command": "{}",
      "private/artifacts/old/stdout": "x".repeat(3000),
      "private/artifacts/old/rc": "0",
      "private/artifacts/notes/todo": "x".repeat(3000),
    },
    prepare: ({ dir }) => {
      for (const name of ["old/rc", "notes"]) Deno.utimeSync(`${dir}/artifacts/${name}`, 1e9, 1e9);
    },
    check: ({ place, result }) => {
      assertEquals(result.stderr, "");
      const left = [...Deno.readDirSync(`${place.dir}/artifacts`)].map(({ name }) => name);
      assertEquals(left.sort(), ["notes", "x"]);
    },
  });
}

/** A program that prints a secret of env/passwords. */
function secretRow(settings: Readonly<Record<string, unknown>>, title: string, shown: string): Row {
  return given(settings, {
    title,
    args: ["-b", "@/leak"],
    files: {
      "leak": { text: "#!/bin/sh\necho it is s3cret-answer indeed\n", mode: 0o755 },
      "private/env/passwords": '{"no such prompt": "s3cret-answer"}',
    },
    check: ({ place, result }) => {
      assertEquals(result.stdout, `it is ${shown} indeed\r\n`);
      assertEquals(place.read("private/artifacts/x/stdout"), result.stdout);
    },
  });
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

testRows("settings", SETTING_ROWS);

/** One setting of each type: how the command line tells of them is the same for all. */
const FIRST_OF_TYPES = SETTINGS.filter(({ type }, at) =>
  SETTINGS.findIndex((each) => each.type === type) === at
);

function wrongValue({ key, type }: SettingRow): Record<string, unknown> {
  return { [key]: type === "text" ? 1 : { wrong: [1] } };
}

testRows("settings in general", {
  "an unknown setting": [
    given({ my_plugin_key: { a: 1 } }, {
      title: "is kept for plugins without a word",
      check: ({ result }) => assertEquals(result.stderr, ""),
    }),
  ],
  "a near miss": [
    given({ idle_timout: 1 }, {
      title: "is warned about",
      check: ({ result }) =>
        assertEquals(
          result.stderr,
          'warning: Unknown setting "idle_timout" in env/settings: did you mean "idle_timeout"?\n',
        ),
    }),
    given({ idle_timout: 1 }, {
      title: "is not warned about when quiet",
      args: ["-q"],
      check: ({ result }) => assertEquals(result.stderr, ""),
    }),
  ],
  "a value of the wrong type": FIRST_OF_TYPES.map((setting) =>
    given(wrongValue(setting), {
      title: `is refused for ${setting.key}`,
      ...refuses(`Cannot use the setting "${setting.key}" of env/settings: expected `),
    })
  ),
});

Deno.test("a value of the wrong type is refused for every setting, and nothing is made", async () => {
  for (const setting of SETTINGS) {
    using place = new TestPlace({
      "private/env/settings": JSON.stringify(wrongValue(setting)),
      "private/project/x.yml": "[]",
    });
    const before = place.list("private");
    await assertRejects(
      () => run({ privateDataDir: place.dir, playbook: "x.yml" }),
      `Cannot use the setting "${setting.key}" of env/settings: expected `,
    );
    assertEquals(place.list("private"), before);
  }
});

/** Looked at elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  subprocess_timeout: "helpers_test.ts",
  resource_profiling: "profiling_test.ts",
  resource_profiling_base_cgroup: "profiling_test.ts",
  resource_profiling_cpu_poll_interval: "profiling_test.ts",
  resource_profiling_memory_poll_interval: "profiling_test.ts",
  resource_profiling_pid_poll_interval: "profiling_test.ts",
  resource_profiling_results_dir: "profiling_test.ts",
  emitter_leftovers: "deliver_test.ts",
  emitter_deadline: "attacks/receivers_test.ts",
  runner_http_url: "http_emitter_test.ts",
  runner_http_headers: "http_emitter_test.ts",
  runner_http_path: "http_emitter_test.ts",
  runner_http_batch: "http_platform_test.ts",
  runner_http_ca_file: "http_platform_test.ts",
  runner_http_cert_file: "http_platform_test.ts",
  runner_http_events: "http_platform_test.ts",
  runner_http_gzip: "http_platform_test.ts",
  runner_http_key_file: "http_platform_test.ts",
  runner_http_on_error: "http_platform_test.ts",
  runner_http_only: "http_platform_test.ts",
  runner_http_receivers: "http_platform_test.ts",
  runner_http_secret: "http_platform_test.ts",
  runner_http_timeout: "faults/receiving_test.ts",
  runner_http_token_env: "http_platform_test.ts",
  runner_http_token_file: "http_platform_test.ts",
  runner_http_hosts: "../unit/emitters/http/message_filter_test.ts",
  runner_zmq_url: "zmq_test.ts",
  runner_zmq_type: "zmq_test.ts",
  runner_zmq_bind: "zmq_test.ts",
  runner_zmq_username: "zmq_test.ts",
  runner_zmq_password: "zmq_test.ts",
  runner_zmq_on_error: "zmq_test.ts",
  runner_plugins: "plugins_test.ts",
  runner_plugin_on_error: "plugins_test.ts",
  runner_plugin_restarts: "plugins_test.ts",
  event_times: "event_times_test.ts",
};

Deno.test("every setting has a row that shows what it does", () => {
  const keys = SETTINGS.map(({ key }) => key);
  const seen = [...Object.keys(SETTING_ROWS), ...Object.keys(ELSEWHERE)];
  assertEquals(seen.toSorted(), keys.toSorted());
  for (const file of Object.values(ELSEWHERE)) {
    assert(Deno.statSync(`${import.meta.dirname}/${file}`).isFile);
  }
});
