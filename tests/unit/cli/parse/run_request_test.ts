import type { InputOptions } from "../../../../src/config/options.ts";
import {
  buildOptions,
  type Environment,
  type RunRequest,
} from "../../../../src/cli/parse/run_request.ts";
import { parseCommandLine } from "../../../../src/cli/parse/command_line.ts";
import { RunnerError, UsageError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";

interface Given {
  readonly env?: Environment;
  readonly hasArgsFile?: boolean;
}

function request(
  options: readonly string[],
  { env = {}, hasArgsFile = false }: Given = {},
): RunRequest {
  const parsed = parseCommandLine(["run", "demo", ...options]);
  assert(parsed.kind === "command");
  return buildOptions(parsed, { env, hasArgsFile });
}

Deno.test("flags that are about nodes are a usage error without one", () => {
  for (const [name, ...value] of [["--receptor-socket", "/s"], ["--receptor-sign"]]) {
    const error = assertThrows(() => request(["-p", "x.yml", String(name), ...value]));
    assert(error instanceof UsageError);
    assertEquals(error.message, `Option ${name} applies to runs with --node only`);
    request(["-p", "x.yml", String(name), ...value, "--node", "exec1"]);
  }
});

/** Options less those that every run has. */
function inputOf(options: readonly string[], given: Given = {}): Partial<InputOptions> {
  const { privateDataDir, ignoreLogging, ...input } = request(options, given).input;
  assertEquals({ privateDataDir, ignoreLogging }, { privateDataDir: "demo", ignoreLogging: false });
  return input;
}

function refusal(options: readonly string[], given: Given = {}): string {
  const error = assertThrows(() => request(options, given));
  assert(error instanceof RunnerError);
  assertEquals([error.exitCode, error.verbatim], [1, true]);
  return error.message;
}

const NO_FORM = "The -p option must be specified when not using -m or -r";
Deno.test("a missing playbook's hint names RUNNER_PLAYBOOK, and says that it is empty", () => {
  const hints = [{}, { RUNNER_PLAYBOOK: "" }].map((env) => {
    const error = assertThrows(() => request([], { env }));
    return error instanceof RunnerError ? error.hint : undefined;
  });
  const rest = "names a playbook as well; for a container: -e RUNNER_PLAYBOOK=site.yml";
  assertEquals(hints, [`RUNNER_PLAYBOOK ${rest}`, `RUNNER_PLAYBOOK, which is empty, ${rest}`]);
});

const HOSTS = "The --hosts option can only be used with -m or -r";
const BOTH = "Only one of playbook and module options are allowed";

const FORMS: readonly (readonly [string, Environment, Partial<InputOptions> | string])[] = [
  ["", {}, NO_FORM],
  ["-p=", {}, NO_FORM],
  ["-p a.yml", {}, { playbook: "a.yml" }],
  ["", { RUNNER_PLAYBOOK: "a.yml" }, { playbook: "a.yml" }],
  ["", { RUNNER_PLAYBOOK: "" }, NO_FORM],
  ["-p b.yml", { RUNNER_PLAYBOOK: "a.yml" }, { playbook: "b.yml" }],
  ["-m ping", { RUNNER_PLAYBOOK: "a.yml" }, BOTH],
  ["-p a.yml", { RUNNER_MODULE: "ping" }, BOTH],
  ["", { RUNNER_MODULE: "ping", RUNNER_PLAYBOOK: "a.yml" }, BOTH],
  ["", { RUNNER_MODULE: "ping", RUNNER_ROLE: "r" }, BOTH],
  ["-m ping", { RUNNER_ROLE: "r" }, BOTH],
  ["", { RUNNER_MODULE: "ping" }, { module: "ping" }],
  ["-r r", { RUNNER_PLAYBOOK: "a.yml" }, { role: "r" }],
  ["-r r", { RUNNER_MODULE: "ping" }, { role: "r" }],
  ["", { RUNNER_ROLE: "r" }, { role: "r" }],
  ["", { RUNNER_ROLE: "r", RUNNER_PLAYBOOK: "a.yml" }, { role: "r" }],
  ["-p a.yml", { RUNNER_ROLE: "r" }, { role: "r" }],
  ["--hosts h", {}, HOSTS],
  ["--hosts h -p a.yml", {}, HOSTS],
  ["--hosts h", { RUNNER_PLAYBOOK: "a.yml" }, HOSTS],
  ["--hosts h", { RUNNER_MODULE: "ping" }, { module: "ping", hostPattern: "h" }],
  ["--hosts h", { RUNNER_ROLE: "r" }, { role: "r", hosts: "h" }],
  ["--hosts= -p a.yml", {}, { playbook: "a.yml" }],
  ["-m ping --hosts h -a a=1", {}, { module: "ping", hostPattern: "h", moduleArgs: "a=1" }],
  ["-p a.yml -a a=1 --role-vars b=2 --role-skip-facts", {}, { playbook: "a.yml" }],
  [
    "-r r --hosts h --role-vars b=2 --role-skip-facts",
    {},
    { role: "r", hosts: "h", roleSkipFacts: true },
  ],
  ["-b /bin/true", {}, { binary: "/bin/true" }],
  ["", { RUNNER_BINARY: "/bin/true" }, { binary: "/bin/true" }],
  ["-b x -p a.yml", { RUNNER_BINARY: "y" }, { binary: "x", playbook: "a.yml" }],
  ["-p a --roles-path x", { ANSIBLE_ROLES_PATH: "y" }, { playbook: "a", rolesPath: "x" }],
  // The run has our environment anyway, and env/envvars may change it.
  ["-p a", { ANSIBLE_ROLES_PATH: "y:z" }, { playbook: "a" }],
];
for (const [line, env, expected] of FORMS) {
  const title = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), line].join(" ");
  Deno.test(`buildOptions resolves the start form of "${title}"`, () => {
    const options = line === "" ? [] : line.split(" ");
    if (typeof expected === "string") assertEquals(refusal(options, { env }), expected);
    else assertEquals(inputOf(options, { env }), expected);
  });
}

