/**
 * What .github/EMITTERS.md shows is run, and what it names is there.
 */
import { run, type RunOptions, type SettingsMapping } from "../../mod.ts";
import { EMITTER_SETTINGS } from "../../src/config/settings/emitters.ts";
import { parseSettings } from "../../src/config/settings/read.ts";
import { parseMapping } from "../../src/config/inputs/env_file.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { TestServer } from "../testing/http_server.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { testOrSkip } from "../testing/skip.ts";

const DOCS = new URL("../../.github/", import.meta.url).pathname;
const TEXT = Deno.readTextFileSync(`${DOCS}EMITTERS.md`);

/** The blocks of a language. */
function blocks(language: string): string[] {
  return [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))]
    .map(([, text = ""]) => text);
}

Deno.test("EMITTERS.md: every setting about emitters is named, and no other", () => {
  const named = new Set(TEXT.match(/\b(?:runner_(?:http|zmq|plugin)|emitter)_?\w*/g));
  const keys = EMITTER_SETTINGS.map(({ key }) => key);
  for (const key of keys) assert(named.has(key), `${key} is not named`);
  for (const name of named) {
    const isPrefix = name.endsWith("_") && keys.some((key) => key.startsWith(name));
    if (/^(runner|emitter)_/.test(name)) assert(isPrefix || keys.includes(name), `no ${name}`);
  }
});

Deno.test("EMITTERS.md: the YAML is settings that are taken", async () => {
  const all = blocks("yaml");
  assertEquals(all.length, 3);
  for (const text of all) {
    const mapping = await parseMapping(text, "env/settings");
    const { settings, unknown, warnings } = parseSettings(mapping ?? {}, "env/settings");
    assert(Object.keys(settings).length > 0);
    assertEquals([unknown, warnings], [{}, []]);
  }
});

Deno.test("EMITTERS.md: every flag is one", () => {
  const flags = new Set([...TEXT.matchAll(/`(--[\w-]+)/g)].map(([, flag = ""]) => flag));
  assert(flags.size > 6, `${[...flags]}`);
  const reference = Deno.readTextFileSync(`${DOCS}REFERENCE.md`);
  for (const flag of flags) assert(new RegExp(`^\\| \`${flag}\\b`, "m").test(reference), flag);
});

testOrSkip("EMITTERS.md: the plugins do what they say", missingAnsible(), async () => {
  const [shell = "", ...others] = blocks("sh");
  const [python = ""] = blocks("python");
  const [typescript = ""] = blocks("ts");
  assertEquals(others, []);
  await using place = new LibraryDir();
  await using server = new TestServer();
  place.playbook("p.yml", "    - {name: ping, raw: pwd}\n    - {name: broken, fail: {msg: no}}\n");
  const logged: string[] = [];
  const log: RunOptions["log"] = (level, text) => void (level === "warning" && logged.push(text));
  const files = {
    "plugins/notify.sh": shell.replace("/var/log/runs", `${place.dir}/runs`),
    "plugins/failures.py": python,
    "plugins/mine.ts": typescript,
  };
  Deno.mkdirSync(`${place.dir}/plugins`);
  for (const [name, text] of Object.entries(files)) {
    place.write(name, text);
    if (!name.endsWith(".ts")) Deno.chmodSync(`${place.dir}/${name}`, 0o755);
  }
  const metricsFile = `${place.dir}/m.prom`;
  place.write("end.sh", "#!/bin/sh\ncat > summary\n");
  Deno.chmodSync(`${place.dir}/end.sh`, 0o755);
  await run({
    ...place.base,
    playbook: "p.yml",
    ident: "a",
    log,
    metricsFile,
    onEnd: `${place.dir}/end.sh`,
    settings: {
      runner_plugins: Object.keys(files),
      my_url: server.url,
    } as SettingsMapping,
  });
  const statuses = Deno.readTextFileSync(`${place.dir}/runs`).trimEnd().split("\n");
  assertEquals(statuses.map((line) => JSON.parse(line).status), ["starting", "running", "failed"]);
  const failures = logged.filter((line) => line.startsWith("failures.py: here"));
  assertEquals(failures.length, 1, logged.join("\n"));
  assertEquals(server.bodies().at(-1)?.status, "failed");
  const shown = Object.keys(JSON.parse(blocks("json")[0] ?? ""));
  const summary = Object.keys(JSON.parse(Deno.readTextFileSync(`${place.dir}/summary`)));
  assertEquals(summary.sort(), shown.sort());
  const metrics = Deno.readTextFileSync(metricsFile);
  for (const name of new Set(TEXT.match(/\bansible_runner_\w+/g))) {
    assert(metrics.includes(`# TYPE ${name} `), name);
  }
});
