/**
 * Turns options, the inputs of the private data dir and the host's environment into one `RunConfig`.
 *
 * Pure: what exists and what is random comes in as a `Host`. The order of precedence is
 * the contract of the original's manual; each merge below is one row of it.
 *
 * @module
 */
import { ARTIFACT_ROOT, SCRATCH_NAME } from "../run_layout.ts";
import { ConfigError } from "../errors.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { split } from "../python/shlex.ts";
import { buildArgv } from "./argv.ts";
import type { DataDirInputs } from "./inputs/private_data_dir.ts";
import { resolveEventTimes } from "./event_times.ts";
import type { Host } from "./system.ts";
import { resolveInventory } from "./inventory.ts";
import { resolveExtraVars } from "./extra_vars.ts";
import type { TakenInputs } from "./options.ts";
import { playbookMaterial } from "./playbook.ts";
import { resolveCredentials, resolveEnv, resolvePasswords } from "./env_and_secrets.ts";
import type { Isolation, Material, RunConfig, RunMode } from "./run_config.ts";
import type { Settings } from "./settings/declarations.ts";
import { mergeSettings } from "./settings/merge.ts";

/** What a run is decided from. */
export interface Given {
  /** What the caller asked for. */
  readonly options: TakenInputs;
  /** What lies in the private data dir. */
  readonly inputs: DataDirInputs;
}

/**
 * Decides a run.
 *
 * @throws {ConfigError} when inputs contradict each other or have the wrong shape
 */
export function resolve({ options, inputs }: Given, host: Host): RunConfig {
  const absolute = (path: string): string => makeAbsolute(path, host.cwd);
  const privateDataDir = absolute(options.privateDataDir);
  const ident = checkIdent(options.ident ?? host.newId());
  const artifactRoot = absolute(options.artifactDir ?? `${privateDataDir}/${ARTIFACT_ROOT}`);
  const artifactDir = `${artifactRoot}/${ident}`;
  const scratchDir = `${artifactDir}/${SCRATCH_NAME}`;
  const projectDir = absolute(options.projectDir ?? `${privateDataDir}/project`);
  const mode = modeOf(options, inputs);
  const credentials = resolveCredentials(options, inputs);
  const merged = mergeSettings(options, inputs.settings);
  const playbook = mode === "playbook"
    ? playbookMaterial(options, { projectDir, newId: host.newId })
    : undefined;
  const inventory = resolveInventory(options.inventory, { privateDataDir, scratchDir, host });
  const extraVars = resolveExtraVars({ options, inputs }, { scratchDir, absolute });
  const env = resolveEnv({ options, inputs }, host.env);
  const hasProjectDir = playbook?.material !== undefined || host.kindOf(projectDir) === "dir";
  return {
    ident,
    privateDataDir,
    artifactRoot,
    artifactDir,
    scratchDir,
    projectDir,
    cwd: mode !== "module" && hasProjectDir ? projectDir : privateDataDir,
    mode,
    argv: buildArgv({
      mode,
      options,
      rawArgs: inputs.args === undefined ? undefined : splitWords(inputs.args, "args"),
      cmdline: splitCmdline(options, inputs),
      inventories: inventory.sources,
      extraVarsPaths: extraVars.paths,
      playbook: playbook?.path,
      credentials: Object.keys(credentials),
    }),
    env: env.all,
    inputEnv: env.inputNames,
    rolesPath: resolveRolesPath(options, env.all, { privateDataDir, absolute }),
    materials: [playbook?.material, ...inventory.materials, ...extraVars.materials]
      .filter((material): material is Material => material !== undefined),
    passwords: resolvePasswords(options, inputs),
    credentials,
    sshKeys: options.sshKey === undefined
      ? inputs.sshKeys
      : [{ name: "sshKey", text: options.sshKey }],
    isolation: resolveIsolation(merged.settings),
    containerWorkdir: options.containerWorkdir,
    settings: { ...merged.mapping, ...merged.settings },
    unknownSettings: merged.unknown,
    terminalSize: options.terminalSize ?? { rows: 24, columns: 80 },
    quiet: merged.settings.suppressAnsibleOutput ?? options.suppressAnsibleOutput ??
      options.quiet ?? false,
    jsonMode: options.jsonMode ?? false,
    eventTimes: resolveEventTimes(merged.settings, env.all),
    omitEventData: options.omitEventData ?? false,
    onlyFailedEventData: options.onlyFailedEventData ?? false,
    checkJobEventData: options.checkJobEventData ?? false,
    rotateArtifacts: options.rotateArtifacts ?? 0,
    warnings: [...merged.warnings, ...env.warnings],
  };
}

