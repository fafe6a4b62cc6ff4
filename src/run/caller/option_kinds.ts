/**
 * What each option of a run may be.
 *
 * @module
 */
import type { SettingOptions } from "../../config/settings/declarations.ts";
import { optionName, type SettingRow } from "../../config/settings/setting.ts";
import { SETTINGS } from "../../config/settings/table.ts";
import type { RunOptions } from "../run_options.ts";

/** A kind of value. */
export interface OptionKind {
  /** Said to whoever gives another. */
  readonly expected: string;
  /** Whether a value is of this kind. */
  readonly fits: (value: unknown) => boolean;
  /** Whether it is copied when the run is called for; code and what it holds on to is not. */
  readonly isData: boolean;
}

/** Any text. */
export const TEXT: OptionKind = data("a string", isText);
/** A path, of a file or directory. */
export const PATH: OptionKind = data("a path: a string or a file: URL", isText);
const PATHS = data("a path or a list of paths", (value) => isText(value) || isTexts(value));
const COMMAND = data("a command line or a file: URL", isText);
const FLAG = data("true or false", (value) => typeof value === "boolean");
const SECONDS = data("a number of seconds", isNumber);
const COUNT = data("a whole number, 0 or more", isCount);
const WORDS = data("a string or a list of strings", (value) => isText(value) || isTexts(value));
/** A list of strings. */
export const TEXTS: OptionKind = data("a list of strings", isTexts);
const MAPPING = data("an object", isMapping);
const FUNCTION = code("a function", (value) => typeof value === "function");
const SIGNAL = code("an AbortSignal", (value) => value instanceof AbortSignal);

/** All options. */
export const OPTION_KINDS: { readonly [Name in keyof Required<RunOptions>]: OptionKind } = {
  privateDataDir: PATH,
  ident: TEXT,
  artifactDir: PATH,
  projectDir: PATH,
  rotateArtifacts: COUNT,
  allowUnsafePrivateDataDir: FLAG,
  playbook: data(
    "a path, a play or a list of plays",
    (value) => isText(value) || isMapping(value) || isListOf(value, isMapping),
  ),
  module: TEXT,
  moduleArgs: TEXT,
  hostPattern: TEXT,
  role: TEXT,
  roleVars: MAPPING,
  roleSkipFacts: FLAG,
  hosts: TEXT,
  rolesPath: PATHS,
  binary: PATH,
  inventory: data(
    "a string, an object or a list of them",
    (value) => isSource(value) || isListOf(value, isSource),
  ),
  envvars: MAPPING,
  extravars: data("an object or a path", (value) => isText(value) || isMapping(value)),
  extravarsWords: TEXTS,
  passwords: MAPPING,
  credentials: data(
    "an object of strings",
    (value) => isMapping(value) && Object.values(value as object).every(isText),
  ),
  settings: MAPPING,
  sshKey: TEXT,
  cmdline: TEXT,
  suppressEnvFiles: FLAG,
  limit: WORDS,
  forks: data("a whole number or a string", (value) => isText(value) || isCount(value)),
  verbosity: COUNT,
  tags: WORDS,
  skipTags: WORDS,
  check: FLAG,
  diff: FLAG,
  startAtTask: TEXT,
  become: FLAG,
  user: TEXT,
  timeout: SECONDS,
  terminalSize: data("rows and columns, whole numbers from 1 to 65535", isTerminalSize),
  quiet: FLAG,
  jsonMode: FLAG,
  omitEventData: FLAG,
  onlyFailedEventData: FLAG,
  checkJobEventData: FLAG,
  debug: FLAG,
  logfile: PATH,
  ignoreLogging: FLAG,
  plugins: TEXTS,
  onFailure: COMMAND,
  onEnd: COMMAND,
  metricsFile: PATH,
  syslog: FLAG,
  syslogServer: TEXT,
  containerWorkdir: TEXT,
  ...settingKinds(),
  eventHandler: FUNCTION,
  statusHandler: FUNCTION,
  cancelCallback: FUNCTION,
  artifactsHandler: FUNCTION,
  finishedCallback: FUNCTION,
  handlerTimeout: SECONDS,
  startLimit: data("a whole number, 1 or more", (value) => isCount(value) && value !== 0),
  signal: SIGNAL,
  killSignal: SIGNAL,
  output: code(
    "an object with a function open",
    (value) =>
      typeof value === "object" && value !== null && "open" in value &&
      typeof value.open === "function",
  ),
  emitters: code("a list of emitters", Array.isArray),
  log: FUNCTION,
};

/** Kinds of the options that are settings as well, by the table of settings. */
function settingKinds(): { readonly [Name in keyof Required<SettingOptions>]: OptionKind } {
  const rows = SETTINGS.filter(({ isOption }) => isOption === true);
  const kinds = rows.map((row) => [optionName(row), kindOfSetting(row)] as const);
  return Object.fromEntries(kinds) as { [Name in keyof Required<SettingOptions>]: OptionKind };
}

function kindOfSetting({ type, isPath }: SettingRow): OptionKind {
  switch (type) {
    case "boolean":
      return FLAG;
    case "seconds":
      return SECONDS;
    case "paths":
      return PATHS;
    case "list":
      return TEXTS;
    case "registry":
      return MAPPING;
    case "text":
      return isPath === true ? PATH : TEXT;
    default:
      throw new Error(`no option has the type ${type}`);
  }
}

/** Options that take a command line: the path of a URL is one word of it. */
export function takesCommand(name: string): boolean {
  return Object.entries(OPTION_KINDS).some(([known, kind]) => known === name && kind === COMMAND);
}

/** Options that take a `file:` URL in place of a path, also in a list. */
export function takesUrl(name: string): boolean {
  const kind = Object.entries(OPTION_KINDS).find(([known]) => known === name)?.[1];
  return kind === PATH || kind === PATHS || ["playbook", "inventory", "extravars"].includes(name);
}

function data(expected: string, fits: (value: unknown) => boolean): OptionKind {
  return { expected, fits, isData: true };
}

function code(expected: string, fits: (value: unknown) => boolean): OptionKind {
  return { expected, fits, isData: false };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTerminalSize(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const { rows, columns, ...rest } = value as Record<string, unknown>;
  return [rows, columns].every((size) =>
    isCount(size) && Number(size) >= 1 && Number(size) < 65536
  ) &&
    Object.keys(rest).length === 0;
}

function isTexts(value: unknown): boolean {
  return isListOf(value, isText);
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}

function isSource(value: unknown): boolean {
  return isText(value) || isMapping(value);
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
