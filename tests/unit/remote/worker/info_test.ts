import { workerInfo, workerInfoText } from "../../../../src/remote/worker/info.ts";
import { assert, assertEquals, assertMatch } from "../../../testing/assert.ts";
import { askPython } from "../../../testing/python3.ts";
import { withDir } from "../../../testing/zips.ts";

Deno.test("the line that AWX reads as YAML", async () => {
  await using dir = await withDir();
  const info = workerInfo({ home: dir.path });
  const text = workerInfoText(info);
  assertMatch(
    text,
    /^\{cpu_count: \d+, errors: \[\], mem_in_bytes: \d+, runner_version: 2\.\d.*\}\n\n$/,
  );
  assertEquals(await askPython("result = yaml.safe_load(data)", text, ["yaml"]), {
    cpu_count: await askPython("result = os.cpu_count()", null, ["os"]),
    errors: [],
    mem_in_bytes: info.memInBytes,
    runner_version: info.runnerVersion,
    uuid: info.uuid,
  });
});

Deno.test("the uuid is made once, and its file is its owner's alone", async () => {
  await using dir = await withDir();
  const path = `${dir.path}/.ansible_runner_uuid`;
  const { uuid } = workerInfo({ home: dir.path });
  assertEquals(Deno.readTextFileSync(path), uuid);
  Deno.chmodSync(path, 0o644);
  assertEquals(workerInfo({ home: dir.path }).uuid, uuid);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

Deno.test("what cannot be had is null, and said", async () => {
  await using dir = await withDir();
  const info = workerInfo({ proc: dir.path, sys: dir.path, home: undefined });
  assertEquals([info.cpuCount, info.memInBytes, info.uuid], [null, null, null]);
  assertEquals(info.errors.length, 3);
  assert(workerInfoText(info).includes("cpu_count: null, errors: ["));
});
