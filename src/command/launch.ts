/**
 * Turns a decided run into what is started: argv, environment, cwd, and what must be undone at its end.
 *
 * The order is visible here: files the run needs, callback plugin, environment, then the wrappers
 * from the inside out.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { Material, RunConfig } from "../config/run_config.ts";
import { unpackCallback } from "./callback.ts";
import { buildRunEnvironment, RUN_MARKER } from "./environment.ts";

/** What is started. */
export interface Launch {
  /** The words, wrappers included. */
  readonly argv: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** What the run added or changed in the environment: the `command` file has all of `env`. */
  readonly cwd: string;
  /** What else must happen when the run is ended before its time. */
  readonly onStop?: (() => Promise<void>) | undefined;
}

/** What a launch is prepared with. */
export interface LaunchContext {
  /** Id of the run, value of its environment marker. */
  readonly runId: string;
  /** Notes a path outside the scratch directory that must not outlive the run. */
  readonly noteRemains: (path: string) => void;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/**
 * Prepares the start of a run.
 *
 * @param config the run
 * @param context where to note and undo what is made
 * @returns what is started
 * @throws {ConfigError} when a file that the run needs cannot be made
 */
export function prepareLaunch(config: RunConfig, context: LaunchContext): Promise<Launch> {
  makeMaterials(config, context);
  const pluginDir = `${config.scratchDir}/callback`;
  unpackCallback(pluginDir);
  const env = {
    ...config.env,
    ...buildRunEnvironment(config, config.env, { pluginDir, artifactDir: config.artifactDir }),
    [RUN_MARKER]: context.runId,
  };
  return Promise.resolve({ argv: config.argv, env, cwd: config.cwd });
}

function makeMaterials(config: RunConfig, context: LaunchContext): void {
  for (const material of config.materials) {
    const isScratch = material.path.startsWith(`${config.scratchDir}/`);
    if (!isScratch) {
      makeParent(material.path, context);
      context.noteRemains(material.path);
      context.stack.defer(() => remove(material.path));
    }
    writeMaterial(material);
  }
}

/** Contract: a project dir that we had to make goes with the generated playbook. */
function makeParent(path: string, context: LaunchContext): void {
  const dir = path.slice(0, path.lastIndexOf("/"));
  try {
    Deno.mkdirSync(dir, { mode: 0o700 });
  } catch {
    return;
  }
  // Removed only if nothing else came into it meanwhile.
  context.stack.defer(() => remove(dir));
}

function writeMaterial({ path, text }: Material): void {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
  } catch (error) {
    throw new ConfigError(
      "config.material",
      `Cannot write "${path}": ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or a directory in use by others.
  }
}
