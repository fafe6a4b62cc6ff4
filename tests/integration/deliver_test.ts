/**
 * What a receiver has not got of a run is sent by `deliver`: each message once, in order.
 */
import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { pause } from "../testing/library_dir.ts";
import { RawReceiver } from "../testing/raw_receiver.ts";
import { Scene } from "../testing/scene.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const REFUSED = "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";

/** The words of `Runner-Event` behind the ident, batches as `first..last`. */
function namesOf({ requests }: RawReceiver): string[] {
  return requests.map((text) => /^runner-event: (.*)$/m.exec(text)?.[1]?.trim() ?? "")
    .map((name) => name.replaceAll("a/", ""));
}

function exists(scene: Scene, name: string): boolean {
  try {
    return Deno.lstatSync(`${scene.dir}/artifacts/a/${name}`) !== undefined;
  } catch {
    return false;
  }
}

function prepare(scene: Scene, lines: number, settings: Record<string, unknown> = {}): string[] {
  scene.write("env/cmdline", `-c 'seq ${lines}'`);
  const url = { runner_http_url: `${scene.root}/s`, emitter_deadline: 0.1, ...settings };
  scene.write("env/settings", JSON.stringify(url));
  return ["run", ".", "-b", "/bin/sh", "-i", "a"];
}

Deno.test("deliver sends what was refused, in order, and nothing that was taken", async () => {
  await using scene = new Scene();
  {
    const refused = ["1", "4", "5"];
    const name = (text: string) => /^runner-event: a\/(\w+)/m.exec(text)?.[1] ?? "";
    await using receiver = new RawReceiver(
      `${scene.root}/s`,
      (text) => refused.includes(name(text)) ? REFUSED : OK,
    );
    // Long enough for each to be tried on a loaded machine.
    const { code } = await scene.cli(prepare(scene, 6, { emitter_deadline: 4 }));
    assertEquals(code, 0);
    assertEquals(
      Deno.readTextFileSync(`${scene.dir}/artifacts/a/delivery/http`).split("\n").length,
      7,
    );
    receiver.requests.length = 0;
    const still = await scene.cli(["deliver", ".", "-i", "a"]);
    assertEquals([still.code, namesOf(receiver)], [1, ["1"]], "500: the others wait, in order");
    assertMatch(still.stderr, /^error: Cannot deliver run "a" to http: HTTP 500 No/);
    refused.length = 0;
    receiver.requests.length = 0;
    const other = await scene.cli(["deliver", ".", "--emitter", "other"]);
    assertEquals([other.code, other.stdout, other.stderr], [0, "", ""]);
    const { stdout } = await scene.cli(["deliver", "."]);
    assertEquals(stdout, 'Delivered 3 messages of run "a" to http\n');
    assertEquals(namesOf(receiver), ["1", "4", "5"]);
    assertEquals((await scene.cli(["deliver", "."])).stdout, "");
    assertEquals(exists(scene, "delivery"), false);
  }
  await scene.assertNothingLeft();
});

for (const store of ["files", "jsonl"]) {
  Deno.test(`deliver goes on where a killed run was (${store})`, async () => {
    await using scene = new Scene();
    {
      const gate = Promise.withResolvers<void>();
      await using receiver = new RawReceiver(`${scene.root}/s`, async (_text, index) => {
        if (index === 40) await gate.promise;
        return OK;
      });
      const words = prepare(scene, 100, { event_store: store });
      scene.write("env/cmdline", `-c 'seq 100; sleep 60'`);
      const child = scene.spawn(words, {});
      const path = store === "files" ? "job_events" : "events.jsonl";
      const has100 = () => {
        const at = `${scene.dir}/artifacts/a/${path}`;
        if (!exists(scene, path)) return false;
        return store === "files"
          ? [...Deno.readDirSync(at)].length === 100
          : Deno.readTextFileSync(at).split("\n").length === 101;
      };
      while (!has100() || receiver.requests.length < 41) await pause(20);
      child.kill("SIGKILL");
      await child.output();
      const before = namesOf(receiver);
      receiver.requests.length = 0;
      gate.resolve();
      const { code, stdout, stderr } = await scene.cli(["deliver", "."]);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /^Delivered 63 messages/);
      const counters = Array.from({ length: 100 }, (_, at) => String(at + 1));
      // The one that was under way had no answer: it comes twice, by the same name.
      assertEquals(before.at(-1), namesOf(receiver)[0]);
      assertEquals(
        [...before.slice(0, -1), ...namesOf(receiver)],
        ["starting", "running", ...counters, "failed"],
      );
    }
    await scene.assertNothingLeft();
  });
}

