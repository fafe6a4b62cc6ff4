/**
 * Each end may be the original's or ours. Every program is the real one; Ansible too.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import {
  type Chain,
  ENGINE,
  IS_LONG,
  type Job,
  makeProject,
  NONE,
  passed,
  plain,
  play,
  put,
  TESTED,
  WHY_NOT_LONG,
} from "../../testing/interop.ts";
import { cliCommand } from "../../testing/scene.ts";
import { makeKey } from "../../testing/sshd.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { withDir } from "../../testing/zips.ts";

/** Says which hosts there are, and a variable of each. */
const WHO = "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n" +
  "    - debug: {msg: \"{{ inventory_hostname }} {{ place | default('none') }}\"}\n";

function isolatedBy(engine: string, more: Readonly<Record<string, unknown>> = {}): string {
  const isolation = { process_isolation: true, process_isolation_executable: engine };
  return `${JSON.stringify({ ...isolation, container_image: "img:1", ...more })}\n`;
}

const JOBS: Readonly<Record<string, Job>> = {
  "a play": { args: ["-p", "play.yml"] },
  "a play that fails": { args: ["-p", "play.yml", "--cmdline", "-e fails=1"] },
  "a role": { args: ["-r", "greet", "--role-skip-facts"] },
  "a module": { args: ["-m", "debug", "-a", "msg=hello", "--hosts", "all"] },
  "a playbook that is not there": { args: ["-p", "none.yml"] },
  "a host list": {
    args: ["-p", "play.yml", "--inventory", "DIR/inventory/hosts", "--limit", "local*"],
  },
  "a play with keepalive lines": {
    args: ["-p", "slow.yml"],
    worker: ["--keepalive-seconds", "1"],
    prepare: (dir) => put(dir, { "project/slow.yml": play("command: sleep 3") }),
  },
  "a vault and its password": {
    args: ["-p", "vault.yml", "--cmdline=--ask-vault-pass"],
    prepare: async (dir) => {
      await put(dir, {
        "project/vault.yml": play('debug: {msg: "{{ hidden }}"}', "  vars_files: [secret.yml]\n"),
        "project/secret.yml": "hidden: found it\n",
        "key": "vaultvaultvault",
        "env/passwords": '{"Vault password:\\\\s*?$": "vaultvaultvault"}\n',
      });
      const args = ["encrypt", "--vault-password-file", `${dir}/key`, `${dir}/project/secret.yml`];
      await new Deno.Command("/usr/bin/ansible-vault", { args, stdin: "null", stdout: "null" })
        .output();
      await Deno.remove(`${dir}/key`);
    },
  },
  "a question and its answer": {
    args: ["-p", "ask.yml"],
    prepare: (dir) =>
      put(dir, {
        "project/ask.yml": play(
          'debug: {msg: "{{ who }}"}',
          "  vars_prompt: [{name: who, prompt: Your name, private: false}]\n",
        ),
        "env/passwords": '{"Your name.*:\\\\s*?$": "someone"}\n',
      }),
  },
  "a private key": {
    args: ["-p", "key.yml"],
    prepare: async (dir) => {
      await put(dir, {
        "project/key.yml": play(
          'shell: ssh-add -l\n      register: keys\n    - debug: {msg: "{{ keys.stdout }}"}',
        ),
      });
      makeKey(`${dir}/env/ssh_key`);
      await Deno.remove(`${dir}/env/ssh_key.pub`);
    },
  },
  "a play with roles": {
    args: ["-p", "roles.yml"],
    prepare: (dir) =>
      put(dir, { "project/roles.yml": "- hosts: all\n  gather_facts: false\n  roles: [greet]\n" }),
  },
  "an inventory of several files, with variables of groups and hosts": {
    args: ["-p", "who.yml"],
    prepare: async (dir) => {
      for (const name of ["group_vars", "host_vars"]) Deno.mkdirSync(`${dir}/inventory/${name}`);
      await put(dir, {
        "project/who.yml": WHO,
        "inventory/more.yml": "web:\n  hosts:\n    w1: {ansible_connection: local}\n",
        "inventory/group_vars/web.yml": "place: of the group\n",
        "inventory/host_vars/localhost.yml": "place: of the host\n",
      });
    },
  },
  "an inventory that is a program": {
    args: ["-p", "who.yml", "--inventory", "DIR/inventory/hosts.py"],
    prepare: async (dir) => {
      const hosts = '{"all": {"hosts": ["p1"], "vars": {"ansible_connection": "local", ' +
        '"place": "of a program"}}, "_meta": {"hostvars": {}}}';
      await put(dir, {
        "project/who.yml": WHO,
        "inventory/hosts.py": `#!/bin/sh\necho '${hosts}'\n`,
      });
      await Deno.chmod(`${dir}/inventory/hosts.py`, 0o700);
    },
  },
  "an inventory in JSON below the project": {
    args: ["-p", "who.yml", "--inventory", "DIR/project/hosts.json"],
    prepare: (dir) =>
      put(dir, {
        "project/who.yml": WHO,
        "project/hosts.json":
          '{"all": {"hosts": {"j1": {"ansible_connection": "local", "place": "of JSON"}}}}\n',
      }),
  },
  // 2.3 overwrites inventory/hosts with it, 2.4 takes no such words.
  "hosts by their names": {
    args: ["-p", "who.yml", "--inventory", "a,b,"],
    isOurs: true,
    prepare: (dir) => put(dir, { "project/who.yml": WHO }),
  },
  "a container": {
    args: ["-p", "play.yml"],
    prepare: (dir) => put(dir, { "env/settings": isolatedBy("podman") }),
  },
  "a container of docker, with a mount and an option": {
    args: ["-p", "play.yml"],
    prepare: (dir) =>
      put(dir, {
        "env/settings": isolatedBy("docker", {
          container_volume_mounts: ["/etc/hostname:/tmp/name:ro"],
          container_options: ["--network=none"],
        }),
      }),
  },
};

