/** Helpers in a container: what is mounted, by an engine that records how it is called. */
import { runCommand } from "../../src/ansible_tools/command.ts";
import { assertEquals, assertRejects } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";

Deno.test("runCommand in a container mounts hostCwd where it is, as the original, and no other directory of ours", async () => {
  for (const cwd of [undefined, "/", "."]) {
    using place = new TestPlace({ "private/project": { dir: true }, "here/file": "x" }, ["podman"]);
    const here = `${place.root}/here`;
    const before = Deno.cwd();
    Deno.chdir(cwd === undefined ? here : "/");
    const hostCwd = cwd === "." ? here : undefined;
    try {
      await runCommand("ls", ["-l"], {
        privateDataDir: place.dir,
        ident: "x",
        processIsolation: true,
        processIsolationExecutable: `${place.bin}/podman`,
        containerImage: "img",
        ...(hostCwd === undefined ? {} : { hostCwd }),
      });
    } finally {
      Deno.chdir(before);
    }
    const { argv } = place.call();
    const mounts = argv.flatMap((word, at) => word === "-v" ? [argv[at + 1]] : []);
    const own = `${place.dir}/:/runner/:Z`;
    assertEquals(mounts, hostCwd === undefined ? [own] : [own, `${here}/:${here}/`]);
    assertEquals(argv[argv.indexOf("--workdir") + 1], hostCwd ?? "/runner/project");
    assertEquals(argv.slice(-3), ["img", "ls", "-l"]);
  }
});

Deno.test("runCommand in a container refuses a hostCwd that would be mounted over all", async () => {
  using place = new TestPlace({}, ["podman"]);
  const options = {
    privateDataDir: place.dir,
    processIsolation: true,
    processIsolationExecutable: `${place.bin}/podman`,
    containerImage: "img",
  };
  for (
    const [hostCwd, words] of [["/usr", "cannot mount"], ["/a:b", "a colon cannot be mounted"]]
  ) {
    await assertRejects(() => runCommand("ls", [], { ...options, hostCwd: hostCwd ?? "" }), words);
  }
});
