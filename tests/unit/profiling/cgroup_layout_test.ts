import { assertEquals } from "../../testing/assert.ts";
import { createCommand, findLayout, parseCounter } from "../../../src/profiling/cgroup_layout.ts";

const V1 = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/my\\040memory cgroup rw,memory 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0
`;
const V2 = `proc /proc proc rw 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nsdelegate 0 0
`;

Deno.test("findLayout prefers v1 where it counts all, and takes v2 else", () => {
  const v1 = findLayout(V1);
  assertEquals(v1?.version, 1);
  assertEquals(v1?.mounts, [
    "/sys/fs/cgroup/cpu,cpuacct",
    "/sys/fs/cgroup/my memory",
    "/sys/fs/cgroup/pids",
  ]);
  assertEquals(v1?.counters.pids, { mount: 2, file: "pids.current" });
  const v2 = findLayout(V2);
  assertEquals([v2?.version, v2?.mounts], [2, ["/sys/fs/cgroup"]]);
  assertEquals(v2?.counters.memory, { mount: 0, file: "memory.current" });
  assertEquals(findLayout("cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0\n"), undefined);
  const partly = findLayout("cgroup /c/pids cgroup rw,pids 0 0\ncgroup2 /c/u cgroup2 rw 0 0\n");
  assertEquals(partly?.version, 2);
});

Deno.test("parseCounter gives microseconds, bytes and counts", () => {
  assertEquals(parseCounter("cpuacct.usage", "123456789\n"), 123456.789);
  assertEquals(parseCounter("cpu.stat", "usage_usec 42\nuser_usec 40\n"), 42);
  assertEquals(parseCounter("memory.current", "1048576\n"), 1048576);
  assertEquals(parseCounter("pids.current", "7\n"), 7);
});

Deno.test("createCommand says what makes the group, for v1 and v2, root and user", () => {
  const v1 = findLayout(V1.replace("\\040", "_"));
  const v2 = findLayout(V2);
  if (v1 === undefined || v2 === undefined) throw new Error("no layout");
  const dirs = "/sys/fs/cgroup/cpu,cpuacct/a /sys/fs/cgroup/my_memory/a /sys/fs/cgroup/pids/a";
  assertEquals(createCommand(v1, { base: "a", uid: 0 }), `sudo mkdir -p ${dirs}`);
  assertEquals(
    createCommand(v1, { base: "a", uid: 7 }),
    `sudo mkdir -p ${dirs} && sudo chown -R 7 ${dirs}`,
  );
  const root = "/sys/fs/cgroup";
  const enable = (dir: string) => `echo +memory +pids > ${dir}/cgroup.subtree_control`;
  assertEquals(
    createCommand(v2, { base: "a/b", uid: 0 }),
    `sudo sh -c 'mkdir -p ${root}/a/b && ${enable(root)} && ${enable(`${root}/a`)} && ${
      enable(`${root}/a/b`)
    }'`,
  );
  assertEquals(
    createCommand(v2, { base: "a", uid: 7 }),
    `sudo sh -c 'mkdir -p ${root}/a/shell && ${enable(root)} && ${enable(`${root}/a`)}` +
      ` && chown -R 7 ${root}/a && echo '$$' > ${root}/a/shell/cgroup.procs'`,
  );
});
