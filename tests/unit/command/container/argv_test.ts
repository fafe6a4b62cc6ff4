import { assertEquals, assertMatch, assertThrows } from "../../../testing/assert.ts";
import {
  buildContainerArgv,
  type ContainerHost,
  containerName,
  type ContainerPlan,
} from "../../../../src/command/container/argv.ts";
import {
  argvToContainer,
  environmentToContainer,
  hostPathToContainer,
} from "../../../../src/command/container/paths.ts";

const PLAN: ContainerPlan = {
  executable: "podman",
  image: "img:1",
  ident: "x",
  privateDataDir: "/private",
  artifactDir: "/private/artifacts/x",
  projectDir: "/private/project",
  volumeMounts: [],
  options: [],
};

const DIRECTORIES = ["/private", "/staging", "/usr/share", "/usr", "/other/artifacts/x", "/copy"];
const FILES = ["/private/inventory/hosts", "/etc/hosts"];

const HOST: ContainerHost = {
  cwd: "/",
  uid: 1000,
  look(path) {
    if (path === "/link") return { real: "/usr", isDirectory: true };
    if (FILES.includes(path)) return { real: path, isDirectory: false };
    return DIRECTORIES.includes(path) ? { real: path, isDirectory: true } : undefined;
  },
};

const START = "run --rm --tty --interactive --workdir /runner/project -v /private/:/runner/:Z";
const ENV_FILE = "--env-file /private/artifacts/x/env.list";

interface Row {
  readonly title: string;
  readonly plan?: Partial<ContainerPlan>;
  readonly host?: Partial<ContainerHost>;
  readonly argv: string;
}

const MOUNTS = ["/staging:/data", "/usr/share:/us:ro", "/nonexist:/n:Z"];
const OPTIONS = ["--network=none", "-e", "A=b"];

const ROWS: readonly Row[] = [
  {
    title: "podman plain [argv.txt 64]",
    argv: `podman ${START} ${ENV_FILE} --quiet --name ansible_runner_x img:1`,
  },
  {
    title: "podman with inputs that stay as they are: only the artifact directory is writable",
    plan: { roInputs: true, artifactDir: "/private/artifacts/x", projectDir: "/copy" },
    host: { look: (path) => ({ real: path, isDirectory: true }) },
    argv: `podman ${START.replace(/Z$/, "ro,Z")} -v /copy/:/runner/project/:ro,Z` +
      ` -v /private/artifacts/x/:/runner/artifacts/x/:Z ${ENV_FILE} --quiet --name ansible_runner_x img:1`,
  },
  {
    title: "podman with mounts and options [argv.txt 65]",
    plan: { volumeMounts: MOUNTS, options: OPTIONS },
    argv: `podman ${START} -v /staging/:/data/ -v /usr/share/:/us/:ro ${ENV_FILE}` +
      " --quiet --name ansible_runner_x --network=none -e A=b img:1",
  },
  {
    title: "podman with credentials [argv.txt 69]",
    plan: { volumeMounts: ["/staging:/d:ro"] },
    host: { authDir: "/tmp/auth" },
    argv: `podman ${START} --authfile=/tmp/auth/auth.json -v /staging/:/d/:ro ${ENV_FILE}` +
      " --quiet --name ansible_runner_x img:1",
  },
  {
    title: "docker plain [argv.txt 73]",
    plan: { executable: "docker" },
    argv: `docker ${START} ${ENV_FILE} --user=1000 --name ansible_runner_x img:1`,
  },
  {
    title: "docker with mounts and options [argv.txt 74]",
    plan: { executable: "docker", volumeMounts: MOUNTS, options: OPTIONS },
    argv: `docker ${START} -v /staging/:/data/ -v /usr/share/:/us/:ro ${ENV_FILE}` +
      " --user=1000 --name ansible_runner_x --network=none -e A=b img:1",
  },
  {
    title: "docker with credentials [argv.txt 78]",
    plan: { executable: "docker" },
    host: { authDir: "/tmp/auth" },
    argv:
      `docker --config=/tmp/auth ${START} ${ENV_FILE} --user=1000 --name ansible_runner_x img:1`,
  },
  {
    title: "an engine given by its path",
    plan: { executable: "/opt/bin/docker" },
    argv: `/opt/bin/docker ${START} ${ENV_FILE} --user=1000 --name ansible_runner_x img:1`,
  },
  {
    title: "a working directory of its own",
    plan: { workdir: "/work" },
    argv: `podman ${START.replace("/runner/project", "/work")} ${ENV_FILE}` +
      " --quiet --name ansible_runner_x img:1",
  },
  {
    title: "a mount twice, relative, with dots, of a file, with several labels",
    plan: {
      volumeMounts: [
        "/staging/:/a/",
        "/staging:/a",
        "staging:/b",
        "/usr/../staging:/c:ro:z",
        "/etc/hosts:/etc/hosts:ro,z",
      ],
    },
    argv: `podman ${START} -v /staging/:/a/ -v /staging/:/b/ -v /staging/:/c/:ro:z` +
      ` -v /etc/hosts:/etc/hosts:ro,z ${ENV_FILE} --quiet --name ansible_runner_x img:1`,
  },
  {
    title: "project, artifacts and agent outside of the private data dir",
    plan: {
      projectDir: "/copy",
      artifactDir: "/other/artifacts/x",
      agentDir: "/staging",
    },
    argv: `podman ${START} -v /copy/:/runner/project/:Z` +
      " -v /other/artifacts/x/:/runner/artifacts/x/:Z -v /staging/:/staging/:Z" +
      " --env-file /other/artifacts/x/env.list --quiet --name ansible_runner_x img:1",
  },
];

