import { parseMapping } from "../../../../src/config/inputs/env_file.ts";
import { parseSettings } from "../../../../src/config/settings/read.ts";
import { describeType } from "../../../../src/config/settings/setting_type.ts";
import { decidedName } from "../../../../src/config/settings/setting.ts";
import { SETTINGS } from "../../../../src/config/settings/table.ts";
import { editDistance } from "../../../../src/internal/edit_distance.ts";
import { ConfigError } from "../../../../src/errors.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../testing/assert.ts";

async function read(text: string) {
  return parseSettings(await parseMapping(text, "env/settings") ?? {}, "env/settings");
}

const VALUES: readonly (readonly [string, string, unknown])[] = [
  ["idle_timeout: 600", "idleTimeoutMs", 600_000],
  ["idle_timeout: 1.5", "idleTimeoutMs", 1500],
  ["idle_timeout: 600.0", "idleTimeoutMs", 600_000],
  ["idle_timeout: 1:30", "idleTimeoutMs", 90_000],
  ["idle_timeout: 0", "idleTimeoutMs", undefined],
  ["idle_timeout: 0.0", "idleTimeoutMs", undefined],
  ["idle_timeout: 0.0004", "idleTimeoutMs", 1],
  ["job_timeout: 1.0e-9", "jobTimeoutMs", 1],
  ["subprocess_timeout: 0.0001", "subprocessTimeoutMs", 1],
  ["prompt_timeout: 0.0004", "promptTimeoutMs", 1],
  ["idle_timeout: null", "idleTimeoutMs", undefined],
  ["idle_timeout:", "idleTimeoutMs", undefined],
  ["job_timeout: 3600", "jobTimeoutMs", 3_600_000],
  ["job_timeout: 99999999999", "jobTimeoutMs", 2147483647],
  ["job_timeout: 99999999999999999999", "jobTimeoutMs", 2147483647],
  ["job_timeout: .inf", "jobTimeoutMs", 2147483647],
  ["subprocess_timeout: 0", "subprocessTimeoutMs", undefined],
  ["pexpect_timeout: 10", "pexpectTimeoutMs", 10_000],
  ["pexpect_use_poll: False", "pexpectUsePoll", false],
  ["prompt_timeout: 0", "promptTimeoutMs", 0],
  ["prompt_timeout: null", "promptTimeoutMs", 0],
  ["prompt_timeout: 5", "promptTimeoutMs", 5000],
  ["grace_period: 0", "gracePeriodMs", 0],
  ["grace_period: null", "gracePeriodMs", undefined],
  ["suppress_ansible_output: yes", "suppressAnsibleOutput", true],
  ["suppress_ansible_output: 1", "suppressAnsibleOutput", true],
  ["suppress_output_file: 0", "suppressOutputFile", false],
  ["fact_cache: cache", "factCache", "cache"],
  ["fact_cache_type: redis", "factCacheType", "redis"],
  ["process_isolation: true", "processIsolation", true],
  ["process_isolation_executable: /usr/bin/bwrap", "processIsolationExecutable", "/usr/bin/bwrap"],
  ["process_isolation_hide_paths: /etc", "processIsolationHidePaths", ["/etc"]],
  ["process_isolation_ro_paths: [/a, /b]", "processIsolationRoPaths", ["/a", "/b"]],
  ["process_isolation_show_paths: []", "processIsolationShowPaths", []],
  ["process_isolation_show_paths: null", "processIsolationShowPaths", undefined],
  ["process_isolation_root: minimal", "processIsolationRoot", "minimal"],
  ["directory_isolation_cleanup: off", "directoryIsolationCleanup", false],
  ["container_volume_mounts: ['/a:/b:Z']", "containerVolumeMounts", ["/a:/b:Z"]],
  ["container_options: [--net=host]", "containerOptions", ["--net=host"]],
  [
    "container_auth_data: {host: h, username: u, password: p}",
    "containerAuthData",
    { host: "h", username: "u", password: "p", verifySsl: true },
  ],
  [
    "container_auth_data: {host: h, username: u, password: p, verify_ssl: false}",
    "containerAuthData",
    { host: "h", username: "u", password: "p", verifySsl: false },
  ],
  ["resource_profiling_cpu_poll_interval: .5", "resourceProfilingCpuPollIntervalMs", 500],
  ["runner_http_headers: {X-A: b, X-N: 1.0}", "runnerHttpHeaders", { "X-A": "b", "X-N": "1.0" }],
  ["event_store: jsonl", "eventStore", "jsonl"],
  ["max_event_res: 1000", "maxEventRes", 1000],
  ["tune_python: no", "tunePython", false],
  ["redact: false", "redact", false],
];

for (const [text, name, value] of VALUES) {
  Deno.test(`parseSettings reads ${text}`, async () => {
    assertEquals(await read(text), { settings: { [name]: value }, unknown: {}, warnings: [] });
  });
}

