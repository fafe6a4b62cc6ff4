/**
 * The recorded command lines of the original, row by row: what is executed, where, with which
 * environment is the same, or differs as an accepted difference says.
 */
import recordedRows from "../fixtures/recorded/argv.json" with { type: "json" };
import { assert, assertEquals } from "../testing/assert.ts";
import { type FileSpec, inParallel, type RecordedCall, TestPlace } from "../testing/data_dir.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { makeKey } from "../testing/sshd.ts";
import { ACCEPTED, type DifferenceId } from "./accepted_differences.ts";

/** What was executed: the environment is what differs from the caller's. */
interface Executed {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
}

/** One version's outcome, as recorded; `env` is what differs from {@linkcode STANDARD}. */
interface Outcome {
  readonly runs: readonly {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | null>>;
  }[];
  readonly exit: number;
  readonly extra?: Readonly<Record<string, unknown>>;
}

interface Row {
  readonly row: number;
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly "2.3.1"?: Outcome;
  readonly "1.4.0"?: Outcome;
}

const ROWS: readonly Row[] = recordedRows as unknown as readonly Row[];

/** What the original always sets. */
const STANDARD: Readonly<Record<string, string>> = {
  ANSIBLE_CALLBACK_PLUGINS: "<plugins>",
  ANSIBLE_STDOUT_CALLBACK: "awx_display",
  ANSIBLE_RETRY_FILES_ENABLED: "False",
  ANSIBLE_HOST_KEY_CHECKING: "False",
  AWX_ISOLATED_DATA_DIR: "/private/artifacts/x",
  ANSIBLE_CACHE_PLUGIN: "jsonfile",
  ANSIBLE_CACHE_PLUGIN_CONNECTION: "/private/artifacts/x/fact_cache",
  RUNNER_OMIT_EVENTS: "False",
  RUNNER_ONLY_FAILED_EVENTS: "False",
};

/** How a row was set up, besides its arguments, and how it may differ. */
interface Plan {
  /** Files added to the usual ones; null leaves a usual one out. */
  readonly files?: Readonly<Record<string, FileSpec | null>>;
  /** Version of the original to compare with. @default {"2.3.1"} */
  readonly measure?: "1.4.0";
  /** Accepted differences, besides the plugin's directory. */
  readonly differs?: readonly DifferenceId[];
  /** Words added to the row's, so that there is something to compare. */
  readonly add?: readonly string[];
  /** Exit code of ours and the end of its standard error, where nothing is executed. */
  readonly refused?: string;
}

const USUAL: Readonly<Record<string, FileSpec>> = {
  "private/project/simple.yml": "- hosts: all\n",
  "private/inventory/hosts": "host1\nhost2\n",
  "private/roles/x.yml": "- hosts: all\n",
  "staging/file": "x",
  "private/env": { dir: true },
};

const IMAGE = "quay.io/ansible/ansible-runner:devel";
const WITH_IMAGE: Plan = {
  add: ["--container-image", IMAGE],
  differs: ["container-image-needed"],
};
const ROLE: readonly DifferenceId[] = ["role-playbook", "roles-path"];
const EXTRA_VARS = { "private/env/extravars": "a: 1\n" };
const SANDBOX: readonly DifferenceId[] = [
  "bwrap-whole-host",
  "bwrap-root-capabilities",
  "envvars-stay-inside",
];
const BWRAP: Plan = { differs: SANDBOX };
const BWRAP_PATHS = {
  process_isolation: true,
  process_isolation_executable: "bwrap",
  process_isolation_path: "/staging",
  process_isolation_hide_paths: ["/var", "/etc/hostname", "/nonexist"],
  process_isolation_show_paths: ["/var/tmp", "/opt"],
  process_isolation_ro_paths: ["/usr/share", "/staging"],
};
const REFUSED_MOUNT = "When using containerized execution, cannot mount '/' or '/home' or '/usr'";

function settings(values: Readonly<Record<string, unknown>>): Record<string, FileSpec> {
  return { "private/env/settings": JSON.stringify(values) };
}

function authSettings(executable: string): Record<string, FileSpec> {
  return settings({
    process_isolation: true,
    process_isolation_executable: executable,
    container_image: "img:2",
    container_volume_mounts: ["/staging:/d:ro"],
    container_options: ["--user=root"],
    container_auth_data: {
      host: "reg.example",
      username: "u",
      password: ":p".slice(1),
      verify_ssl: false,
    },
  });
}

