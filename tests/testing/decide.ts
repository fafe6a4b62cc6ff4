/**
 * Decides runs row by row: options, the files of a private data dir and our own environment.
 *
 * @module
 */
import type { DataDirInputs, PathKind } from "../../src/config/inputs/private_data_dir.ts";
import type { TakenInputs } from "../../src/config/options.ts";
import { resolve } from "../../src/config/resolve.ts";
import type { RunConfig } from "../../src/config/run_config.ts";
import type { Host } from "../../src/config/system.ts";
import { ConfigError } from "../../src/errors.ts";
import { assert, assertThrows } from "./assert.ts";

/** What lies around: the rest of a case is as small as it can be. */
export interface Given {
  /** Options besides the private data dir; a playbook unless another start form is there. */
  readonly options?: Partial<TakenInputs>;
  /** Files of the private data dir. */
  readonly inputs?: Partial<DataDirInputs>;
  /** Our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What exists. */
  readonly paths?: Readonly<Record<string, PathKind>>;
}

/** A private data dir without any files of env/. */
export const NO_INPUTS: DataDirInputs = {
  envvars: undefined,
  passwords: undefined,
  credentials: undefined,
  settings: undefined,
  cmdline: undefined,
  args: undefined,
  sshKeys: [],
  extravarsPath: undefined,
  extravarsText: undefined,
};

const USUAL_PATHS = { "/p/project": "dir", "/p/inventory": "dir" } as const;

/** Decides a run on a host that is as given. */
export function decide(
  { options = {}, inputs = {}, env = {}, paths = USUAL_PATHS }: Given,
): RunConfig {
  let ids = 0;
  const host: Host = {
    env,
    cwd: "/caller",
    kindOf: (path) => new Map(Object.entries(paths)).get(path),
    newId: () => `id${++ids}`,
  };
  const form = ["playbook", "module", "role", "binary"].some((key) => key in options)
    ? {}
    : { playbook: "x.yml" };
  return resolve(
    {
      options: { privateDataDir: "/p", ident: "i", ...form, ...options },
      inputs: { ...NO_INPUTS, ...inputs },
    },
    host,
  );
}

/** Expects a one-line error. */
export function refusal(given: Given): ConfigError {
  const error = assertThrows(() => decide(given));
  assert(error instanceof ConfigError, Deno.inspect(error));
  assert(!error.message.includes("\n") && !error.message.endsWith("."), error.message);
  return error;
}

/** A title, what is given, and what comes of it. */
export type Row<Result> = readonly [title: string, given: Given, result: Result];

/** The scratch directory of such a run. */
export const SCRATCH = "/p/artifacts/i/.run";
