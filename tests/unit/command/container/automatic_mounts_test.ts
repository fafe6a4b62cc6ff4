import { assertEquals } from "../../../testing/assert.ts";
import {
  automaticMounts,
  type HelperCall,
} from "../../../../src/command/container/automatic_mounts.ts";

const DIRECTORIES = ["/work", "/home/me/.ssh", "/etc/ssh"];
const FILES = ["/etc/ssh/ssh_known_hosts", "/work/site.yml", "/run/agent"];

const CALL: HelperCall = {
  argv: ["ansible-playbook", "site.yml"],
  cwd: "/work",
  isMounted: true,
  home: "/home/me",
  agentSocket: "/run/agent",
};

const HOST = {
  workdir: undefined,
  look: (path: string) =>
    [...DIRECTORIES, ...FILES].includes(path)
      ? { real: path, isDirectory: DIRECTORIES.includes(path) }
      : undefined,
};

Deno.test("automaticMounts gives a run nothing", () => {
  const nothing = { workdir: undefined, beforeWorkdir: [], words: [], pairs: [] };
  assertEquals(automaticMounts(undefined, HOST), nothing);
});

Deno.test("automaticMounts mounts directory, agent, keys and known hosts of a helper", () => {
  const { workdir, beforeWorkdir, words, pairs } = automaticMounts(CALL, HOST);
  assertEquals(workdir, "/work");
  assertEquals(beforeWorkdir, ["-v", "/work/:/work/"]);
  // The playbook is in a directory that is mounted already.
  assertEquals(words, [
    ...["-v", "/run/:/run/", "-e", "SSH_AUTH_SOCK=/run/agent"],
    ...["-v", "/home/me/.ssh/:/home/runner/.ssh/", "-v", "/home/me/.ssh/:/root/.ssh/"],
    ...["-v", "/etc/ssh/:/etc/ssh/"],
  ]);
  assertEquals(pairs.length, 5);
});

Deno.test("automaticMounts leaves out what is not there or not known", () => {
  const call = { ...CALL, isMounted: false, home: undefined, agentSocket: undefined };
  const { workdir, words } = automaticMounts({ ...call, argv: ["ls", "-i", "/work"] }, {
    workdir: undefined,
    look: (path) => path === "/work" ? HOST.look(path) : undefined,
  });
  assertEquals([workdir, words], [undefined, []]);
});