Deno.test("deliver --watch waits for a receiver that comes back, and ends at TERM", async () => {
  await using scene = new Scene();
  {
    await using receiver = new RawReceiver(`${scene.root}/s`, () => ({ close: true }));
    await scene.cli(prepare(scene, 2));
    assert(receiver.requests.length > 0);
  }
  const child = scene.spawn(["deliver", ".", "--watch"], {});
  await pause(600);
  const listening = new RawReceiver(`${scene.root}/s`, () => OK);
  while (exists(scene, "delivery")) await pause(50);
  child.kill("SIGTERM");
  assertEquals((await child.output()).code, 0);
  assertEquals(namesOf(listening), ["starting", "running", "1", "2", "successful"]);
  await listening[Symbol.asyncDispose]();
  await scene.assertNothingLeft();
});

Deno.test("deliver follows no link, takes nobody else's record, and says when a receiver is gone", async () => {
  await using scene = new Scene();
  {
    await using _receiver = new RawReceiver(`${scene.root}/s`, () => REFUSED);
    await scene.cli(prepare(scene, 2));
  }
  scene.write("env/settings", "{}");
  const none = await scene.cli(["deliver", "."]);
  assertEquals(none.code, 1);
  assertMatch(none.stderr, /expected a receiver of this name in env\/settings/);
  await using receiver = new RawReceiver(`${scene.root}/s2`, () => OK);
  scene.write("env/settings", JSON.stringify({ runner_http_url: receiver.path }));
  const record = `${scene.dir}/artifacts/a/delivery/http`;
  Deno.renameSync(record, `${scene.root}/elsewhere`);
  Deno.symlinkSync(`${scene.root}/elsewhere`, record);
  assertEquals((await scene.cli(["deliver", "."])).code, 0);
  assertEquals(receiver.requests, []);
  Deno.removeSync(record);
  Deno.linkSync(`${scene.root}/elsewhere`, record);
  const shared = await scene.cli(["deliver", "."]);
  assertEquals(shared.code, 1);
  assertMatch(shared.stderr, /is not ours alone/);
  assertEquals(receiver.requests, []);
});

Deno.test("a run sends what is left of earlier ones first, when it is told to", async () => {
  await using scene = new Scene();
  {
    let isBroken = true;
    await using receiver = new RawReceiver(`${scene.root}/s`, () => isBroken ? REFUSED : OK);
    const wordsOf = (name: string, settings = {}) => prepare(scene, 2, settings).with(-1, name);
    for (const name of ["z", "b"]) assertEquals((await scene.cli(wordsOf(name))).code, 0);
    isBroken = false;
    receiver.requests.length = 0;
    const first = { emitter_leftovers: "first", emitter_deadline: 30 };
    assertEquals((await scene.cli(wordsOf("a", first))).code, 0);
    const names = receiver.requests.map((text) => /^runner-event: (.*)$/m.exec(text)?.[1]?.trim());
    const all = ["starting", "running", "1", "2", "successful"];
    assertEquals(names, ["z", "b", "a"].flatMap((run) => all.map((word) => `${run}/${word}`)));
    assertEquals((await scene.cli(["deliver", "."])).stdout, "");
    // A receiver that takes nothing holds nothing up, and loses nothing.
    isBroken = true;
    for (const name of ["c", "d"]) assertEquals((await scene.cli(wordsOf(name, first))).code, 0);
    isBroken = false;
    receiver.requests.length = 0;
    assertEquals((await scene.cli(["deliver", "."])).code, 0);
    assertEquals(receiver.requests.length, 10);
  }
  await scene.assertNothingLeft();
});

Deno.test("a run does not wait without end for a record that somebody else has", async () => {
  await using scene = new Scene();
  {
    await using receiver = new RawReceiver(`${scene.root}/s`, () => REFUSED);
    assertEquals((await scene.cli(prepare(scene, 2))).code, 0);
    using held = Deno.openSync(`${scene.dir}/artifacts/a/delivery/http`, { read: true });
    held.lockSync(true);
    receiver.requests.length = 0;
    const words = prepare(scene, 2, { emitter_leftovers: "first" }).with(-1, "b");
    assertEquals((await scene.cli(words)).code, 0);
    assert(receiver.requests.every((text) => !/^runner-event: a\//m.test(text)));
  }
  await scene.assertNothingLeft();
});
