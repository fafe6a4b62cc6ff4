/**
 * The calls of Foreman's smart_proxy_ansible: a private data directory with a linked key, runs that
 * are watched by their event files while they go on, and ended by TERM.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { Scene, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { makeKey, missingSshd } from "../../testing/sshd.ts";

const missing = missingAnsible() ?? missingSshd();

const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - command: /bin/true
      tags: [a]
    - command: /bin/false
      ignore_errors: true
      tags: [b]
    - shell: ssh-add -l
      when: inventory_hostname == "web1.example.com"
      check_mode: false
      tags: [a]
    - pause: {seconds: 120}
      when: wait | default(false)
`;

const INVENTORY = {
  all: {
    hosts: Object.fromEntries(
      ["web1.example.com", "web2.example.com"].map((
        name,
      ) => [name, { ansible_connection: "local" }]),
    ),
  },
};

const PHRASE = "a phrase of Foreman's";

type EventData = Record<string, unknown> | undefined;

function prepare(scene: Scene, more: Record<string, string> = {}): void {
  Deno.mkdirSync(`${scene.dir}/inventory`);
  scene.write("inventory/hosts.json", JSON.stringify(INVENTORY));
  scene.write("project/playbook.yml", PLAYBOOK);
  for (const [name, text] of Object.entries(more)) scene.write(name, text);
}

function entries(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Reads the event files as the proxy does: all but partial ones, by the number in front. */
function eventsOf(scene: Scene): { event: string; event_data: EventData }[] {
  const names = entries(`${scene.dir}/artifacts`);
  const dir = `${scene.dir}/artifacts/${names[0]}/job_events`;
  const files = entries(dir)
    .filter((name) => /^\d+-.*\.json$/.test(name) && !name.includes("partial"));
  const number = (name: string): number => Number.parseInt(name, 10);
  return files.sort((a, b) => number(a) - number(b))
    .map((name) => JSON.parse(Deno.readTextFileSync(`${dir}/${name}`)));
}

testOrSkip("Foreman runs a playbook with a linked key", missing, async () => {
  await using scene = new Scene();
  prepare(scene);
  makeKey(`${scene.root}/id`);
  Deno.symlinkSync(`${scene.root}/id`, `${scene.dir}/env/ssh_key`);
  const words = `--skip-tags 'b' "--diff"`;
  await scene.ok(["run", ".", "-p", "playbook.yml", "--cmdline", words]);
  const events = eventsOf(scene);
  const added = events.filter(({ event, event_data: data }) =>
    event === "runner_on_ok" && data?.["task"] === "shell"
  );
  assertStringIncludes(JSON.stringify(added), "ED25519");
  const hosts = new Set(events.map(({ event_data: data }) => data?.["host"]).filter(Boolean));
  assertEquals(hosts, new Set(["web1.example.com", "web2.example.com"]));
  const stats = events.findLast(({ event }) => event === "playbook_on_stats");
  assertEquals(stats?.event_data?.["failures"], {});
});

testOrSkip("Foreman's pattern opens a key with a passphrase", missing, async () => {
  await using scene = new Scene();
  prepare(scene);
  makeKey(`${scene.root}/id`, { passphrase: PHRASE });
  Deno.symlinkSync(`${scene.root}/id`, `${scene.dir}/env/ssh_key`);
  scene.write("env/passwords", JSON.stringify({ "for.*/artifacts/.*/ssh_key_data:": PHRASE }));
  await scene.ok(["run", ".", "-p", "playbook.yml", "--cmdline", "--skip-tags b"]);
  const added = eventsOf(scene).filter(({ event }) => event === "runner_on_ok");
  assertStringIncludes(JSON.stringify(added), "ED25519");
  const [ident = ""] = entries(`${scene.dir}/artifacts`);
  assert(!(scene.artifact(ident, "command") ?? "").includes(PHRASE));
});

const FOLLOW = "Foreman follows the event files of a run and ends it by TERM";
testOrSkip(FOLLOW, missingAnsible(), async () => {
  await using scene = new Scene();
  prepare(scene);
  const words = "-e wait=true --skip-tags a";
  const child = scene.spawn(["run", ".", "-p", "playbook.yml", "--cmdline", words, "-v"]);
  const output = child.output();
  const isPausing = () =>
    eventsOf(scene).some(({ event_data: data }) => data?.["name"] === "pause");
  await waitFor(isPausing, "the pause", 20_000);
  const failed = eventsOf(scene).filter(({ event }) => event === "runner_on_failed")
    .map(({ event_data: data }) => data);
  const hosts = ["web1.example.com", "web2.example.com"];
  assertEquals(failed.map((data) => data?.["remote_addr"]).sort(), hosts);
  assertEquals(failed.map((data) => data?.["ignore_errors"]), [true, true]);
  child.kill("SIGTERM");
  assertEquals((await output).code, 254);
  const ending = { rc: "254", status: "canceled", reason: "canceled" };
  assertEquals(scene.ending(entries(`${scene.dir}/artifacts`)[0] ?? ""), ending);
  await scene.assertNothingLeft();
});
