/**
 * The container image as clusters call it: our own demo/kubernetes_job.yml, read and followed, and the
 * images of others that put `ansible-runner run /runner …` behind our entrypoint. Volumes are 0777.
 *
 * @module
 */
import { parse } from "npm:yaml@2.9.1";
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { ContainerRoot, whyNoContainerRoot } from "../../testing/container_root.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { testOrSkip } from "../../testing/skip.ts";

const REPOSITORY = new URL("../../..", import.meta.url).pathname;
const missing = whyNoContainerRoot() ?? missingAnsible() ??
  (Deno.execPath().startsWith("/usr/") ? undefined : "Deno is not below /usr");

/** What of the manifest matters here. */
interface Job {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value: string }[];
        }[];
      };
    };
  };
}

/** A container's root with our sources in it: the program is a script that runs them. */
function makeRoot(): ContainerRoot {
  const script = Deno.makeTempFileSync();
  const flags = "run -A --no-check --no-lock --no-config";
  Deno.writeTextFileSync(script, `#!/bin/sh\nexec deno ${flags} /opt/bin/sources/cli.ts "$@"\n`);
  Deno.chmodSync(script, 0o755);
  const root = new ContainerRoot(script);
  Deno.removeSync(script);
  const sources = `${root.dir}/bin/sources`;
  Deno.mkdirSync(sources);
  for (const name of ["src", "cli.ts", "mod.ts", "deno.json"]) copy(REPOSITORY + name, sources);
  // What a compiled program has in it: there is no network.
  const packages = "npm/registry.npmjs.org";
  Deno.mkdirSync(`${root.dir}/bin/deno/${packages}`, { recursive: true });
  copy(`${denoDirectory()}/${packages}/yaml`, `${root.dir}/bin/deno/${packages}`);
  new Deno.Command("chmod", { args: ["-R", "a+rwX", `${root.dir}/bin`] }).outputSync();
  return root;
}

function copy(from: string, to: string): void {
  const { success } = new Deno.Command("cp", { args: ["-R", from, to] }).outputSync();
  assert(success, from);
}

/** An emptyDir, a hostPath or a claim: whoever runs, it can be written. */
function makeVolume(root: ContainerRoot, name: string, files: Record<string, string> = {}): void {
  const dir = `${root.dir}/runner/${name}`;
  Deno.removeSync(dir, { recursive: true });
  Deno.mkdirSync(dir);
  Deno.chmodSync(dir, 0o777);
  for (const [file, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${dir}/${file}`, text, { mode: 0o644 });
  }
}

const DENO_DIR = { DENO_DIR: "/opt/bin/deno", DENO_NO_UPDATE_CHECK: "1" };

testOrSkip("demo/kubernetes_job.yml runs as it stands", missing, async () => {
  using root = makeRoot();
  const text = Deno.readTextFileSync(`${REPOSITORY}demo/kubernetes_job.yml`);
  const [config, job] = text.split("\n---\n").map((part) => parse(part));
  const { securityContext, containers } = (job as Job).spec.template.spec;
  const [container] = containers;
  makeVolume(root, "project", (config as { data: Record<string, string> }).data);
  makeVolume(root, "artifacts");
  const { code, stdout, stderr } = await root.run(container?.args ?? [], {
    uid: securityContext.runAsUser,
    gid: securityContext.runAsGroup,
    env: {
      ...DENO_DIR,
      ...Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []),
    },
  });
  assertEquals([code, stderr], [0, ""], stdout);
  const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(events.at(-1)?.event, "playbook_on_stats");
  assertEquals(events.at(-1)?.event_data.ok, { localhost: 1 });
});

testOrSkip("openstack-ansibleee's call on a volume of everybody", missing, async () => {
  using root = makeRoot();
  const play = "- hosts: localhost\n  connection: local\n  gather_facts: false\n" +
    "  tasks: [{debug: {msg: from the volume}}]\n";
  makeVolume(root, "project", { "playbook.yaml": play });
  Deno.chmodSync(`${root.dir}/runner`, 0o777);
  const words = ["ansible-runner", "run", "/runner", "-p", "playbook.yaml", "-i", "deploy-1"];
  // The whole play stands in RUNNER_PLAYBOOK as well.
  const env = { ...DENO_DIR, RUNNER_PLAYBOOK: play };
  const { code, stdout, stderr } = await root.run(words, { uid: 12345, env });
  assertEquals([code, stderr], [0, ""], stdout);
  assertStringIncludes(stdout, "from the volume");
  assertEquals(Deno.readTextFileSync(`${root.dir}/runner/artifacts/deploy-1/rc`), "0");
});
