import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/;
const NAIVE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;

/** All times of a run's events, by the kind of event and field. */
function timesIn(dir: string): Map<string, string[]> {
  const times = new Map<string, string[]>();
  for (const { name } of Deno.readDirSync(dir)) {
    const event = JSON.parse(Deno.readTextFileSync(`${dir}/${name}`));
    const { created, event_data: { start, end } = {} } = event;
    for (const [field, value] of Object.entries({ created, start, end })) {
      if (value === undefined) continue;
      const key = `${event.event === "verbose" ? "verbose " : ""}${field}`;
      times.set(key, [...times.get(key) ?? [], value]);
    }
  }
  return times;
}

testOrSkip(
  "event times are UTC with zone; the environment, then a setting bring them without",
  missingAnsible(),
  async () => {
    await using scene = new Scene();
    scene.write("inventory", "localhost ansible_connection=local\n");
    scene.write(
      "project/p.yml",
      "- hosts: localhost\n  gather_facts: false\n  tasks: [{debug: {msg: x}}]\n",
    );
    for (
      const [setting, variable, form] of [
        [undefined, undefined, UTC],
        ["naive", undefined, NAIVE],
        ["naive", "utc", UTC],
        [undefined, "naive", NAIVE],
      ] as const
    ) {
      scene.write(
        "env/settings",
        JSON.stringify(setting === undefined ? {} : { event_times: setting }),
      );
      // The verbose events are Ansible's own first words.
      const args = ["run", ".", "-p", "p.yml", "-i", "a", "-v"];
      const env = variable === undefined ? {} : { RUNNER_EVENT_TIMES: variable };
      const { code, stderr } = await scene.cli(args, { env });
      assertEquals([code, stderr], [0, ""]);
      const times = timesIn(`${scene.dir}/artifacts/a/job_events`);
      assertEquals([...times.keys()].sort(), ["created", "end", "start", "verbose created"]);
      for (const value of [...times.values()].flat()) assertMatch(value, form);
      assert(Math.abs(Date.parse(times.get("end")?.[0] ?? "") - Date.now()) < 86_400_000);
    }
    const { code, stderr } = await scene.cli(["run", ".", "-p", "p.yml"], {
      env: { RUNNER_EVENT_TIMES: "local" },
    });
    const text = 'Cannot use RUNNER_EVENT_TIMES: expected utc or naive, got "local"';
    assertEquals([code, stderr], [1, `error: ${text}\n`]);
  },
);
