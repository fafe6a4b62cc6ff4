/**
 * The options of a run, from a parsed command line and the environment.
 *
 * @module
 */
import type { TakenInputs } from "../../config/options.ts";
import { ConfigError, type ErrorCode, UsageError } from "../../errors.ts";
import { type CredentialSource, parseCredential } from "./credentials.ts";
import { flagName } from "../flags/lookup.ts";
import { type FlagKey, FLAGS, type FlagValues } from "../flags/table.ts";
import type { DirCommand } from "./command_line.ts";

/** What the options of a run need besides flags. */
export interface OptionsContext {
  /** Our environment. */
  readonly env: Environment;
  /** Whether the private data dir has a file `args`: then no start form is needed. */
  readonly hasArgsFile: boolean;
}

/** What `run` and `start` are asked to do. */
export interface RunRequest {
  /** The options of the run. */
  readonly input: TakenInputs;
  /** Secrets to be read and added to `input.credentials`. */
  readonly credentialSources: readonly CredentialSource[];
  /** Size of the terminal, as typed. */
  readonly terminalSize?: string;
  /** Variables of the role, to be read and set as `input.roleVars`. */
  readonly roleVarsText?: string;
}

/** Our environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is started: at most one of playbook, module and role. */
interface StartForm {
  readonly playbook?: string;
  readonly module?: string;
  readonly role?: string;
}

/**
 * Builds the options of `run` and `start`.
 *
 * @param context environment, and what else is needed
 * @returns options, and secrets to be read
 * @throws {ConfigError} when there is nothing to run, or too much, with the original's texts
 * @throws {UsageError} when a value of `--credential` has not the right form, or a flag that is about
 * nodes comes without one
 */
export function buildOptions(
  parsed: DirCommand,
  context: OptionsContext,
): RunRequest {
  const { flags } = parsed;
  const { env } = context;
  if (flags.nodes === undefined) refuseFlagsOfNodes(flags);
  const credentialSources = (flags.credential ?? []).map(parseCredential);
  if (parsed.command === "retry") {
    const { privateDataDir } = parsed;
    const input = { ...plainOptions(flags), privateDataDir, ignoreLogging: false };
    return { input, credentialSources, ...given("terminalSize", flags.terminalSize) };
  }
  const form = resolveStartForm(parsed, context);
  const input: TakenInputs = {
    ...plainOptions(flags),
    privateDataDir: parsed.privateDataDir,
    ...moduleOrRoleOptions(form, flags),
    ...given("playbook", form.playbook),
    ...given("binary", notEmpty(flags.binary ?? env.RUNNER_BINARY)),
    ...given("rolesPath", notEmpty(flags.rolesPath)),
    ignoreLogging: false,
  };
  return {
    input,
    credentialSources,
    ...given("terminalSize", notEmpty(flags.terminalSize)),
    ...given("roleVarsText", form.role === undefined ? undefined : notEmpty(flags.roleVars)),
  };
}

/** They would change nothing, and the run would be here. */
function refuseFlagsOfNodes(flags: FlagValues): void {
  const astray = FLAGS.find(({ key }) =>
    (key === "receptorSocket" || key === "receptorSign") && key in flags
  );
  if (astray !== undefined) {
    throw new UsageError(`Option ${flagName(astray)} applies to runs with --node only`);
  }
}

/** Flags that are not just the option of their name: each is decided below, or is none of a run. */
const DECIDED = [
  "playbook",
  "module",
  "moduleArgs",
  "role",
  "roleVars",
  "roleSkipFacts",
  "rolesPath",
  "hosts",
  "binary",
  "credential",
  "follow",
  "color",
  "terminalSize",
  "emitter",
  "watch",
  "nodes",
  "receptorSocket",
  "receptorSign",
  "onlyTransmitKwargs",
  "workerDir",
  "isDeleted",
  "keepaliveSeconds",
  "workerInfo",
  "errorFormat",
  "isExitCode",
  "filePattern",
  "excludeStrings",
  "gracePeriodMinutes",
  "removeImages",
  "imagePrune",
  "last",
  "failed",
  "running",
  "since",
  "host",
  "task",
  "event",
  "sinceCounter",
  "waitTimeout",
  "speed",
  "keep",
  "olderThan",
  "largerThan",
  "dryRun",
  "retryIdent",
  "newIdent",
  "trustArtifacts",
  "reportFile",
  "junitFile",
  "markdownFile",
  "annotations",
  "help",
  "version",
] as const satisfies readonly FlagKey[];

/** Flags that are options under the same name and with the same value. */
type PlainFlags = Omit<FlagValues, typeof DECIDED[number]>;

function plainOptions(flags: FlagValues): Pick<TakenInputs, keyof PlainFlags> {
  const decided: ReadonlySet<string> = new Set(DECIDED);
  // Contract: empty text counts as not given, as in the original.
  const plain = Object.entries(flags).filter(([key, value]) => value !== "" && !decided.has(key));
  return Object.fromEntries(plain) satisfies PlainFlags;
}

function resolveStartForm(
  { command, flags }: DirCommand,
  { env, hasArgsFile }: OptionsContext,
): StartForm {
  const playbook = flags.playbook ?? env.RUNNER_PLAYBOOK ?? "";
  const module = flags.module ?? env.RUNNER_MODULE ?? "";
  const role = flags.role ?? env.RUNNER_ROLE ?? "";
  const binary = flags.binary ?? env.RUNNER_BINARY ?? "";
  const hasHosts = flags.hosts !== undefined && flags.hosts !== "";
  if (hasHosts && module === "" && role === "") {
    throw contractError("config.hosts", "The --hosts option can only be used with -m or -r");
  }
  const hasForm = playbook !== "" || module !== "" || role !== "";
  if (!hasForm && binary === "" && !hasArgsFile) {
    const text = "The -p option must be specified when not using -m or -r";
    // The entrypoint of containers runs.
    const hint = command === "run" ? playbookVariableHint(env.RUNNER_PLAYBOOK) : undefined;
    throw new ConfigError("config.start_form", text, { verbatim: true, hint });
  }
  if (role !== "" && (flags.role !== undefined || module === "")) return { role };
  if (module !== "" && (playbook !== "" || role !== "")) {
    const text = "Only one of playbook and module options are allowed";
    throw contractError("config.playbook_and_module", text);
  }
  return { ...given("playbook", notEmpty(playbook)), ...given("module", notEmpty(module)) };
}

function playbookVariableHint(value: string | undefined): string {
  const name = value === undefined ? "RUNNER_PLAYBOOK" : "RUNNER_PLAYBOOK, which is empty,";
  return `${name} names a playbook as well; for a container: -e RUNNER_PLAYBOOK=site.yml`;
}

function moduleOrRoleOptions(form: StartForm, flags: FlagValues): Partial<TakenInputs> {
  const hosts = notEmpty(flags.hosts);
  if (form.module !== undefined) {
    return {
      module: form.module,
      ...given("moduleArgs", notEmpty(flags.moduleArgs)),
      ...given("hostPattern", hosts),
    };
  }
  if (form.role === undefined) return {};
  return {
    role: form.role,
    ...given("hosts", hosts),
    ...given("roleSkipFacts", flags.roleSkipFacts),
  };
}

function contractError(code: ErrorCode, text: string): ConfigError {
  return new ConfigError(code, text, { verbatim: true });
}

function notEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { [P in K]?: V };
}