const WRONG: readonly (readonly [string, string])[] = [
  [
    "idle_timeout: soon",
    `"idle_timeout" of env/settings: expected a number of seconds (0 or null for none), got "soon"`,
  ],
  ["idle_timeout: '600'", `got "600"`],
  ["idle_timeout: -1", "got -1"],
  ["idle_timeout: .nan", `got "nan"`],
  ["idle_timeout: true", "got true"],
  ["idle_timeout: [1]", "got [1]"],
  ["job_timeout: 2020-01-01", `got "2020-01-01"`],
  ["prompt_timeout: x", "expected a number of seconds (0 for off), got"],
  ["suppress_ansible_output: 'true'", `expected true or false, got "true"`],
  ["suppress_ansible_output: y", `expected true or false, got "y"`],
  ["suppress_ansible_output: 2", "expected true or false, got 2"],
  ["fact_cache: 5", "expected a string, got 5"],
  ["fact_cache: {a: 1.0}", `expected a string, got {"a":1.0}`],
  ["process_isolation_hide_paths: [1]", "expected a path or a list of paths, got [1]"],
  ["process_isolation_hide_paths: {a: b}", "expected a path or a list of paths, got {"],
  ["process_isolation_root: all", `expected "host" or "minimal", got "all"`],
  ["event_store: 1", `expected "files" or "jsonl", got 1`],
  ["container_options: --env=PASSWORD=secret", "expected a list of strings, got a string"],
  ["runner_http_url: [https://user:secret@host]", "expected a string, got a list"],
  ["max_event_res: 1.5", "expected a whole number, 0 or more, got 1.5"],
  ["max_event_res: -1", "got -1"],
  ["runner_http_headers: [secret]", "expected a mapping of names to strings, got a list"],
  ["runner_http_headers: {a: [secret]}", "expected a mapping of names to strings, got a mapping"],
  ["container_auth_data: secret", "verify_ssl, got a string"],
  ["container_auth_data: {host: h, username: u, password: 12345678}", "verify_ssl, got a mapping"],
  ["container_auth_data: {host: h, username: u, password: p, verify_ssl: x}", "got a mapping"],
];

for (const [text, message] of WRONG) {
  Deno.test(`parseSettings refuses ${text}`, async () => {
    const mapping = await parseMapping(text, "env/settings") ?? {};
    const error = assertThrows(() => parseSettings(mapping, "env/settings"), message);
    assert(error instanceof ConfigError);
    assertEquals(error.code, "config.setting");
    assertStringIncludes(error.message, "Cannot use the setting ");
    assert(!error.message.includes("secret") && !error.message.includes("12345678"));
  });
}

Deno.test("parseSettings cuts long values in messages", () => {
  const error = assertThrows(() => parseSettings({ redact: "x".repeat(1000) }, "settings"));
  assert(error.message.length < 160, error.message);
});

Deno.test("parseSettings keeps unknown settings and warns about near misses only", async () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["pect_timeout", "pexpect_timeout"],
    ["suppress_ansi_output", "suppress_ansible_output"],
    ["idle_timout", "idle_timeout"],
    ["idle-timeout", "idle_timeout"],
    ["idleTimeout", "idle_timeout"],
    ["IDLE_TIMEOUT", "idle_timeout"],
    ["container_volume_mount", "container_volume_mounts"],
    ["process_isolation_hide_path", "process_isolation_hide_paths"],
    ["runner_kafka_brokers", undefined],
    ["my_plugin_key", undefined],
    ["timeout", undefined],
    ["red", undefined],
  ];
  for (const [key, near] of rows) {
    const warning = `Unknown setting "${key}" in env/settings: did you mean "${near}"?`;
    assertEquals(await read(`${key}: [1, x]`), {
      settings: {},
      unknown: { [key]: [1, "x"] },
      warnings: near === undefined ? [] : [warning],
    }, key);
  }
});

Deno.test("SETTINGS names each setting once and documents it", () => {
  assertEquals(new Set(SETTINGS.map((row) => row.key)).size, SETTINGS.length);
  assertEquals(new Set(SETTINGS.map(decidedName)).size, SETTINGS.length);
  for (const row of SETTINGS) {
    assert(row.doc.length > 5 && !row.doc.endsWith("."), row.key);
    assert(describeType(row.type).length > 3, row.key);
  }
});

Deno.test("SETTINGS has defaults that parseSettings accepts", async () => {
  const given = SETTINGS.filter((row) => row.default !== "none");
  const { settings, warnings } = await read(
    given.map((row) => `${row.key}: ${row.default}`).join("\n"),
  );
  assertEquals(Object.keys(settings), given.map(decidedName));
  assertEquals(warnings, []);
});

Deno.test("editDistance counts letters added, dropped, changed and swapped", () => {
  const rows = [
    ["", "", 0],
    ["a", "", 1],
    ["", "ab", 2],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["abc", "abc", 0],
  ] as const;
  for (const [from, to, edits] of rows) assertEquals(editDistance(from, to), edits);
});
