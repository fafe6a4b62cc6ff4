/**
 * `tune_python`: the program's collector runs less often, and nothing else of it is another.
 */
import { assertEquals } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";
import { missingAnsible, missingBwrap } from "../testing/isolation.ts";
import { testOrSkip } from "../testing/skip.ts";

/** Prints what a program can see of the tuning, before and after its first fork. */
const PROBE = `#!/usr/bin/python3
import gc, json, os, subprocess, sys
first = gc.get_threshold()[0]
pid = os.fork()
if pid == 0:
    os._exit(0 if hasattr(gc, "freeze") == (gc.get_freeze_count() > 0) else 3)
status = os.waitpid(pid, 0)[1]
below = subprocess.check_output(["/bin/sh", "-c", "echo \${PYTHONPATH-unset}"]).decode().strip()
with open("/proc/self/cmdline") as f:
    words = f.read().split("\\0")[:-1]
users = getattr(sys, "of_the_user", None)
modules = "sitecustomize" in sys.modules
with open(os.environ["SHOW_TO"], "w") as f:
    json.dump([first, gc.get_threshold()[0], status, below, words, users, modules, sys.path], f)
`;

const FILES = {
  "bin/probe": { text: PROBE, mode: 0o755 },
  "theirs/sitecustomize.py": "import sys\nsys.of_the_user = True\n",
  "private/inventory/hosts": "localhost ansible_connection=local\n",
  "private/project/p.yml": "- hosts: all\n",
};

async function probed(
  place: TestPlace,
  { settings, PYTHONPATH }: { settings: Record<string, unknown>; PYTHONPATH?: string | undefined },
): Promise<unknown[]> {
  Deno.mkdirSync(`${place.dir}/env`, { recursive: true });
  Deno.writeTextFileSync(`${place.dir}/env/settings`, JSON.stringify(settings));
  const env = { SHOW_TO: `${place.dir}/project/seen`, PYTHONPATH };
  const args = ["run", "private", "-p", "p.yml", "-b", `${place.bin}/probe`];
  assertEquals(await place.run(args, { env }), { code: 0, stdout: "", stderr: "" });
  return JSON.parse(place.read("private/project/seen") ?? "");
}

for (const isolated of [false, true]) {
  testOrSkip(
    `tune_python changes the thresholds and nothing else${isolated ? ", under bwrap as well" : ""}`,
    isolated ? missingBwrap() : undefined,
    async () => {
      using place = new TestPlace(FILES);
      const theirs = `${place.root}/theirs`;
      for (const PYTHONPATH of [undefined, theirs, ""]) {
        const settings = isolated
          ? { process_isolation: true, process_isolation_show_paths: [place.root] }
          : {};
        const [usual, afterUsual, , ...rest] = await probed(place, {
          settings: { ...settings, tune_python: false },
          PYTHONPATH,
        });
        const [tuned, after, status, ...same] = await probed(place, { settings, PYTHONPATH });
        assertEquals(same, rest);
        assertEquals([after, afterUsual], [usual, usual]);
        assertEquals(tuned, PYTHONPATH === "" ? usual : 10000);
        if (PYTHONPATH !== "") assertEquals(status, 0);
      }
    },
  );
}

testOrSkip("tune_python leaves the environment of tasks as it is", missingAnsible(), async () => {
  using place = new TestPlace({
    ...FILES,
    "private/project/p.yml": "- hosts: all\n  gather_facts: false\n  tasks:\n" +
      `    - {name: env, shell: 'echo "<\${PYTHONPATH-unset}>"'}\n`,
  });
  Deno.removeSync(`${place.bin}/ansible-playbook`);
  for (const [PYTHONPATH, shown] of [[undefined, "<unset>"], ["/theirs", "</theirs>"]] as const) {
    const args = ["run", "private", "-p", "p.yml", "-i", "x", "-v"];
    const { code, stdout, stderr } = await place.run(args, { env: { PYTHONPATH } });
    assertEquals([code, stderr, stdout.includes(`"stdout": "${shown}"`)], [0, "", true], stdout);
    const command = JSON.parse(place.read("private/artifacts/x/command") ?? "");
    assertEquals(command.env.PYTHONPATH, PYTHONPATH);
    Deno.removeSync(`${place.dir}/artifacts`, { recursive: true });
  }
});