/** Rows that need more than the usual files, or differ. */
const PLANS: Readonly<Record<number, Plan>> = {
  2: { files: { "private/inventory/hosts": null } },
  3: { files: { "private/project/simple.yml": null } },
  4: { differs: ["inventory-absolute"] },
  6: { differs: ["inventory-host-list"] },
  16: { differs: ["arguments-not-dumped"] },
  17: { files: { "private/env/cmdline": "--skip-tags 'a b' --diff\n" } },
  18: { files: { "private/env/cmdline": "--skip-tags 'a b' --diff\n" } },
  19: { files: EXTRA_VARS },
  20: { files: EXTRA_VARS, differs: ["arguments-not-dumped"] },
  21: {
    files: {
      "private/env/envvars": JSON.stringify({
        FOO: "bar",
        ANSIBLE_HOST_KEY_CHECKING: "True",
        ANSIBLE_CALLBACK_PLUGINS: "/cbp",
        NUM: 3,
        ANSIBLE_STDOUT_CALLBACK: "json",
      }),
    },
  },
  22: { differs: ["awx-lib-directory"] },
  23: { files: settings({ fact_cache: "myfacts" }) },
  24: { files: settings({ suppress_output_file: true, suppress_ansible_output: true }) },
  33: { files: { "private/args": "ansible-playbook -i 'in ventory' other.yml --flag\n" } },
  38: { differs: ROLE },
  39: { differs: ROLE },
  40: { differs: ROLE },
  41: { differs: ["role-playbook"] },
  42: { differs: ["role-playbook", "roles-path-absolute"] },
  43: { differs: ["role-playbook"] },
  44: { files: { "private/env/envvars": "FOO: bar\n" }, differs: ROLE },
  45: { differs: ROLE },
  46: { files: { "private/project/simple.yml": null }, differs: ROLE },
  47: BWRAP,
  48: BWRAP,
  49: BWRAP,
  50: BWRAP,
  51: { ...BWRAP, files: settings(BWRAP_PATHS) },
  52: BWRAP,
  53: { measure: "1.4.0", differs: [...SANDBOX, "directory-isolation-copies"] },
  54: { measure: "1.4.0", differs: ["directory-isolation-copies"] },
  55: {
    measure: "1.4.0",
    files: settings({ directory_isolation_cleanup: false }),
    differs: ["directory-isolation-copies"],
  },
  56: { differs: ["own-ssh-agent"] },
  57: { differs: ["own-ssh-agent"] },
  58: { differs: ["own-ssh-agent", ...SANDBOX] },
  59: { files: { "private/env/ssh_key": "" } },
  64: WITH_IMAGE,
  66: {
    ...WITH_IMAGE,
    files: {
      ...EXTRA_VARS,
      "private/env/envvars": "FOO: b r\nANSIBLE_CALLBACK_PLUGINS: /cb\n",
    },
  },
  67: WITH_IMAGE,
  68: { ...WITH_IMAGE, differs: ["container-image-needed", "own-ssh-agent"] },
  69: { files: authSettings("podman") },
  70: { ...WITH_IMAGE, differs: ["container-image-needed", ...ROLE] },
  71: WITH_IMAGE,
  72: { ...WITH_IMAGE, refused: REFUSED_MOUNT },
  73: WITH_IMAGE,
  75: {
    ...WITH_IMAGE,
    files: {
      ...EXTRA_VARS,
      "private/env/envvars": "FOO: b r\nANSIBLE_CALLBACK_PLUGINS: /cb\n",
    },
  },
  76: WITH_IMAGE,
  77: { ...WITH_IMAGE, differs: ["container-image-needed", "own-ssh-agent"] },
  78: { files: authSettings("docker") },
  79: { ...WITH_IMAGE, differs: ["container-image-needed", ...ROLE] },
  80: WITH_IMAGE,
  81: { ...WITH_IMAGE, refused: REFUSED_MOUNT },
  82: {
    differs: ["ident-checked"],
    refused: 'Cannot use ident "a b/c.é": expected a name without "/", "..", or control characters',
  },
  83: {
    differs: ["messages-on-stderr"],
    refused: "Unable to find process isolation executable: noengine",
  },
  84: {
    measure: "1.4.0",
    differs: ["bwrap-by-default"],
    refused: "Unable to find process isolation executable: bwrap",
  },
  85: {
    differs: ["messages-on-stderr"],
    refused: "Unable to find process isolation executable: docker",
  },
};

