import { cleanUp } from "../../../../src/remote/worker/cleanup.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

async function clean(
  dir: string,
  options: Partial<Parameters<typeof cleanUp>[0]> = {},
): Promise<string[]> {
  const said: string[] = [];
  const take = (line: string): void => void said.push(line.replaceAll(dir, "DIR"));
  await cleanUp({
    filePattern: `${dir}/job_*`,
    gracePeriodMinutes: 0,
    print: take,
    refuse: take,
    ...options,
  });
  return said;
}

function namesIn(dir: string): string[] {
  return Array.from(Deno.readDirSync(dir), ({ name }) => name).sort();
}

Deno.test("directories go; files, links, young, excluded and live ones stay", async () => {
  await using dir = await withDir();
  for (const name of ["job_1", "job_22", "job_3", "job_live", "other"]) {
    Deno.mkdirSync(`${dir.path}/${name}`);
  }
  Deno.writeTextFileSync(`${dir.path}/job_file`, "");
  Deno.symlinkSync("other", `${dir.path}/job_link`);
  Deno.writeTextFileSync(`${dir.path}/job_live/pid`, `${Deno.pid}\n`);
  Deno.writeTextFileSync(`${dir.path}/job_3/pid`, "999999999\n");
  assertEquals(await clean(dir.path, { excludeStrings: ["job_22 job_x"] }), [
    "Excluding running project DIR/job_live from cleanup",
    "Removed 2 private data dir(s) in pattern DIR/job_*",
    "(changed: True)",
  ]);
  assertEquals(namesIn(dir.path), ["job_22", "job_file", "job_link", "job_live", "other"]);
  assertEquals(await clean(dir.path, { gracePeriodMinutes: 60 }), ["(changed: False)"]);
});

for (const pattern of ["/*", "/", "/var", "/tmp/", "/var/tmp", "/us[r]"]) {
  Deno.test(`${pattern} is refused whole, wherever temporary files are`, async () => {
    const before = Deno.env.get("TMPDIR");
    Deno.env.set("TMPDIR", "/nowhere");
    try {
      // Nothing is as old as that: a mistake here removes no system.
      const options = { filePattern: pattern, gracePeriodMinutes: 1e9 };
      const [said = ""] = await clean("/nowhere", options);
      assertEquals(said.split("\n").at(-1), "Refusing to continue for user system safety.");
    } finally {
      if (before === undefined) Deno.env.delete("TMPDIR");
      else Deno.env.set("TMPDIR", before);
    }
  });
}

Deno.test("logins of registries go with their directory", async () => {
  await using dir = await withDir();
  const ident = crypto.randomUUID();
  Deno.mkdirSync(`${dir.path}/job_1/artifacts/${ident}`, { recursive: true });
  const login = Deno.makeTempDirSync({ prefix: `ansible_runner_registry_${ident}_` });
  assertEquals(await clean(dir.path), [
    `Removed associated registry auth dir ${login}`,
    "Removed 1 private data dir(s) in pattern DIR/job_*",
    "(changed: True)",
  ]);
});

Deno.test("images: several in one word; podman untags, docker removes each tag", async () => {
  await using dir = await withDir();
  for (const name of ["podman", "docker"]) {
    Deno.writeTextFileSync(
      `${dir.path}/${name}`,
      `#!/bin/sh\necho "$@" >> ${dir.path}/calls\ncase $1 in\nimages) echo '"a:1"' ;;\n` +
        "rmi) echo Untagged: $2 ;;\nimage) echo Total reclaimed space: 0B ;;\nesac\n",
      { mode: 0o755 },
    );
  }
  const options = { filePattern: undefined, removeImages: ["x y"], imagePrune: true };
  for (const name of ["podman", "docker"]) {
    assertEquals(await clean(dir.path, { ...options, engine: `${dir.path}/${name}` }), [
      "Removed 2 image(s)",
      "(changed: True)",
    ]);
  }
  const list = (image: string): string => `images --format="{{.Repository}}:{{.Tag}}" ${image}`;
  assertEquals(Deno.readTextFileSync(`${dir.path}/calls`).trimEnd().split("\n"), [
    ...[list("x"), "untag x", list("y"), "untag y", "image prune -f"],
    ...[list("x"), "rmi a:1 -f", list("y"), "rmi a:1 -f", "image prune -f"],
  ]);
});

Deno.test("an engine that does not come back is ended, and has done nothing", async () => {
  await using dir = await withDir();
  const engine = `${dir.path}/podman`;
  Deno.writeTextFileSync(engine, "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
  const options = { filePattern: undefined, removeImages: ["x"], imagePrune: true };
  assertEquals(await clean(dir.path, { ...options, engine, engineMs: 50 }), ["(changed: False)"]);
});
