import { settingsToSend, withoutEmitters } from "../../../src/remote/sender_settings.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("withoutEmitters leaves out receivers and their secrets, and nothing else", () => {
  const others = { job_timeout: 3, mine: [1] };
  assertEquals(withoutEmitters(others) === others, true);
  const all = { ...others, runner_http_secret: "s", runner_zmq_url: "u", runner_plugins: ["p"] };
  assertEquals(withoutEmitters(all), others);
});

Deno.test("settingsToSend writes the settings that are sent, only where they differ", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.mkdirSync(`${dir}/env`);
  assertEquals(await settingsToSend(dir), undefined);
  for (
    const [text, expected] of [
      ["", undefined],
      ["idle_timeout: 2.0\n", undefined],
      ["idle_timeout: 2.0\nrunner_http_url: http://h/\nmine: {a: é}\n", {
        name: "env/settings",
        text: '{"idle_timeout": 2.0, "mine": {"a": "é"}}\n',
      }],
    ] as const
  ) {
    Deno.writeTextFileSync(`${dir}/env/settings`, text);
    assertEquals(await settingsToSend(dir), expected);
  }
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("settingsToSend names the file that env/settings leads to, and leaves alone what is elsewhere", async () => {
  const root = Deno.makeTempDirSync();
  using _gone = { [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
  const text = '{"runner_http_url": "http://x/", "idle_timeout": 3}';
  const expected = '{"idle_timeout": 3}\n';
  Deno.mkdirSync(`${root}/a/envs/prod`, { recursive: true });
  Deno.writeTextFileSync(`${root}/a/envs/prod/settings`, text);
  Deno.symlinkSync("envs/prod", `${root}/a/env`);
  assertEquals(await settingsToSend(`${root}/a`), { name: "envs/prod/settings", text: expected });
  Deno.mkdirSync(`${root}/b/env`, { recursive: true });
  Deno.symlinkSync("settings.prod", `${root}/b/env/settings`);
  Deno.writeTextFileSync(`${root}/b/env/settings.prod`, text);
  assertEquals(await settingsToSend(`${root}/b`), { name: "env/settings.prod", text: expected });
  Deno.mkdirSync(`${root}/c`);
  Deno.symlinkSync("../a/envs/prod", `${root}/c/env`);
  assertEquals(await settingsToSend(`${root}/c`), undefined);
});
