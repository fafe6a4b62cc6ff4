// A program outside the checkout, with a deno.json of its own, uses mod.ts: run and type-checked.
import { assertEquals } from "../testing/assert.ts";
import { docExamples, LIBRARY_NAME } from "../testing/doc_examples.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { testCacheDirectory } from "../testing/original.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

const PROGRAM = `
import {
  type CommandResult,
  doctor,
  type Emitter,
  type ErrorCode,
  getInventory,
  type HostReport,
  isAlive,
  type ListedRun,
  listRuns,
  run,
  runAsync,
  runCommand,
  Runner,
  type RunOptions,
  type SettingsMapping,
  stop,
  version,
} from "${MOD}";

interface Variables {
  readonly release: string;
}

const [privateDataDir = ""] = Deno.args;
const extravars: Variables = { release: "1" };
const tags: readonly string[] | undefined = privateDataDir === "" ? ["a"] : undefined;
const settings: SettingsMapping = { job_timeout: undefined, idle_timeout: 10 };
const options: RunOptions = {
  privateDataDir: new URL(\`file://\${privateDataDir}\`),
  binary: "/bin/true",
  extravars,
  tags,
  settings,
  credentials: { "vault@prod": "x" },
  eventHandler: undefined,
};
// @ts-expect-error: only one of playbook, module and role
export const two: RunOptions = { privateDataDir, playbook: "x.yml", module: "ping" };
// @ts-expect-error: a setting that there is not
export const wrong: RunOptions = { privateDataDir, settings: { idle_timeuot: 10 } };
const plugin = { my_plugin_topic: "x" } as SettingsMapping;
export const url = new URL("file:///x");
export const urls: RunOptions = {
  privateDataDir: url,
  artifactDir: url,
  projectDir: url,
  rolesPath: [url],
  inventory: [url, { all: {} }],
  processIsolationPath: url,
  processIsolationRoPaths: [url, "x"],
  directoryIsolationBasePath: url,
  resourceProfilingResultsDir: url,
  settings: plugin,
};
export const emitter: Emitter = {
  name: "own",
  send: () => Promise.resolve(),
  batch: undefined,
  isAcknowledged: undefined,
};
export const code: ErrorCode = "callback.stalled";
export const found = (): Promise<HostReport> => doctor();
export const calls = [
  (): Promise<ListedRun[]> => listRuns(url, { artifactDir: url }),
  (): Promise<boolean> => isAlive(url),
  (): Promise<void> => stop(url),
  (): Promise<Runner> => Runner.fromArtifacts(url),
  (): Promise<CommandResult> => runCommand("pwd", [], { hostCwd: url }),
  (): Promise<unknown> => getInventory("list", [url], { playbookDir: url, outputFile: url }),
];
// @ts-expect-error: a credential that there is not
export const misspelt: RunOptions = { privateDataDir, credentials: { sssh: "x" } };
{
  await using job = runAsync(options);
  await job.done;
}
const runner: Runner = await run(options);
console.log(runner.status, runner.config.settings.jobTimeoutMs, version.split(".").length);
`;

/** All options by which the compiler finds more. */
const STRICT = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noPropertyAccessFromIndexSignature: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    useUnknownInCatchVariables: true,
    verbatimModuleSyntax: true,
  },
};

/**
 * Where a project lies: at the same place each time, so that Deno finds what it knows of its types.
 * In a new directory it would read the whole library again, and keep that for ever. Where nothing can
 * be kept it is new.
 */
function projectDir(kind: string, data: LibraryDir): string {
  const dir = `${testCacheDirectory()}/consumer/${kind}${MOD.replaceAll(/\W+/g, "_")}`;
  try {
    Deno.mkdirSync(dir, { recursive: true });
    Deno.writeTextFileSync(`${dir}/main.ts`, PROGRAM);
    return dir;
  } catch {
    data.write("consumer/main.ts", PROGRAM);
    return `${data.dir}/consumer`;
  }
}

/** Our own caches, so that nothing is downloaded; no settings of ours. */
function deno(cwd: string, ...args: string[]): string {
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).outputSync();
  const text = new TextDecoder();
  return text.decode(stdout) + text.decode(stderr).replaceAll(/^(Check|Download) .*\n/gm, "");
}

for (const [kind, settings] of [["default", {}], ["strict", STRICT]] as const) {
  // The compiler reads the whole library for each of its settings: one reading is for all there is.
  const examples = kind === "strict" ? docExamples() : [];
  const also = examples.length > 0 ? ", with every example in the documentation," : "";
  Deno.test(`a ${kind} project that imports mod.ts${also} type-checks and runs`, async () => {
    await using data = new LibraryDir();
    const project = projectDir(kind, data);
    const imports = { [LIBRARY_NAME]: MOD };
    Deno.writeTextFileSync(`${project}/deno.json`, JSON.stringify({ ...settings, imports }));
    const names = examples.map(({ path, code }, index) => {
      Deno.writeTextFileSync(`${project}/example_${index}.ts`, `// ${path}\n${code}`);
      return `example_${index}.ts`;
    });
    assertEquals(deno(project, "check", "main.ts", ...names), "");
    // Not simple: it is read by the library for YAML.
    data.write("private/env/settings", "---\nidle_timeout: &x 10\njob_timeout: *x\n");
    const words = ["run", "-A", "main.ts", `${data.dir}/private`];
    assertEquals(deno(project, ...words), "successful 10000 3\n");
  });
}
