import { assert, assertEquals, assertStringIncludes } from "../../../testing/assert.ts";
import {
  buildSandboxArgv,
  listPaths,
  type SandboxPlan,
} from "../../../../src/command/sandbox/argv.ts";
import type { PathFact } from "../../../../src/command/sandbox/path_facts.ts";

const PLAN: SandboxPlan = {
  executable: "bwrap",
  root: "host",
  stagingPath: "/tmp",
  hidePaths: [],
  roPaths: [],
  showPaths: [],
  privateDataDir: "/private",
  neededPaths: ["/private/artifacts/x"],
  cwd: "/private/project",
};

/** A host that has these paths; `a -> b` is a link, a final slash marks a directory. */
function host(...entries: string[]) {
  const facts = new Map<string, PathFact>();
  const base = ["/private/", "/private/artifacts/x/", "/private/project/"];
  for (const entry of [...base, ...entries]) {
    const [name = "", link] = entry.split(" -> ");
    const real = link ?? name;
    const strip = (text: string) => text.replace(/(.)\/$/, "$1");
    facts.set(strip(name), {
      real: strip(real).startsWith("/") ? strip(real) : `/${strip(real)}`,
      isDirectory: real.endsWith("/"),
      link: link === undefined ? undefined : strip(link),
    });
  }
  return { facts, stagingDir: "/tmp/pi" };
}

const HOST_ROOT = "bwrap --die-with-parent --unshare-pid --dev-bind / / --proc /proc";
const MINIMAL_ROOT =
  "bwrap --die-with-parent --unshare-pid --dev-bind /dev dev --proc /proc --dir /tmp" +
  " --ro-bind /bin /bin --ro-bind /etc /etc --ro-bind /usr /usr --ro-bind /opt /opt";
const BASE = ["/bin/", "/etc/", "/usr/", "/opt/"];

function mountsOf(plan: Partial<SandboxPlan>, entries: string[] = []): string {
  const { argv } = buildSandboxArgv({ ...PLAN, ...plan }, host(...entries));
  const text = argv.join(" ");
  assertStringIncludes(text, HOST_ROOT);
  return text.slice(HOST_ROOT.length + 1);
}

Deno.test("buildSandboxArgv binds the private data dir over all of the host [argv.txt 47, 1.4]", () => {
  assertEquals(mountsOf({}), "--bind /private /private --chdir /private/project");
});

Deno.test("buildSandboxArgv changes to the private data dir for a module [argv.txt 48]", () => {
  assertEquals(mountsOf({ cwd: "/private" }), "--bind /private /private --chdir /private");
});

Deno.test("buildSandboxArgv sorts hidden, read-only and shown paths [argv.txt 49, 51]", () => {
  const plan = {
    hidePaths: ["/var", "/etc/hostname", "/nonexist", "/var"],
    showPaths: ["/var/tmp", "/opt"],
    roPaths: ["/usr/share", "/staging"],
  };
  const entries = ["/var/", "/etc/hostname", "/var/tmp/", "/opt/", "/usr/share/", "/staging/"];
  assertEquals(
    mountsOf(plan, entries),
    "--bind /tmp/pi/hidden0 /etc/hostname --bind /tmp/pi/hidden1 /var" +
      " --ro-bind /staging /staging --ro-bind /usr/share /usr/share" +
      " --bind /opt /opt --bind /private /private --bind /var/tmp /var/tmp" +
      " --chdir /private/project",
  );
  const built = buildSandboxArgv({ ...PLAN, ...plan }, host(...entries));
  assertEquals(built.covers, [
    { path: "/tmp/pi/hidden0", isDirectory: false },
    { path: "/tmp/pi/hidden1", isDirectory: true },
  ]);
  assertEquals(built.skipped, ["/nonexist"]);
});

Deno.test("buildSandboxArgv resolves links and drops doubles behind them", () => {
  const entries = ["/link -> /var/", "/var/"];
  assertEquals(
    mountsOf({ hidePaths: ["/link", "/var"] }, entries),
    "--bind /tmp/pi/hidden0 /var --bind /private /private --chdir /private/project",
  );
});

Deno.test("buildSandboxArgv hides a path below a shown one, and shows one below that", () => {
  const plan = { hidePaths: ["/srv/a/b"], showPaths: ["/srv/a/b/c"], roPaths: ["/srv"] };
  assertEquals(
    mountsOf(plan, ["/srv/a/b/", "/srv/a/b/c/", "/srv/"]),
    "--ro-bind /srv /srv --bind /private /private --bind /tmp/pi/hidden0 /srv/a/b" +
      " --bind /srv/a/b/c /srv/a/b/c --chdir /private/project",
  );
});

Deno.test("buildSandboxArgv keeps a read-only path inside the private data dir read-only", () => {
  assertEquals(
    mountsOf({ roPaths: ["/private/project"] }),
    "--bind /private /private --ro-bind /private/project /private/project --chdir /private/project",
  );
});

