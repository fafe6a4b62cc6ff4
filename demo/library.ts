/**
 * Turns the demo's private data dir into a run made by a program: its events as they come, then its counts.
 *
 *     deno run -A demo/library.ts
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a program for people
import { runAsync } from "../mod.ts";

const { runner, done } = runAsync({
  privateDataDir: new URL(".", import.meta.url).pathname,
  playbook: "test.yml",
  extravars: { greeting: "hello from a program" },
  signal: AbortSignal.timeout(120_000),
});

// Leaving this block early, by an error or a break, would cancel the run.
await using _run = runner;

for await (const event of runner.events) {
  switch (event.event) {
    case "playbook_on_task_start":
      console.log(`\n${event.event_data.name}`);
      break;
    case "runner_on_ok":
    case "runner_on_failed":
      console.log(`  ${event.event_data.host}: ${event.event.slice("runner_on_".length)}`);
      break;
  }
}

await done;
console.log(`\n${runner.status}: ${runner.rc}`);
for (const host of Object.keys(runner.stats?.processed ?? {})) {
  const count = (what: "ok" | "changed" | "rescued") => runner.stats?.[what][host] ?? 0;
  console.log(
    `${host}: ${count("ok")} ok, ${count("changed")} changed, ${count("rescued")} rescued`,
  );
}
