import { readDataDir } from "../../../../src/config/inputs/private_data_dir.ts";
import { assertEquals, assertRejects } from "../../../testing/assert.ts";
import { TestPlace } from "../../../testing/data_dir.ts";

Deno.test("readDataDir finds nothing where there is no env/, and none behind a link to nowhere", async () => {
  using place = new TestPlace();
  const nothing = await readDataDir(`${place.dir}/none`);
  assertEquals(Object.values(nothing).filter((value) => value !== undefined), [[]]);
  Deno.mkdirSync(`${place.dir}/linked`);
  Deno.symlinkSync("nowhere", `${place.dir}/linked/env`);
  assertEquals(await readDataDir(`${place.dir}/linked`), nothing);
});

Deno.test("readDataDir reads what is in env/, and args beside it", async () => {
  using place = new TestPlace({
    "private/args": "-v",
    "private/env/settings": '{"quiet": true}',
    "private/env/cmdline": "--forks 3",
    "private/env/extravars": "a: 1",
    "private/env/ssh_key": "one",
    "private/env/ssh_keys/b": "three",
    "private/env/ssh_keys/a": "two",
  });
  const inputs = await readDataDir(place.dir);
  assertEquals(inputs.args, "-v");
  assertEquals(inputs.settings, { quiet: true });
  assertEquals(inputs.cmdline, "--forks 3");
  assertEquals(inputs.envvars, undefined);
  assertEquals(inputs.extravarsPath, `${place.dir}/env/extravars`);
  assertEquals(inputs.sshKeys.map(({ text }) => text), ["one", "two", "three"]);
});

Deno.test("readDataDir complains of a link in env/ that leads nowhere", async () => {
  using place = new TestPlace({ "private/env/none": "" });
  Deno.symlinkSync("nowhere", `${place.dir}/env/passwords`);
  await assertRejects(
    () => readDataDir(place.dir),
    'Cannot read "env/passwords": the link leads to "nowhere", which does not exist',
  );
});