/** What each difference does to what the original executes. */
const APPLY: Partial<Record<DifferenceId, (executed: Executed, row: Row) => void>> = {
  "inventory-absolute": ({ argv }) =>
    replaceWord(argv, "inventory/hosts", "/private/inventory/hosts"),
  "inventory-host-list": ({ argv }) => replaceWord(argv, "/private/inventory/hosts", "h1,h2,"),
  "awx-lib-directory": ({ env }) => env["ANSIBLE_CALLBACK_PLUGINS"] = "/mycb:<plugins>",
  "role-playbook": ({ argv }) => {
    const inside = argv[0] === "podman" || argv[0] === "docker";
    // The original passes a path that is not in the container.
    const dir = inside ? "/runner/project" : "/private/project";
    replaceWord(argv, "/private/project/<hex32>", `${dir}/<playbook>`);
  },
  "roles-path": ({ argv, env }) => {
    const inside = argv[0] === "podman" || argv[0] === "docker";
    env["ANSIBLE_ROLES_PATH"] = inside ? "/runner/roles" : "/private/roles";
  },
  "roles-path-absolute": ({ env }) => env["ANSIBLE_ROLES_PATH"] = "/private/roles",
  "bwrap-whole-host": ({ argv }) => {
    const binds = argv.indexOf("--symlink") < 0
      ? argv.indexOf("--proc") + 2
      : argv.indexOf("--symlink") + 3;
    argv.splice(
      0,
      binds,
      ...["bwrap", "--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc"],
    );
  },
  "bwrap-root-capabilities": ({ argv }) => {
    if (Deno.uid() !== 0) return;
    const kernel = [
      "/proc/bus",
      "/proc/fs",
      "/proc/irq",
      "/proc/sys",
      "/proc/sysrq-trigger",
      "/sys",
    ];
    const log = existingLogSocket();
    argv.splice(argv.indexOf("--proc") + 2, 0, ...kernel.filter(exists).flatMap(readOnly));
    argv.splice(argv.indexOf("--dev-bind"), 3, "--bind", "/", "/", "--dev", "/dev", ...log);
    argv.splice(argv.indexOf("--unshare-pid") + 1, 0, "--cap-drop", "ALL", ...keptCapabilities());
  },
  // bwrap itself has the caller's environment, and is told in a pipe which one its command has.
  "envvars-stay-inside": ({ argv }) => void argv.splice(1, 0, "--args", "3"),
  "own-ssh-agent": ({ argv, env }) => {
    const at = argv.indexOf("ssh-agent");
    const words = /&& ((?:ansible|ansible-playbook) .*)$/.exec(argv[at + 3] ?? "")?.[1] ?? "";
    argv.splice(at, 4, ...splitSimply(words));
    const image = argv.indexOf("--env-file");
    // The original's agent runs in the container.
    if (image >= 0) argv.splice(image, 0, "-v", "<agent>/:<agent>/:Z");
    env["SSH_AGENT_PID"] = "<agent>";
    env["SSH_AUTH_SOCK"] = "<agent>";
    env["ANSIBLE_SSH_CONTROL_PATH_DIR"] = "<control path>";
  },
};

