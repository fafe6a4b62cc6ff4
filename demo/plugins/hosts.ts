#!/usr/bin/env -S deno run --allow-env=RUNNER_ARTIFACT_DIR --allow-write
/**
 * A plugin in TypeScript that is a program: how many results each host had, in a file of the
 * artifacts. `runner_plugins: [plugins/hosts.ts]` in env/settings.
 */
const counts: Record<string, number> = {};
let text = "";
for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (text + part).split("\n");
  text = lines.pop() ?? "";
  for (const line of lines) {
    const host = JSON.parse(line).event_data?.host;
    if (typeof host === "string") counts[host] = (counts[host] ?? 0) + 1;
  }
}
Deno.writeTextFileSync(`${Deno.env.get("RUNNER_ARTIFACT_DIR")}/hosts.json`, JSON.stringify(counts));
