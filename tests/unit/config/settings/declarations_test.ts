import { renderDeclarations } from "../../../../scripts/readme/settings_declarations.ts";
import type { TakenInputs } from "../../../../src/config/options.ts";
import type { Settings } from "../../../../src/config/settings/declarations.ts";
import type { SettingsMapping } from "../../../../src/config/settings/settings_mapping.ts";
import { mergeSettings } from "../../../../src/config/settings/merge.ts";
import { decidedName, optionName } from "../../../../src/config/settings/setting.ts";
import { SETTINGS } from "../../../../src/config/settings/table.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("the types of settings are those of the table (deno task readme)", () => {
  for (const { path, text } of renderDeclarations()) {
    assertEquals(
      Deno.readTextFileSync(new URL(`../../../../${path}`, import.meta.url)),
      text,
      path,
    );
  }
});

Deno.test("a setting has one name in each of its places", () => {
  const mapping: SettingsMapping = { resource_profiling_cpu_poll_interval: 1 };
  const options: Omit<TakenInputs, "privateDataDir"> = { resourceProfilingCpuPollInterval: 1 };
  const settings: Settings = { resourceProfilingCpuPollIntervalMs: 1000 };
  const row = SETTINGS.find(({ key }) => key in mapping);
  assert(row !== undefined && row.isOption === true);
  assertEquals([[optionName(row)], [decidedName(row)]], [
    Object.keys(options),
    Object.keys(settings),
  ]);
  assertEquals(mergeSettings({ privateDataDir: "d", ...options }, undefined).settings, settings);
  assertEquals(mergeSettings({ privateDataDir: "d" }, mapping).settings, settings);
});