Deno.test("buildOptions hands over the text of --role-vars, for a role only", () => {
  assertEquals(request(["-r", "r", "--role-vars", "b=2"]).roleVarsText, "b=2");
  assertEquals(request(["-p", "a.yml", "--role-vars", "b=2"]).roleVarsText, undefined);
});

Deno.test("buildOptions needs no start form when there is an args file", () => {
  assertEquals(inputOf([], { hasArgsFile: true }), {});
});

const ROWS: readonly (readonly [string, Partial<InputOptions>])[] = [
  ["--tags a --tags b,c --skip-tags d", { tags: ["a", "b,c"], skipTags: ["d"] }],
  ["-e a=1 --extra-vars @b", { extravarsWords: ["a=1", "@b"] }],
  ["-C --diff --become", { check: true, diff: true, become: true }],
  ["--start-at-task t --user u -l h", { startAtTask: "t", user: "u", limit: "h" }],
  ["-i a", { ident: "a" }],
  ["-i=", {}],
  ["--rotate-artifacts 2", { rotateArtifacts: 2 }],
  ["--artifact-dir a", { artifactDir: "a" }],
  ["--project-dir a", { projectDir: "a" }],
  ["--inventory h1,h2,", { inventory: "h1,h2," }],
  ["-j", { jsonMode: true }],
  ["-q", { quiet: true }],
  ["-vvvvvvv", { verbosity: 7 }],
  ["-vv", { verbosity: 2 }],
  ["--omit-event-data", { omitEventData: true }],
  ["--only-failed-event-data", { onlyFailedEventData: true }],
  ["--omit-env-files", { suppressEnvFiles: true }],
  ["--allow-unsafe-private-data-dir", { allowUnsafePrivateDataDir: true }],
  ["--limit a", { limit: "a" }],
  ["--forks abc", { forks: "abc" }],
  ["--cmdline=-e", { cmdline: "-e" }],
  ["--cmdline=", {}],
  ["--debug --logfile f", { debug: true, logfile: "f" }],
  ["--process-isolation", { processIsolation: true }],
  ["--process-isolation-executable podman", { processIsolationExecutable: "podman" }],
  ["--process-isolation-path /t", { processIsolationPath: "/t" }],
  ["--process-isolation-hide-paths a b", { processIsolationHidePaths: ["a", "b"] }],
  ["--process-isolation-show-paths a", { processIsolationShowPaths: ["a"] }],
  ["--process-isolation-ro-paths a", { processIsolationRoPaths: ["a"] }],
  ["--directory-isolation-base-path /t", { directoryIsolationBasePath: "/t" }],
  ["--resource-profiling", { resourceProfiling: true }],
  ["--resource-profiling-base-cgroup g", { resourceProfilingBaseCgroup: "g" }],
  ["--resource-profiling-cpu-poll-interval .5", { resourceProfilingCpuPollInterval: 0.5 }],
  ["--resource-profiling-memory-poll-interval 1", { resourceProfilingMemoryPollInterval: 1 }],
  ["--resource-profiling-pid-poll-interval 2", { resourceProfilingPidPollInterval: 2 }],
  ["--resource-profiling-results-dir d", { resourceProfilingResultsDir: "d" }],
  ["--container-image i", { containerImage: "i" }],
  ["--container-volume-mount a:b", { containerVolumeMounts: ["a:b"] }],
  ["--container-option=-x", { containerOptions: ["-x"] }],
];
for (const [line, expected] of ROWS) {
  Deno.test(`buildOptions passes on ${line}`, () => {
    assertEquals(inputOf(["-p", "a", ...line.split(" ")]), { playbook: "a", ...expected });
  });
}

Deno.test("buildOptions names the places of credentials", () => {
  const { credentialSources } = request(
    ["-p", "a", "--credential", "become=env:PW", "--credential=vault@x=y=file:/a=b"],
  );
  assertEquals(credentialSources, [
    { name: "become", from: "env", place: "PW" },
    { name: "vault@x=y", from: "file", place: "/a=b" },
  ]);
});