/** Longest file name on Linux. */
const MAX_IDENT_BYTES = 255;

/**
 * Says whether a text can be the name of an artifact directory.
 *
 * @throws {ConfigError} when it cannot
 */
export function checkIdent(ident: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (ident === "" || ident === "." || ident === ".." || /[/\x00-\x1f\x7f-\x9f]/.test(ident)) {
    throw new ConfigError(
      "config.ident",
      `Cannot use ident ${
        JSON.stringify(ident)
      }: expected a name without "/", "..", or control characters`,
    );
  }
  const size = new TextEncoder().encode(ident).length;
  if (size > MAX_IDENT_BYTES) {
    throw new ConfigError(
      "config.ident",
      `Cannot use ident "${
        ident.slice(0, 40)
      }…": expected at most ${MAX_IDENT_BYTES} bytes, got ${size}`,
    );
  }
  return ident;
}

/** Contract: the args file wins over every start form, then the binary. */
function modeOf(options: TakenInputs, inputs: DataDirInputs): RunMode {
  if (inputs.args !== undefined || options.binary !== undefined) return "raw";
  const isModule = options.module !== undefined;
  const isRole = options.role !== undefined;
  if (options.playbook !== undefined && isModule && !isRole) {
    throw new ConfigError(
      "config.playbook_and_module",
      "Only one of playbook and module options are allowed",
      {
        verbatim: true,
      },
    );
  }
  if (options.playbook === undefined && !isModule && !isRole) {
    throw new ConfigError(
      "config.nothing_to_run",
      "Cannot start: no playbook, module, role, binary or args file",
    );
  }
  return isModule && !isRole ? "module" : "playbook";
}

function splitWords(text: string, where: string): string[] {
  if (text.includes("\0")) {
    throw new ConfigError("config.words", `Cannot read "${where}": a NUL character in it`);
  }
  try {
    return split(text);
  } catch (error) {
    throw new ConfigError("config.words", `Cannot read "${where}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function splitCmdline(options: TakenInputs, inputs: DataDirInputs): string[] {
  if (options.cmdline !== undefined) return splitWords(options.cmdline, "--cmdline");
  return inputs.cmdline === undefined ? [] : splitWords(inputs.cmdline, "env/cmdline");
}

/**
 * Arguments and flags, else the environment's own value, else `<pdd>/roles` for a role. A home
 * (`~`) stays: Ansible knows whose.
 */
function resolveRolesPath(
  options: TakenInputs,
  env: Readonly<Record<string, string>>,
  { privateDataDir, absolute }: { privateDataDir: string; absolute: (path: string) => string },
): string | undefined {
  if (options.rolesPath !== undefined) {
    const list = typeof options.rolesPath === "string"
      ? options.rolesPath.split(":")
      : options.rolesPath;
    return list.map((path) => path.startsWith("~") ? path : absolute(path)).join(":");
  }
  if (options.role === undefined) return undefined;
  return env["ANSIBLE_ROLES_PATH"] || `${privateDataDir}/roles`;
}

/** A container engine when anything about containers is said, else bwrap. */
function resolveIsolation(settings: Settings): Isolation | undefined {
  if (settings.processIsolation !== true) return undefined;
  const saysContainer = [
    settings.containerImage,
    settings.containerVolumeMounts,
    settings.containerOptions,
    settings.containerAuthData,
  ].some((value) => value !== undefined);
  const executable = settings.processIsolationExecutable ?? (saysContainer ? "podman" : "bwrap");
  const isEngine = /(^|\/)(podman|docker)$/.test(executable);
  return { kind: isEngine ? "container" : "sandbox", executable };
}
