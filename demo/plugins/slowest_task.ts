/**
 * A plugin in TypeScript, loaded into the runner: `runner_plugins: [plugins/slowest_task.ts]`, with
 * `slowest_task_file` in env/settings as the file to write.
 */
import type { Emitter } from "../../mod.ts";

/** Called once per run, with the settings that are not the runner's own. */
export function createEmitter(settings: Readonly<Record<string, unknown>>): Emitter {
  let slowest = { task: "none", seconds: 0 };
  return {
    name: "slowest_task",
    send({ kind, json }) {
      const { duration = 0, task } = kind === "event" ? JSON.parse(json).event_data ?? {} : {};
      if (duration > slowest.seconds) slowest = { task, seconds: duration };
      return Promise.resolve();
    },
    close() {
      Deno.writeTextFileSync(String(settings.slowest_task_file), `${JSON.stringify(slowest)}\n`);
    },
  };
}
