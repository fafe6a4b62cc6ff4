/**
 * A job that root runs under bwrap tries to see what is hidden and to reach what is outside.
 */
import { capabilitiesInside, prepareSandbox } from "../../../src/command/sandbox/bwrap.ts";
import type { SandboxPlan } from "../../../src/command/sandbox/argv.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { missingBwrap } from "../../testing/isolation.ts";
import { testOrSkip } from "../../testing/skip.ts";

const NOT_ROOT = missingBwrap() ?? (Deno.uid() === 0 ? undefined : "not root");
const DECODER = new TextDecoder();

/** A private data dir, and what its job must not see or write. */
class Scene implements Disposable {
  readonly dir = Deno.makeTempDirSync({ prefix: "sandbox_root_" });
  readonly data = `${this.dir}/data`;
  readonly secret = `${this.dir}/hidden/secret`;

  constructor() {
    for (const path of ["data/project", "data/env", "data/artifacts/x", "data/artifacts/y"]) {
      Deno.mkdirSync(`${this.dir}/${path}`, { recursive: true });
    }
    Deno.mkdirSync(`${this.dir}/hidden`);
    Deno.mkdirSync(`${this.dir}/staging`);
    Deno.writeTextFileSync(this.secret, "classified");
  }

  /** What a shell inside prints. */
  async inside(script: string, changes: Partial<SandboxPlan> = {}): Promise<string> {
    using sandbox = await prepareSandbox({
      executable: "bwrap",
      root: "host",
      stagingPath: `${this.dir}/staging`,
      hidePaths: [`${this.dir}/hidden`],
      roPaths: [],
      showPaths: [],
      privateDataDir: this.data,
      neededPaths: [`${this.data}/artifacts/x`],
      cwd: `${this.data}/project`,
      home: "/root",
      capabilities: capabilitiesInside(),
      ...changes,
    });
    const [program = "", ...args] = sandbox.argv;
    const { stdout, stderr } = await new Deno.Command(program, {
      args: [...args, "sh", "-c", script, "sh", this.dir],
    }).output();
    return DECODER.decode(stdout) + DECODER.decode(stderr);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** Each prints the secret, or that it got through. */
const ATTACKS: Readonly<Record<string, string>> = {
  "umount": `umount "$1/hidden"; cat "$1/hidden/secret"`,
  "a bind mount": `mkdir m; mount --bind / m && cat "m$1/hidden/secret"; umount m`,
  "a new mount namespace": `unshare -m sh -c 'umount "$0/hidden"; cat "$0/hidden/secret"' "$1"`,
  "a user namespace of its own":
    `unshare -Um --map-root-user sh -c 'umount "$0/hidden"; mkdir u; mount --bind / u;
     cat "$0/hidden/secret" "u$0/hidden/secret"' "$1"`,
  "the disks": `find /dev -type b | grep . && echo classified`,
  "a device made": `mknod disk b 8 0 && echo classified; rm -f disk`,
  "memory and ports": `ls /dev/mem /dev/port /dev/kmsg 2>/dev/null | grep . && echo classified`,
  "the core pattern": `old=$(cat /proc/sys/kernel/core_pattern)
    echo "$old" > /proc/sys/kernel/core_pattern && echo classified`,
};

for (const root of ["host", "minimal"] as const) {
  for (const [how, script] of Object.entries(ATTACKS)) {
    testOrSkip(`root in a sandbox sees nothing hidden by ${how} (${root})`, NOT_ROOT, async () => {
      using scene = new Scene();
      const showPaths = root === "minimal" ? [scene.dir] : [];
      const text = await scene.inside(script, { root, showPaths });
      assert(!text.includes("classified"), text);
    });
  }
}

testOrSkip("root in a sandbox still does what plays do", NOT_ROOT, async () => {
  using scene = new Scene();
  const text = await scene.inside(
    `set -e; echo x > f; chown nobody f; chmod 4750 f; echo y >> f; stat -c %U:%a f
     setpriv --reuid nobody --clear-groups id -un; su -s /bin/sh nobody -c 'id -un'
     setpriv --reuid nobody sleep 60 & kill $!; cat f > /dev/null
     chroot / true; python3 -c 'import os; os.openpty()'; ls /dev/shm > /dev/null; echo done`,
  );
  assertEquals(text, "nobody:4750\nnobody\nnobody\ndone\n");
});

testOrSkip("process_isolation_caps gives back, and takes all away", NOT_ROOT, async () => {
  using scene = new Scene();
  const effective = async (asked: string[]): Promise<bigint> => {
    const script = "sed -n 's/CapEff:.//p' /proc/self/status";
    const text = await scene.inside(script, { capabilities: capabilitiesInside(asked) });
    return BigInt(`0x${text.trim()}`);
  };
  assertEquals(await effective(["none"]), 0n);
  assertEquals(await effective(["none", "CAP_CHOWN", "kill"]), 0b100001n);
  const usual = await effective([]);
  assertEquals(await effective(["sys_nice"]), usual | (1n << 23n));
  const mine = /CapPrm:\s*(\w+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "";
  assertEquals(await effective(["all"]), BigInt(`0x${mine}`));
  const error = assertThrows(() => capabilitiesInside(["everything"]));
  assertEquals(
    error.message,
    'Cannot use "everything" of process_isolation_caps: expected all, none or the name of a capability such as net_admin',
  );
});

for (const root of ["host", "minimal"] as const) {
  testOrSkip(`read-only inputs stay as they are (${root} root)`, missingBwrap(), async () => {
    using scene = new Scene();
    const text = await scene.inside(
      `cd "$1/data"; for path in env/settings roles inventory artifacts/y/rc project/p.yml; do
         mkdir "$path" 2> /dev/null && echo "made $path"
       done; echo ok > artifacts/x/file; pwd`,
      { root, roInputs: [scene.data, `${scene.data}/project`] },
    );
    assertEquals(text, `${scene.data}\n`);
    assertEquals(Deno.readTextFileSync(`${scene.data}/artifacts/x/file`), "ok\n");
  });
}