/** Who does what, besides the original alone. */
function chainsOf(theirs: readonly string[], { isOurs = false }: Job): Chain[] {
  const ours = cliCommand();
  return [
    ...(isOurs ? [] : [{ transmit: theirs, worker: ours, process: theirs }]),
    { transmit: ours, worker: theirs, process: ours },
    ...(IS_LONG ? [{ transmit: ours, worker: ours, process: ours }] : []),
  ];
}

/** The gate does one job: it starts a dozen programs. */
const IN_GATE: readonly string[] = ["a play"];

for (const original of TESTED) {
  for (const [what, job] of Object.entries(JOBS)) {
    const whyNot = IN_GATE.includes(what) ? undefined : WHY_NOT_LONG;
    testOrSkip(`${what}: ${original} and ours at either end`, whyNot, async () => {
      await using dir = await withDir();
      makeProject(`${dir.path}/sent`);
      await job.prepare?.(`${dir.path}/sent`);
      Deno.mkdirSync(`${dir.path}/bin`);
      for (const engine of ["podman", "docker"]) {
        Deno.writeTextFileSync(`${dir.path}/bin/${engine}`, ENGINE, { mode: 0o755 });
      }
      const theirs = [original];
      const all = { transmit: theirs, worker: theirs, process: theirs };
      const expected = job.isOurs === true
        ? await plain(dir, job)
        : await passed(dir, { chain: all, job });
      assert((expected as { events: unknown[] }).events.length > 0);
      for (const chain of chainsOf(theirs, job)) {
        assertEquals(await passed(dir, { chain, job }), expected, JSON.stringify(chain));
      }
      if (IS_LONG) assertEquals(await plain(dir, job), expected, "a plain run");
    });
  }
}

if (TESTED.length === 0) testOrSkip("jobs from ours to the original and back", NONE, () => {});
