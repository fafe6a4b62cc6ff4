/**
 * An emitter that is a module of the user's.
 *
 * @module
 */
import { ConfigError, messageOf } from "../../errors.ts";
import { baseName } from "../../internal/paths.ts";
import type { Emitter } from "../emitter.ts";

/** What a module is loaded with. */
export interface ModulePluginOptions {
  /** What `createEmitter` is given: the settings that are not ours. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether this program was compiled. @default {whether it is} */
  readonly isCompiled?: boolean;
}

/** Whether a path names a module, unless it is executable. */
export function isModulePath(path: string): boolean {
  return /\.m?[jt]s$/.test(path) && !isExecutable(path);
}

/**
 * Loads a module and makes its emitter.
 *
 * @param path absolute path of a module that exports `createEmitter(settings)`
 * @throws {ConfigError} when it cannot be loaded, or makes no emitter
 */
export async function loadModulePlugin(
  path: string,
  { settings, isCompiled = Deno.build.standalone }: ModulePluginOptions,
): Promise<Emitter> {
  if (isCompiled) {
    throw refusal(path, "the compiled program loads no modules", {
      hint: `Make it executable, with "#!/usr/bin/env -S deno run" as its first line, or run ` +
        "ansible-runner from its sources",
    });
  }
  try {
    const { createEmitter } = await import(new URL(`file://${encodeURI(path)}`).href);
    if (typeof createEmitter !== "function") throw new Error("expected an export createEmitter");
    const emitter: Partial<Emitter> | undefined = await createEmitter(settings);
    if (typeof emitter?.send !== "function") {
      throw new Error("expected an object with a function send from createEmitter");
    }
    const { send, close, onError } = emitter;
    return {
      onError,
      name: typeof emitter.name === "string" ? emitter.name : `plugin ${baseName(path)}`,
      send: (message, signal) => send.call(emitter, message, signal),
      close: (hurry) => close?.call(emitter, hurry),
    };
  } catch (cause) {
    throw refusal(path, messageOf(cause).split("\n")[0] ?? "", { cause });
  }
}

function refusal(
  path: string,
  problem: string,
  options: { readonly hint?: string; readonly cause?: unknown },
): ConfigError {
  const text = `Cannot use the plugin ${JSON.stringify(path)}: ${problem}`;
  return new ConfigError("config.plugin", text, options);
}

function isExecutable(path: string): boolean {
  try {
    return ((Deno.statSync(path).mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