for (const { title, plan, host, argv } of ROWS) {
  Deno.test(`buildContainerArgv builds ${title}`, () => {
    const built = buildContainerArgv({ ...PLAN, ...plan }, { ...HOST, ...host });
    assertEquals(built.argv.join(" "), argv);
  });
}

Deno.test("buildContainerArgv tells which mounts it left out", () => {
  const built = buildContainerArgv({ ...PLAN, volumeMounts: MOUNTS }, HOST);
  assertEquals(built.skipped, ["/nonexist:/n:Z"]);
});

Deno.test("buildContainerArgv refuses what would hand over the host [argv.txt 72, 81]", () => {
  const text = "When using containerized execution, cannot mount '/' or '/home' or '/usr'";
  for (
    const mount of ["/usr:/x", "/:/x", "/home:/x", "/tmp/../home/:/x", "/link:/x", "/staging:/usr"]
  ) {
    const error = assertThrows(() => buildContainerArgv({ ...PLAN, volumeMounts: [mount] }, HOST));
    assertEquals(error.message, text, mount);
  }
  assertThrows(() => buildContainerArgv({ ...PLAN, privateDataDir: "/usr" }, HOST), text);
});

Deno.test("buildContainerArgv names the setting when there is no image", () => {
  const error = assertThrows(() => buildContainerArgv({ ...PLAN, image: undefined }, HOST));
  assertEquals(error.message, "Cannot run in a container: no image given");
  assertMatch(String(Reflect.get(error, "hint")), /--container-image .* container_image/);
});

Deno.test("buildContainerArgv refuses a mount without target", () => {
  for (const mount of ["/staging", ":/x", "/staging:"]) {
    const call = () => buildContainerArgv({ ...PLAN, volumeMounts: [mount] }, HOST);
    assertThrows(call, `Cannot read the volume mount "${mount}": expected SRC:DST`);
  }
});

Deno.test("containerName replaces what engines do not accept [argv.txt 82]", () => {
  assertEquals(containerName("a b/c.\u00e9"), "ansible_runner_a_b_c__");
  assertEquals(containerName("A-b_9"), "ansible_runner_A-b_9");
});

const { pairs } = buildContainerArgv({
  ...PLAN,
  projectDir: "/copy",
  volumeMounts: ["/staging:/data"],
}, HOST);

Deno.test("hostPathToContainer rewrites what is mounted", () => {
  const table: [string, string][] = [
    ["/private", "/runner"],
    ["/private/env/extravars", "/runner/env/extravars"],
    ["/private/inventory", "/runner/inventory/hosts"],
    ["/private/inventory/more", "/runner/inventory/more"],
    ["/private/artifacts/x", "/runner/artifacts/x"],
    ["/copy/play.yml", "/runner/project/play.yml"],
    ["/staging/hosts", "/data/hosts"],
    ["/privateer", "/privateer"],
    ["/etc/hosts", "/etc/hosts"],
    ["play.yml", "play.yml"],
  ];
  for (const [host, inside] of table) assertEquals(hostPathToContainer(host, pairs), inside);
});

Deno.test("argvToContainer rewrites paths and leaves text alone [argv.txt 66, 67, 70]", () => {
  const table: [string[], string[]][] = [
    [
      ["ansible-playbook", "-i", "/private/inventory", "-e", "@/private/env/extravars", "p.yml"],
      [
        "ansible-playbook",
        "-i",
        "/runner/inventory/hosts",
        "-e",
        "@/runner/env/extravars",
        "p.yml",
      ],
    ],
    [["ansible-playbook", "/private/project/abc"], ["ansible-playbook", "/runner/project/abc"]],
    [["ansible", "-i", "h1,h2,", "-m", "ping", "all"], [
      "ansible",
      "-i",
      "h1,h2,",
      "-m",
      "ping",
      "all",
    ]],
    [["ansible", "-a", "/private/x"], ["ansible", "-a", "/private/x"]],
    [["ansible", "-m", "copy", "-a", "src=/private/x"], [
      "ansible",
      "-m",
      "copy",
      "-a",
      "src=/private/x",
    ]],
    [["x", "--vault-id", "dev@/private/v"], ["x", "--vault-id", "dev@/runner/v"]],
    [["x", "--vault-password-file=/private/v"], ["x", "--vault-password-file=/runner/v"]],
    [["x", "--limit=@/private/l", "--diff"], ["x", "--limit=@/runner/l", "--diff"]],
    [["x", "-e", "a=b@/private/v"], ["x", "-e", "a=b@/private/v"]],
  ];
  for (const [host, inside] of table) assertEquals(argvToContainer(host, pairs), inside);
});

Deno.test("environmentToContainer rewrites our variables only", () => {
  assertEquals(
    environmentToContainer({
      ANSIBLE_CALLBACK_PLUGINS: "/cb:/private/artifacts/x/.run/callback",
      AWX_ISOLATED_DATA_DIR: "/private/artifacts/x",
      FOO: "/private/artifacts/x",
    }, pairs),
    {
      ANSIBLE_CALLBACK_PLUGINS: "/cb:/runner/artifacts/x/.run/callback",
      AWX_ISOLATED_DATA_DIR: "/runner/artifacts/x",
      FOO: "/private/artifacts/x",
    },
  );
});

Deno.test("a container between pipes has no terminal", () => {
  const { argv } = buildContainerArgv({ ...PLAN, terminal: false, options: ["--tty"] }, HOST);
  assertEquals(argv.indexOf("--tty") > argv.indexOf("--workdir"), true, argv.join(" "));
  assertEquals(argv.filter((word) => word === "--tty").length, 1);
});
