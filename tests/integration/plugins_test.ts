/**
 * Plugins in any language, with a fake in place of Ansible where its events are not what is looked at.
 */
import { run, type RunOptions } from "../../mod.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { processesWith } from "../testing/leaks.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { TestPlace } from "../testing/data_dir.ts";
import { waitFor } from "../testing/scene.ts";
import { slack } from "../testing/slack.ts";

/** A place whose run prints two lines, and a log of its warnings. */
function placed(place: LibraryDir): { options: RunOptions; logged: string[] } {
  const logged: string[] = [];
  const log = (level: string, message: string) =>
    void (level === "warning" && logged.push(message));
  place.write("env/cmdline", "");
  return { options: { ...place.base, binary: "/bin/echo", ident: "a", log }, logged };
}

/** A shell script as a plugin. */
function script(place: LibraryDir, text: string): string {
  const path = `${place.dir}/plugin.sh`;
  Deno.writeTextFileSync(path, `#!/bin/sh\n${text}\n`);
  Deno.chmodSync(path, 0o755);
  return path;
}

function read(place: LibraryDir, name: string): string {
  return Deno.readTextFileSync(`${place.dir}/${name}`);
}

Deno.test("a plugin reads all lines in order, then the end of its input, and the run waits for it", async () => {
  await using place = new LibraryDir();
  const { options, logged } = placed(place);
  script(place, 'cat > lines; sleep 0.3; echo "$RUNNER_IDENT $1 $RUNNER_PLUGIN_SETTINGS" > done');
  const settings = { runner_plugins: ["./plugin.sh 'a b'"], mine: 1 };
  await run({ ...options, settings });
  const lines = read(place, "lines").trimEnd().split("\n").map((line) => JSON.parse(line));
  const words = lines.map((line) => line.status ?? line.event);
  assertEquals(words, ["starting", "running", "verbose", "successful"]);
  assertEquals(read(place, "done"), 'a a b {"mine":1}\n');
  assertEquals(logged, []);
});

Deno.test("a plugin that crashes is started again, and its line is written again; then it is given up", async () => {
  await using place = new LibraryDir();
  const { options, logged } = placed(place);
  const plugin = script(place, "echo start >> starts; read line; echo broken >&2; exit 3");
  const runner = await run({
    ...options,
    plugins: [plugin],
    settings: { runner_plugin_restarts: 1 },
  });
  assertEquals([runner.rc, runner.status], [0, "successful"]);
  assertEquals(read(place, "starts"), "start\nstart\n");
  assert(logged.includes("plugin.sh: broken"), String(logged));
  assert(
    logged.includes("Emitter plugin plugin.sh: crashed (exit code 3), started again") ||
      logged.includes("Emitter plugin plugin.sh: exit code 3"),
    String(logged),
  );
});

Deno.test("a plugin that ends well has seen enough, and one that stays is ended", async () => {
  await using place = new LibraryDir();
  const { options, logged } = placed(place);
  const plugin = script(
    place,
    "if [ $1 = enough ]; then read line; exit 0; fi; trap '' TERM; exec sleep 60",
  );
  const start = performance.now();
  const kill = new AbortController();
  const hurry = async (): Promise<void> => {
    const enough = `${plugin}\0enough`;
    await waitFor(() => processesWith(enough).length === 0, "the first one has ended");
    // Not before its end is known here as well.
    setTimeout(() => kill.abort(), 300);
  };
  const running = run({
    ...options,
    plugins: [`${plugin} enough`, `${plugin} stay`],
    killSignal: kill.signal,
    statusHandler: ({ status }) => {
      // Whoever wants the end at once does not wait 5 s and 2 s.
      if (status === "successful") setTimeout(hurry, 0);
    },
  });
  assertEquals((await running).endReason, { reason: "exit", code: 0 });
  assert(performance.now() - start < 2500 * slack());
  assertEquals(logged, ["Ended plugin plugin.sh: still running after the last line"]);
});

