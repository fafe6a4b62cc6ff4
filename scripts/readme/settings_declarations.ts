/**
 * Turns the table of settings into the interfaces of the library that follow from it.
 *
 * They are written out, with a doc comment for each member, because editors and `deno doc` show
 * nothing of a type that is computed.
 *
 * @module
 */
import type { SettingType } from "../../src/config/settings/setting_type.ts";
import {
  decidedName,
  isTime,
  optionName,
  type SettingRow,
} from "../../src/config/settings/setting.ts";
import { SETTINGS } from "../../src/config/settings/table.ts";

/** TypeScript's types of what a setting holds: in env/settings, as an option, and decided. */
interface Types {
  readonly given: string;
  readonly option?: string;
  readonly decided?: string;
}

const TYPES: Readonly<Record<Extract<SettingType, string>, Types>> = {
  timeout: { given: "number" },
  seconds: { given: "number" },
  seconds_or_off: { given: "number" },
  boolean: { given: "boolean" },
  integer: { given: "number" },
  text: { given: "string" },
  paths: {
    given: "string | readonly string[]",
    option: "string | URL | readonly (string | URL)[]",
    decided: "readonly string[]",
  },
  list: { given: "readonly string[]" },
  receivers: { given: "readonly { readonly [key: string]: unknown }[]" },
  headers: { given: "{ readonly [name: string]: string }" },
  registry: { given: "RegistryLogin", option: "ContainerAuthData", decided: "DecidedLogin" },
};

/** A module that is generated: its path below the root of the repository, and its text. */
export interface DeclarationModule {
  /** Path below the root of the repository. */
  readonly path: string;
  /** What it is to hold. */
  readonly text: string;
}

/** Renders the modules with the interfaces. */
export function renderDeclarations(): readonly DeclarationModule[] {
  const dir = "src/config/settings";
  return [
    { path: `${dir}/settings_mapping.ts`, text: renderMapping() },
    { path: `${dir}/declarations.ts`, text: renderSettings() },
  ];
}

function renderMapping(): string {
  return [
    ...moduleHead("What callers write of settings."),
    'import type { RegistryLogin } from "./registry_login.ts";',
    "",
    "/**",
    " * Settings given as an argument. Other names are for plugins, and said to be meant:",
    ' * `{ my_plugin_topic: "x" } as SettingsMapping`.',
    " */",
    "export interface SettingsMapping {",
    ...SETTINGS.flatMap(givenMember),
    "}",
  ].join("\n") + "\n";
}

function renderSettings(): string {
  return [
    ...moduleHead("Settings as options of a run, and as they are read from it."),
    'import type { ContainerAuthData, DecidedLogin } from "./registry_login.ts";',
    "",
    "/** Settings that are options of a run as well; env/settings wins over them. */",
    "export interface SettingOptions {",
    ...SETTINGS.filter((row) => row.isOption === true).flatMap(optionMember),
    "}",
    "",
    "/**",
    " * Settings that were given. A name that is there with `undefined` was set to none or null: laid over",
    " * another source, it takes that one's value away.",
    " */",
    "export interface Settings {",
    ...SETTINGS.flatMap(decidedMember),
    "}",
  ].join("\n") + "\n";
}

function moduleHead(sentence: string): readonly string[] {
  return [
    "/**",
    ` * ${sentence} Generated from table.ts: \`deno task readme\`.`,
    " *",
    " * @module",
    " */",
    "// deno-lint-ignore-file camelcase -- the names of env/settings are a contract",
  ];
}

function givenMember(row: SettingRow): readonly string[] {
  return [
    comment(row, { unit: "seconds", fallback: row.default }),
    member(row.key, [typesOf(row.type).given, "null", "undefined"]),
  ];
}

/** A member as the formatter writes it. */
function member(name: string, types: readonly string[]): string {
  const line = `  readonly ${name}?: ${types.join(" | ")};`;
  if (line.length <= 100) return line;
  return [`  readonly ${name}?:`, ...types.map((type) => `    | ${type}`)].join("\n") + ";";
}

function optionMember(row: SettingRow): readonly string[] {
  const { given, option = given } = typesOf(row.type);
  return [
    comment(row, { unit: "seconds", fallback: row.default }),
    member(optionName(row), [row.isPath ? `${option} | URL` : option, "undefined"]),
  ];
}

function decidedMember(row: SettingRow): readonly string[] {
  const { given, decided = given } = typesOf(row.type);
  const isNumber = isTime(row.type) && row.default !== "none";
  const fallback = isNumber ? String(Number(row.default) * 1000) : row.default;
  return [
    comment(row, { unit: "milliseconds", fallback }),
    `  readonly ${decidedName(row)}?: ${decided} | undefined;`,
  ];
}

function typesOf(type: SettingType): Types {
  if (typeof type === "string") return TYPES[type];
  return { given: type.map((choice) => `"${choice}"`).join(" | ") };
}

interface Details {
  readonly unit: string;
  readonly fallback: string;
}

function comment({ type, doc }: SettingRow, { unit, fallback }: Details): string {
  const sentence = `${doc.charAt(0).toUpperCase()}${doc.slice(1)}`;
  const time = isTime(type) ? `; in ${unit}` : "";
  const value = fallback === "none" ? "" : ` @default {${fallback}}`;
  return `  /** ${sentence}${time}.${value} */`;
}
