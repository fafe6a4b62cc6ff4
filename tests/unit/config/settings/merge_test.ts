// deno-lint-ignore-file camelcase -- names of env/settings
import { PyFloat } from "../../../../src/python/values.ts";
import type { RunConfig } from "../../../../src/config/run_config.ts";
import type { SettingsMapping } from "../../../../src/config/settings/settings_mapping.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { decide, type Row } from "../../../testing/decide.ts";

const SETTINGS: readonly Row<Partial<RunConfig["settings"]>>[] = [
  ["nothing given", {}, {}],
  ["an option", { options: { factCache: "a" } }, { factCache: "a" }],
  ["the settings argument", { options: { settings: { idle_timeout: 7 } } }, {
    idleTimeoutMs: 7000,
  }],
  [
    "the settings argument over an option",
    { options: { factCache: "a", settings: { fact_cache: "b" } } },
    { factCache: "b" },
  ],
  [
    "the file over options and argument",
    {
      options: { factCache: "a", settings: { fact_cache: "b", job_timeout: 1 } },
      inputs: { settings: { fact_cache: "c" } },
    },
    { factCache: "c", jobTimeoutMs: 1000 },
  ],
  [
    "the file over flags for isolation",
    {
      options: { processIsolation: true, processIsolationHidePaths: ["/a"] },
      inputs: { settings: { process_isolation: false, process_isolation_hide_paths: "/b" } },
    },
    { processIsolation: false, processIsolationHidePaths: ["/b"] },
  ],
  [
    "the timeout argument over the file's job_timeout",
    { options: { timeout: 3 }, inputs: { settings: { job_timeout: 9 } } },
    { jobTimeoutMs: 3000 },
  ],
  [
    "a timeout argument of 0 is none given",
    { options: { timeout: 0 }, inputs: { settings: { job_timeout: 9 } } },
    { jobTimeoutMs: 9000 },
  ],
  [
    "null in the file takes the argument's timeout away",
    { options: { settings: { idle_timeout: 7 } }, inputs: { settings: { idle_timeout: null } } },
    { idleTimeoutMs: undefined },
  ],
  [
    "0 in the file takes the argument's timeout away",
    { options: { settings: { idle_timeout: 7 } }, inputs: { settings: { idle_timeout: 0 } } },
    { idleTimeoutMs: undefined },
  ],
];
for (const [title, given, settings] of SETTINGS) {
  Deno.test(`resolve decides the settings: ${title}`, () => {
    const decided = Object.entries(decide(given).settings).filter(([name]) => !name.includes("_"));
    assertEquals(Object.fromEntries(decided), settings);
  });
}

Deno.test("resolve keeps what argument and file say under their own names, the file's over the argument's", () => {
  const { settings } = decide({
    options: {
      timeout: 3,
      settings: { job_timeout: 9, my_emitter: 1, redact: true } as SettingsMapping,
    },
    inputs: { settings: { my_emitter: 2, idle_timeout: new PyFloat(7), redact: 0 } },
  });
  const { job_timeout, idle_timeout, jobTimeoutMs, idleTimeoutMs, redact } = settings;
  assertEquals([job_timeout, idle_timeout, redact], [9, 7, false]);
  assertEquals([jobTimeoutMs, idleTimeoutMs], [3000, 7000]);
  assertEquals((settings as Readonly<Record<string, unknown>>)["my_emitter"], 2);
});

Deno.test("resolve keeps unknown settings, the file's over the argument's, and warns of near misses", () => {
  const { unknownSettings, warnings } = decide({
    options: { settings: { my_emitter: 1, other: 1 } as SettingsMapping },
    inputs: { settings: { my_emitter: 2, idle_timout: 3 } },
  });
  assertEquals({ ...unknownSettings }, { my_emitter: 2, other: 1, idle_timout: 3 });
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.includes('did you mean "idle_timeout"'), warnings[0]);
});

const QUIET: readonly Row<boolean>[] = [
  ["nothing given", {}, false],
  ["quiet", { options: { quiet: true } }, true],
  ["suppressAnsibleOutput", { options: { suppressAnsibleOutput: true } }, true],
  ["the file", { inputs: { settings: { suppress_ansible_output: true } } }, true],
  [
    "the file over quiet",
    { options: { quiet: true }, inputs: { settings: { suppress_ansible_output: false } } },
    false,
  ],
  [
    "the file over suppressAnsibleOutput",
    {
      options: { suppressAnsibleOutput: true },
      inputs: { settings: { suppress_ansible_output: false } },
    },
    false,
  ],
  ["other settings say nothing", { options: { quiet: true }, inputs: { settings: {} } }, true],
];
for (const [title, given, quiet] of QUIET) {
  Deno.test(`resolve decides whether the run is quiet: ${title}`, () => {
    assertEquals(decide(given).quiet, quiet);
  });
}