Deno.test("buildSandboxArgv shows what the run needs when it lies in a hidden directory", () => {
  const plan = {
    hidePaths: ["/tmp"],
    neededPaths: ["/private/artifacts/x", "/tmp/agent", "/data/artifacts"],
    cwd: "/tmp/runner_di_1",
  };
  assertEquals(
    mountsOf(plan, ["/tmp/", "/tmp/agent/", "/data/artifacts/", "/tmp/runner_di_1/"]),
    "--bind /tmp/pi/hidden0 /tmp --bind /private /private" +
      " --bind /tmp/runner_di_1 /tmp/runner_di_1 --bind /tmp/agent /tmp/agent" +
      " --chdir /tmp/runner_di_1",
  );
});

Deno.test("buildSandboxArgv keeps the artifact dir writable below a read-only path", () => {
  assertStringIncludes(
    mountsOf({ roPaths: ["/private/artifacts"] }, ["/private/artifacts/"]),
    "--ro-bind /private/artifacts /private/artifacts" +
      " --bind /private/artifacts/x /private/artifacts/x",
  );
});

Deno.test("buildSandboxArgv keeps a path hidden that lies in a directory shown for need", () => {
  const text = mountsOf(
    { hidePaths: ["/srv", "/srv/p/secret"], cwd: "/srv/p" },
    ["/srv/", "/srv/p/", "/srv/p/secret"],
  );
  assert(text.indexOf("--bind /srv/p /srv/p") < text.indexOf("/srv/p/secret"), text);
});

Deno.test("buildSandboxArgv covers our own places last, where they can be seen at all", () => {
  const places = { ownPlaces: ["/run/own", "/var/tmp/own", "/none"], hidePaths: ["/var"] };
  const entries = ["/run/", "/run/own/", "/var/", "/var/tmp/", "/var/tmp/own/"];
  const end = "--chdir /private/project";
  assertEquals(
    mountsOf(places, entries),
    `--bind /tmp/pi/hidden0 /var --bind /private /private --bind /tmp/pi/hidden1 /run/own ${end}`,
  );
  assertEquals(
    mountsOf({ ...places, showPaths: ["/run/own", "/var/tmp"] }, entries),
    "--bind /tmp/pi/hidden0 /var --bind /private /private --bind /run/own /run/own " +
      "--bind /var/tmp /var/tmp --bind /tmp/pi/hidden1 /run/own " +
      `--bind /tmp/pi/hidden2 /var/tmp/own ${end}`,
  );
  const minimal = { ...PLAN, root: "minimal", ...places } as const;
  const { argv } = buildSandboxArgv(minimal, host(...BASE, ...entries));
  assertEquals(argv.includes("/run/own"), false);
});

Deno.test("buildSandboxArgv shows the private data dir under its link when the link is hidden", () => {
  const text = mountsOf(
    { privateDataDir: "/home/me/data", hidePaths: ["/home"], cwd: "/home/me/data/project" },
    ["/home/", "/home/me/data -> /data/", "/home/me/data/project -> /data/project/"],
  );
  assertStringIncludes(text, "--bind /data /data --bind /data /home/me/data");
});

Deno.test("buildSandboxArgv builds the minimal root of 2.x and what Debian lacks in it [argv.txt 47]", () => {
  const links = ["/lib -> usr/lib/", "/sbin -> usr/sbin/", "/lib64 -> usr/lib64/"];
  const { argv } = buildSandboxArgv(
    { ...PLAN, root: "minimal", home: "/root" },
    host(...BASE, ...links, "/etc/resolv.conf -> /run/resolve/stub"),
  );
  assertEquals(
    argv.join(" "),
    MINIMAL_ROOT + " --symlink usr/lib /lib --symlink usr/sbin /sbin" +
      " --symlink usr/lib64 /lib64 --dir /var/tmp --dir /root" +
      " --ro-bind /run/resolve/stub /run/resolve/stub" +
      " --bind /private /private --chdir /private/project",
  );
});

Deno.test("buildSandboxArgv binds real system directories in a minimal root", () => {
  const { argv } = buildSandboxArgv(
    { ...PLAN, root: "minimal", home: "/usr/home/me", neededPaths: ["/data/artifacts"] },
    host(...BASE, "/lib/", "/lib64/", "/data/artifacts/"),
  );
  assertEquals(
    argv.join(" "),
    MINIMAL_ROOT + " --ro-bind /lib /lib --ro-bind /lib64 /lib64 --dir /var/tmp" +
      " --bind /private /private --bind /data/artifacts /data/artifacts --chdir /private/project",
  );
});

Deno.test("buildSandboxArgv links /lib64 as the original does where the host has none", () => {
  const { argv } = buildSandboxArgv({ ...PLAN, root: "minimal" }, host(...BASE));
  assertStringIncludes(argv.join(" "), "--symlink usr/lib64 /lib64");
});

Deno.test("listPaths names every path the plan speaks of", () => {
  const plan = { ...PLAN, hidePaths: ["/h"], roPaths: ["/r"], showPaths: ["/s"] };
  assertEquals(listPaths(plan), [
    "/h",
    "/r",
    "/s",
    "/private",
    "/private/project",
    "/private/artifacts/x",
  ]);
  assert(listPaths({ ...plan, root: "minimal" }).includes("/lib64"));
});