Deno.test("a plugin that is not there ends the run before it begins", async () => {
  await using place = new LibraryDir();
  const { options } = placed(place);
  const refused = (plugin: string) => run({ ...options, settings: { runner_plugins: [plugin] } });
  await assertRejects(
    () => refused("./none --token secret"),
    'Cannot use runner_plugins: expected an executable program, got "./none"',
  );
  place.write("empty.ts", "export const x = 1;\n");
  await assertRejects(
    () => refused("empty.ts"),
    `Cannot use the plugin "${place.dir}/empty.ts": expected an export createEmitter`,
  );
});

for (
  const { binary, words } of [
    { binary: "/bin/true", words: ["end successful 0"] },
    { binary: "/bin/false", words: ["failure failed 1", "end failed 1"] },
  ]
) {
  Deno.test(`programs of the end are told what ${binary} came to, and change nothing`, async () => {
    await using place = new LibraryDir();
    const { options } = placed(place);
    const plugin = script(
      place,
      'cat > "$1.json"; echo "$1 $RUNNER_STATUS $RUNNER_RC" >> told; exit 9',
    );
    const onEnd = `${plugin} end`;
    const runner = await run({ ...options, binary, onEnd, onFailure: `${plugin} failure` });
    assertEquals(read(place, "told").trimEnd().split("\n"), words);
    const { seconds, started, ended, ...summary } = JSON.parse(read(place, "end.json"));
    assert(seconds >= 0 && Date.parse(ended) >= Date.parse(started));
    assertEquals(summary, {
      runner_ident: "a",
      status: runner.status,
      rc: runner.rc,
      reason: { reason: "exit", code: runner.rc },
      private_data_dir: place.dir,
      artifact_dir: `${place.dir}/artifacts/a`,
      failed_hosts: [],
      unreachable_hosts: [],
      stats: null,
    });
  });
}

Deno.test("--plugin, --on-end and --on-failure name programs from the working directory", async () => {
  using place = new TestPlace({
    "notify": { text: '#!/bin/sh\ncat > "$RUNNER_PRIVATE_DATA_DIR/$1"\n', mode: 0o755 },
  });
  const words = ["run", "private", "-b", "/bin/false", "-i", "a"];
  const flags = [
    "--plugin",
    "./notify lines",
    "--on-end",
    "./notify end",
    "--on-failure",
    "./notify no",
  ];
  const { code, stderr } = await place.run([...words, ...flags]);
  assertEquals([code, stderr], [1, ""]);
  assertMatch(place.read("private/lines") ?? "", /"failed", ?"runner_ident": ?"a"/);
  assertMatch(place.read("private/end") ?? "", /"rc":1/);
  assertEquals(place.read("private/end")?.slice(0, 40), place.read("private/no")?.slice(0, 40));
});

Deno.test("a plugin that everybody may write to is refused", async () => {
  await using place = new LibraryDir();
  const { options } = placed(place);
  const plugin = script(place, "touch ran");
  Deno.chmodSync(plugin, 0o777);
  const text = `Cannot use the plugin "${place.dir}/./plugin.sh": everybody may write to it`;
  const settings = { runner_plugins: ["./plugin.sh"] };
  await assertRejects(() => run({ ...options, settings }), text);
  await run({ ...options, plugins: [plugin], allowUnsafePrivateDataDir: true });
  assertEquals(read(place, "ran"), "");
});

Deno.test("a plugin that crashes ends the run where settings say so", async () => {
  await using place = new LibraryDir();
  const { options } = placed(place);
  const plugin = script(place, "read line; exit 3");
  const module = "throws.ts";
  place.write(
    module,
    'export const createEmitter = () => ({ name: "m", send: () => Promise.reject(new Error("no")) });',
  );
  for (const each of [plugin, module]) {
    const settings = {
      runner_plugins: [each],
      runner_plugin_restarts: 0,
      emitter_on_error: "warn" as const,
    };
    assertEquals((await run({ ...options, settings })).rc, 0);
    const failing = { ...settings, runner_plugin_on_error: "fail" as const };
    await assertRejects(() => run({ ...options, settings: failing }), "Cannot deliver to emitter ");
  }
});
