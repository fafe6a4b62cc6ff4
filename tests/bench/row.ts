/**
 * What a row of the bench is made of: the programs that are compared, and their words.
 *
 * @module
 */
import { exists } from "../../src/internal/file_system.ts";
import { testCacheDirectory } from "../testing/original.ts";
import type { Variant } from "./measure.ts";

/** The checkout. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;
/** This folder. */
export const HERE: string = new URL(".", import.meta.url).pathname;

/** A row of the table. */
export interface Row {
  readonly title: string;
  /** The first is ours, the last what it is held against. */
  readonly variants: readonly Variant[];
  readonly rounds: number;
  /** Files of the private data directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** What we aim at. */
  readonly target?: string;
  /** Why it is missed where it is, measured apart. */
  readonly miss?: string;
  /** Only with `--long`. */
  readonly isLong?: boolean;
  /** How many events it makes, when it is about them. */
  readonly events?: number;
}

/** Ours from source. */
export const SOURCE: readonly string[] = [
  Deno.execPath(),
  "run",
  "-A",
  "--frozen",
  `${ROOT}cli.ts`,
];
/** Ours as one program, when there is one. */
export const BINARY: string | undefined = Deno.env.get("RUNNER_TEST_BINARY") || undefined;
/** Those that are installed, by name. */
export const ORIGINALS: readonly (readonly [string, string])[] = ([
  ["original 2.3.1", "/usr/bin/ansible-runner"],
  ["original 2.4.3", `${testCacheDirectory()}/runner-2.4/bin/ansible-runner`],
] as const).filter(([, path]) => exists(path));

/** A program with words, in which `@` is the private data directory. */
export function withWords(
  name: string,
  program: readonly string[],
  words: readonly string[],
): Variant {
  return {
    name,
    command: (dir) => [...program, ...words.map((word) => word.replace("@", dir))],
  };
}

/** The same words by all runners that there are. */
export function runners(...words: readonly string[]): Variant[] {
  return [
    withWords("from source", SOURCE, words),
    ...(BINARY === undefined ? [] : [withWords("compiled", [BINARY], words)]),
    ...ORIGINALS.toReversed().map(([name, path]) => withWords(name, [path], words)),
  ];
}

/** The fastest of ours. */
export const OURS: readonly string[] = BINARY === undefined ? SOURCE : [BINARY];
