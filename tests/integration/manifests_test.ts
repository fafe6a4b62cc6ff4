import { parseAllDocuments } from "npm:yaml@2.9.1";
import { assert, assertEquals } from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

// deno-lint-ignore no-explicit-any -- looked at field by field
function documents(path: string): any[] {
  return parseAllDocuments(Deno.readTextFileSync(`${ROOT}/${path}`)).map((document) => {
    assertEquals([...document.errors, ...document.warnings], [], path);
    return document.toJS();
  });
}

Deno.test("the workflows are YAML and use the Deno that scripts/setup installs", () => {
  const setup = Deno.readTextFileSync(`${ROOT}/scripts/setup`);
  const version = /^DENO_VERSION=(.*)$/m.exec(setup)?.[1];
  for (const name of ["ci", "release"]) {
    const [workflow] = documents(`.github/workflows/${name}.yml`);
    const versions: string[] = [];
    for (const job of Object.values<{ steps: Record<string, unknown>[] }>(workflow.jobs)) {
      for (const step of job.steps) {
        assert(("run" in step) !== ("uses" in step), JSON.stringify(step));
        const given = step["with"] as Record<string, string> | undefined;
        if (given?.["deno-version"] !== undefined) versions.push(given["deno-version"]);
      }
    }
    assertEquals(new Set(versions), new Set([version]), name);
  }
});

Deno.test("the Kubernetes job runs as any uid with gid 0, once, and mounts where the image looks", () => {
  const [project, job] = documents("demo/kubernetes_job.yml");
  assertEquals([project.kind, job.kind], ["ConfigMap", "Job"]);
  const { template, backoffLimit } = job.spec;
  assertEquals([backoffLimit, template.spec.restartPolicy], [0, "Never"]);
  assertEquals(template.spec.securityContext.runAsGroup, 0);
  const [container] = template.spec.containers;
  const { RUNNER_PLAYBOOK: playbook } = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  assert(playbook in project.data);
  const mounts = container.volumeMounts.map((mount: { mountPath: string }) => mount.mountPath);
  assertEquals(mounts, ["/runner/project", "/runner/artifacts"]);
  assertEquals(
    container.volumeMounts.map((mount: { name: string }) => mount.name).sort(),
    template.spec.volumes.map((volume: { name: string }) => volume.name).sort(),
  );
  const [play] = parseAllDocuments(project.data[playbook]).map((document) => document.toJS());
  assertEquals(play[0].hosts, "localhost");
});

Deno.test("the Kubernetes worker reads its job from a standard input that is no terminal", () => {
  const [job] = documents("demo/kubernetes_worker.yml");
  assertEquals([job.kind, job.spec.backoffLimit], ["Job", 0]);
  const { spec } = job.spec.template;
  assertEquals(spec.restartPolicy, "Never");
  const [{ args, stdin, stdinOnce, tty, volumeMounts }] = spec.containers;
  assertEquals(args, ["ansible-runner", "worker"]);
  assertEquals([stdin, stdinOnce, tty], [true, true, undefined]);
  assertEquals(volumeMounts, [{ name: "tmp", mountPath: "/tmp" }]);
  assertEquals(spec.volumes, [{ name: "tmp", emptyDir: { medium: "Memory" } }]);
});

const analyze = new Deno.Command("sh", { args: ["-c", "command -v systemd-analyze"] })
  .outputSync().success;
testOrSkip(
  "the systemd unit is one that systemd takes",
  analyze ? undefined : "no systemd-analyze",
  async () => {
    const dir = await Deno.makeTempDir();
    const text = await Deno.readTextFile(`${ROOT}/demo/ansible-runner@.service`);
    // Neither the program nor its man page need be installed here.
    const unit = text.replace("/usr/local/bin/ansible-runner", "/bin/true")
      .replace(/^Documentation=.*\n/m, "");
    await Deno.writeTextFile(`${dir}/ansible-runner@.service`, unit);
    const { stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", `${dir}/ansible-runner@demo.service`],
    }).output();
    await Deno.remove(dir, { recursive: true });
    const complaints = new TextDecoder().decode(stderr).split("\n")
      // Older ones do not know it and ignore it, as the unit says.
      .filter((line) => line !== "" && !line.includes("'DelegateSubgroup'"));
    assertEquals(complaints, []);
  },
);
