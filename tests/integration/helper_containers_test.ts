/** Helpers in a container: what is mounted, by an engine that records how it is called. */
import recorded from "../fixtures/recorded/helper_containers.json" with { type: "json" };
import { runCommand } from "../../src/ansible_tools/command.ts";
import { assertEquals, assertRejects } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";
import type { HelperRow, HelperTable } from "../testing/helper_calls.ts";

const TABLE = recorded as unknown as HelperTable;

const RUN = ["podman", "run", "--rm", "--tty", "--interactive"];
const MOUNTS = [
  ...["-v", "ROOT/home/.ssh/:/home/runner/.ssh/", "-v", "ROOT/home/.ssh/:/root/.ssh/"],
  ...["--group-add=root", "--ipc=host", "-v", "ROOT/private/artifacts/:/runner/artifacts/:Z"],
  ...["-v", "ROOT/private/:/runner/:Z", "--env-file", "ROOT/private/artifacts/x/env.list"],
  ...["--quiet", "--name", "ansible_runner_x", "img"],
];

/** What the original overlooks, and the command fails without. */
const FURTHER: readonly HelperRow[] = [
  {
    title: "a playbook behind an option, values after =",
    ...command(["-v", "ROOT/here/plays/deploy.yml", "--inventory=ROOT/here/inventory"]),
    argv: played(["plays", "inventory"]),
  },
  {
    title: "two playbooks",
    ...command(["ROOT/here/site.yml", "ROOT/here/plays/deploy.yml"]),
    argv: played(["", "plays"]),
  },
  {
    title: "a vault id with a file, and one that asks",
    ...command(["--vault-id", "dev@ROOT/here/inventory/hosts", "--vault-id", "dev@prompt"]),
    argv: played(["inventory"]),
  },
  {
    title: "words of options are no playbooks",
    ...command(["-l", "ROOT/here/site.yml", "-e", "ROOT/here/site.yml"]),
    argv: played([]),
  },
  {
    title: "the root directory as the caller's is not mounted",
    call: "run_command",
    cwd: "/",
    kwargs: { executable_cmd: "ansible", cmdline_args: ["all", "-i", "ROOT/here/hosts"] },
    argv: played([""]),
  },
  {
    title: "a program with its path",
    call: "run_command",
    kwargs: {
      executable_cmd: "/usr/bin/ansible-playbook",
      cmdline_args: ["ROOT/here/site.yml"],
    },
    argv: played([""]),
  },
  {
    title: "an agent at home",
    call: "run_command",
    env: { SSH_AUTH_SOCK: "ROOT/home/tmp/agent" },
    kwargs: { executable_cmd: "ls" },
    argv: [
      ...[...RUN, "--workdir", "/runner/project", "-v", "ROOT/home/tmp/:/home/runner/tmp/"],
      ...["-e", "SSH_AUTH_SOCK=/home/runner/tmp/agent", ...MOUNTS],
    ],
  },
  {
    title:
      "no agent when the variable is empty; inputs that stay as they are, artifacts of others too",
    call: "run_command",
    env: { SSH_AUTH_SOCK: "" },
    kwargs: { executable_cmd: "ls", settings: { process_isolation_ro_inputs: true } },
    argv: [
      ...[...RUN, "--workdir", "/runner/project", ...MOUNTS.slice(0, 6)],
      ...["-v", "ROOT/private/:/runner/:ro,Z"],
      ...["-v", "ROOT/private/artifacts/x/:/runner/artifacts/x/:Z", ...MOUNTS.slice(10)],
    ],
  },
];

function command(words: readonly string[]): Pick<HelperRow, "call" | "kwargs"> {
  const kwargs = { executable_cmd: "ansible-playbook", cmdline_args: words };
  return { call: "run_command", kwargs };
}

function played(dirs: readonly string[]): string[] {
  const paths = dirs.map((dir) => dir === "" ? "ROOT/here/" : `ROOT/here/${dir}/`);
  const mounts = paths.flatMap((path) => ["-v", `${path}:${path}`]);
  return [...RUN, "--workdir", "/runner/project", ...mounts, ...MOUNTS];
}

Deno.test("helpers in a container call the engine as the original does, row by row", async () => {
  const calls = await ourCalls(TABLE);
  for (const [at, row] of TABLE.rows.entries()) {
    assertEquals({ title: row.title, argv: calls[at] }, { title: row.title, argv: row.argv });
  }
});

Deno.test("helpers in a container mount what the original overlooks, too", async () => {
  const place = { ...TABLE.place, dirs: [...TABLE.place.dirs, "home/tmp"] };
  const files = [...place.files, "home/tmp/agent"];
  const calls = await ourCalls({ place: { ...place, files }, rows: FURTHER });
  for (const [at, row] of FURTHER.entries()) {
    // Words of the command itself are the caller's, as they are.
    const argv = calls[at]?.slice(0, calls[at].indexOf("img") + 1);
    assertEquals({ title: row.title, argv }, { title: row.title, argv: row.argv });
  }
});

/** What our helpers call, without the file that only some hosts have. */
async function ourCalls(table: HelperTable): Promise<string[][]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/../testing/helper_calls.ts`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [{ stdout, success }] = await Promise.all([
    child.output(),
    ReadableStream.from([new TextEncoder().encode(JSON.stringify(table))]).pipeTo(child.stdin),
  ]);
  assertEquals(success, true);
  const calls: string[][] = JSON.parse(new TextDecoder().decode(stdout));
  return calls.map((argv) => {
    const at = argv.indexOf("/etc/ssh/:/etc/ssh/");
    return at < 0 ? argv : argv.toSpliced(at - 1, 2);
  });
}

Deno.test("runCommand in a container refuses a hostCwd that would be mounted over all", async () => {
  using place = new TestPlace({ "a:b": { dir: true } }, ["podman"]);
  const options = {
    privateDataDir: place.dir,
    processIsolation: true,
    processIsolationExecutable: `${place.bin}/podman`,
    containerImage: "img",
  };
  for (
    const [hostCwd, words] of [
      ["/usr", "cannot mount"],
      ["/", "cannot mount"],
      [`${place.root}/a:b`, "a colon in its path"],
    ]
  ) {
    await assertRejects(() => runCommand("ls", [], { ...options, hostCwd: hostCwd ?? "" }), words);
  }
});