/** As SECURITY.md lists them, less those that we do not have ourselves. */
function keptCapabilities(): string[] {
  const [, mask = "0"] =
    /^CapPrm:\s*([\da-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status")) ??
      [];
  const numbers = {
    AUDIT_WRITE: 29,
    CHOWN: 0,
    DAC_OVERRIDE: 1,
    FOWNER: 3,
    FSETID: 4,
    KILL: 5,
    NET_BIND_SERVICE: 10,
    SETFCAP: 31,
    SETGID: 6,
    SETPCAP: 8,
    SETUID: 7,
    SYS_CHROOT: 18,
  };
  return Object.entries(numbers).filter(([, bit]) => BigInt(`0x${mask}`) >> BigInt(bit) & 1n)
    .flatMap(([name]) => ["--cap-add", `CAP_${name}`]);
}

function existingLogSocket(): string[] {
  if (!exists("/dev/log")) return [];
  return Deno.lstatSync("/dev/log").isSymlink
    ? ["--symlink", Deno.realPathSync("/dev/log"), "/dev/log"]
    : ["--bind", "/dev/log", "/dev/log"];
}

function readOnly(path: string): string[] {
  return ["--ro-bind", path, path];
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

for (let from = 0; from < ROWS.length; from += 17) {
  const rows = ROWS.slice(from, from + 17);
  Deno.test(`recorded argv rows ${rows[0]?.row} to ${rows.at(-1)?.row} are executed as recorded`, async () => {
    const failures: string[] = [];
    await inParallel(rows.map((row) => async () => {
      try {
        await checkRow(row);
      } catch (error) {
        failures.push(`[${row.row}] ${row.title}: ${(error as Error).message}`);
      }
    }));
    assertEquals(failures.join("\n\n"), "");
  });
}

Deno.test("every plan of a recorded row names a row and known differences", () => {
  for (const [number, { differs = [] }] of Object.entries(PLANS)) {
    assertEquals(ROWS.some(({ row }) => row === Number(number)), true, number);
    for (const id of differs) assertEquals(id in ACCEPTED, true, id);
  }
});

async function checkRow(row: Row): Promise<void> {
  // The cgroup tools of 1.4 are not used: tests of resource profiling look at what is measured.
  if (row["2.3.1"] === undefined) return;
  const plan = PLANS[row.row] ?? {};
  const files = { ...USUAL, ...plan.files };
  if (row.row >= 56 && row.row <= 58 || row.title.includes("ssh_key") && row.row > 60) {
    if (findProgram("ssh-agent", Deno.env.get("PATH") ?? "") === undefined) return;
    files["private/env/ssh_key"] = testKey();
  }
  using place = new TestPlace(
    withPaths(
      Object.entries(files).filter((entry): entry is [string, FileSpec] => entry[1] !== null),
    ),
    ["ansible-playbook", "ansible", "bwrap", "podman", "docker"],
  );
  const real = (text: string): string =>
    text.replaceAll("/private", place.dir).replaceAll("/staging", `${place.root}/staging`)
      .replaceAll("/fakebin", place.bin);
  const recorded = (text: string): string =>
    text.replaceAll(`${place.root}/staging`, "/staging").replaceAll(place.dir, "/private")
      .replaceAll(place.bin, "/fakebin");
  for (const [path, spec] of Object.entries(files)) {
    if (typeof spec !== "string" || !path.startsWith("private/env/settings")) continue;
    Deno.writeTextFileSync(`${place.root}/${path}`, real(spec));
  }
  const before = place.list("private");
  const callerEnv = Object.fromEntries(
    // A PATH without engines: whether this machine has one must not matter.
    Object.entries(row.env ?? {}).map((
      [name, value],
    ) => [name, name === "PATH" ? `${place.root}/none` : real(value)]),
  );
  const { code, stdout, stderr } = await place.run([...row.args, ...plan.add ?? []].map(real), {
    cwd: row.cwd === undefined ? "/" : real(row.cwd),
    env: callerEnv,
  });
  if (plan.refused !== undefined) {
    assertEquals(
      { code, stdout, last: stderr.trimEnd().split("\n\n")[0]?.replace(/^error: /, "") },
      {
        code: 1,
        stdout: "",
        last: plan.refused,
      },
    );
    assertEquals(place.calls(), []);
    assertEquals(place.list("private"), before);
    return;
  }
  const calls = place.calls().filter(({ argv }) => argv.at(-1) !== "true");
  assertEquals(calls.length, 1, `${calls.length} calls; ${stderr}`);
  const call = calls[0] as RecordedCall;
  const expected = expectedOf(row, plan);
  assertEquals(normalize(call, recorded, place.env(callerEnv)), expected);
  checkCommandFile(place, call);
  assertEquals(code, 0);
  const left = place.list("private").filter((path) => !/^(artifacts|arts)\b/.test(path));
  assertEquals(left, before);
}

/** The file `command` has what was executed; in a container the directory there. */
function checkCommandFile(place: TestPlace, call: RecordedCall): void {
  const dir = place.list("private").includes("arts/x") ? "arts" : "artifacts";
  const { command, cwd } = JSON.parse(place.read(`private/${dir}/x/command`) ?? "");
  const [program, ...words] = command;
  const shown = call.argv.filter((_, at) => call.argv[1] !== "--args" || (at !== 1 && at !== 2));
  assertEquals([program.split("/").at(-1), ...words], shown);
  assertEquals(cwd, call.argv.includes("--env-file") ? "/runner/project" : call.cwd);
}

function expectedOf(row: Row, plan: Plan): Executed {
  const outcome = plan.measure === undefined ? row["2.3.1"] : row["1.4.0"] ?? row["2.3.1"];
  const run = outcome?.runs[0];
  if (run === undefined) throw new Error("nothing recorded to compare with");
  const env = Object.entries({ ...STANDARD, ...run.env })
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([name, value]) => [name, value.replace("/runner/artifacts/x/callback", "<plugins>")]);
  const executed: Executed = { argv: [...run.argv], cwd: run.cwd, env: Object.fromEntries(env) };
  for (const id of plan.differs ?? []) APPLY[id]?.(executed, row);
  executed.env = sorted(executed.env);
  return executed;
}

/** A call as the recordings have it. */
function normalize(
  call: RecordedCall,
  recorded: (text: string) => string,
  callerEnv: Readonly<Record<string, string>>,
): Executed {
  const envFile = call.argv[call.argv.indexOf("--env-file") + 1];
  const inside = call.argv.includes("--env-file") ? call.files[envFile ?? ""]?.text : undefined;
  const env = inside === undefined
    ? Object.entries(call.inside).filter(([name, value]) => callerEnv[name] !== value)
    : inside.split("\n").filter(Boolean).map((line) => line.split(/=(.*)/s).slice(0, 2));
  const short = (text: string): string =>
    recorded(text).replace(/\.runner-[\da-f-]{36}\.json/g, "<playbook>")
      .replace(/runner_di_[^/]+/g, "runner_di_XXXXXXXX")
      .replace(/ansible_runner_pi_[^/]+\/[^/]+/g, "ansible_runner_pi_XXXXXXXX/tmpXXXXXXXX")
      .replace(/\/tmp\/ansible_runner_agent_[\da-f]+/g, "<agent>")
      .replace(/ansible_runner_registry_x_[^/]+/g, "ansible_runner_registry_x_XXXXXXXX");
  const entries = env.map((
    [name = "", value = ""],
  ): [string, string] => [name, placeOf(name, short(value))]);
  const argv = call.argv.map(short);
  return {
    argv: call.argv[0] === "bwrap" ? withoutOwnPlaces(argv) : argv,
    cwd: short(call.cwd),
    env: sorted(Object.fromEntries(entries.filter(([name]) => name !== "RUNNER_RUN_ID"))),
  };
}

/** Where the private places of users are, in which runs are recorded; see ARCHITECTURE.md. */
const OWN_PLACE =
  /^(?:\/run\/ansible-runner|(?:\/var\/tmp|\/tmp|\/run\/user\/\d+)\/ansible-runner-(\d+))$/;

/** Leaves out what hides the places of our records: which of them there are depends on the machine. */
function withoutOwnPlaces(argv: readonly string[]): string[] {
  const rest = [...argv];
  let hidden = 0;
  for (let at = rest.indexOf("--bind"); at >= 0; at = rest.indexOf("--bind", at)) {
    const [, source = "", target = ""] = rest.slice(at, at + 3);
    const [isOwn, uid] = OWN_PLACE.exec(target) ?? [];
    if (isOwn !== undefined && /\/ansible_runner_pi_X+\/tmpX+$/.test(source)) {
      // Root's jobs could write those of others as well.
      if (Deno.uid() !== 0) assertEquals(uid, `${Deno.uid()}`);
      rest.splice(at, 3);
      hidden++;
    } else at++;
  }
  assert(hidden > 0, "no place of records is hidden");
  return rest;
}

function placeOf(name: string, value: string): string {
  if (name === "SSH_AUTH_SOCK" || name === "SSH_AGENT_PID") return "<agent>";
  if (name === "ANSIBLE_SSH_CONTROL_PATH_DIR") return "<control path>";
  if (name !== "ANSIBLE_CALLBACK_PLUGINS") return value;
  // Ours stands before the user's (a row of the environment tests), the original's behind them.
  const [own = "", ...users] = value.split(":");
  return [...users, own.replace(/^.*\/x\/\.run\/callback$/, "<plugins>")].join(":");
}

function sorted(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).sort(([a], [b]) => a < b ? -1 : 1));
}

function replaceWord(argv: string[], from: string, to: string): void {
  const at = argv.indexOf(from);
  if (at < 0) throw new Error(`no "${from}" in ${argv}`);
  argv[at] = to;
}

/** Words of the recorded shell lines: quotes as Python writes them. */
function splitSimply(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)]
    .map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

function withPaths(entries: readonly [string, FileSpec][]): Record<string, FileSpec> {
  return Object.fromEntries(entries);
}

let key: string | undefined;

function testKey(): string {
  const dir = Deno.makeTempDirSync();
  try {
    return key ??= makeKey(`${dir}/key`);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}
