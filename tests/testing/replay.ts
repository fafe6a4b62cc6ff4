/**
 * Events of one run of Ansible for many tests: what receives them is the same whether Ansible makes them
 * each time, which takes most of the processor time of such a test, or a program says them again.
 *
 * @module
 */
import { filesBelow } from "./leaks.ts";
import { BIN, Scene } from "./scene.ts";

/** Runs a playbook with Ansible, once. */
export async function recordEvents(playbook: string): Promise<string> {
  await using scene = new Scene();
  scene.write("project/p.yml", playbook);
  await scene.ok(["run", ".", "-p", "p.yml", "-i", "a"]);
  const events = filesBelow(`${scene.dir}/artifacts/a/job_events`)
    .map((name) => scene.artifact("a", `job_events/${name}`) ?? "")
    .map((text) => ({ text, counter: JSON.parse(text).counter as number }));
  return events.sort((a, b) => a.counter - b.counter).map(({ text }) => `${text.trim()}\n`).join(
    "",
  );
}

/**
 * Puts a program in the place of `ansible-playbook` that says events again, at their pace.
 *
 * @param scene where
 * @param events of {@linkcode recordEvents}
 * @returns variables of the command line that runs it
 */
export function replayIn(scene: Scene, events: string): Record<string, string> {
  const file = `${scene.root}/events`;
  Deno.writeTextFileSync(file, events);
  Deno.mkdirSync(`${scene.root}/bin`);
  Deno.symlinkSync(`${BIN}/replay_events`, `${scene.root}/bin/ansible-playbook`);
  return { PATH: `${scene.root}/bin:${Deno.env.get("PATH")}`, REPLAY_EVENTS: file };
}
