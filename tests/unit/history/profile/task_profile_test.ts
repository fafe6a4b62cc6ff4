/**
 * Figures of tasks, bars of values.
 */
import { profileTasks, sparkline } from "../../../../src/history/profile/task_profile.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("a sparkline has the largest of each part", () => {
  assertEquals(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 12), "▁▂▃▄▅▆▇█");
  assertEquals(sparkline([0, 0, 9, 0, 0, 0, 0, 9], 4), "▁█▁█");
  assertEquals(sparkline([0, 0], 4), "▁▁");
  assertEquals(sparkline([], 4), "");
});

Deno.test("the samples of each task are summed up, in the order of the tasks", () => {
  const [first, second] = [{ number: 2, uuid: "a" }, { number: 10, uuid: "b" }];
  const cpu = { name: "t", counter: "cpu" } as const;
  const profiles = profileTasks([
    { ...cpu, task: second, time: 1, value: 5 },
    { ...cpu, task: first, time: 1, value: 1 },
    { ...cpu, task: first, time: 2, value: 2 },
    { ...cpu, task: first, counter: "pids", time: 2, value: 3 },
  ]);
  assertEquals(profiles.map(({ number, task, task_uuid }) => [number, task, task_uuid]), [
    [2, "t", "a"],
    [10, "t", "b"],
  ]);
  assertEquals(profiles[0]?.cpu, { max: 2, mean: 1.5, values: [[1, 1], [2, 2]] });
  assertEquals(profiles[0]?.pids, { max: 3, mean: 3, values: [[2, 3]] });
  assertEquals([profiles[0]?.memory, profiles[1]?.pids], [null, null]);
});
