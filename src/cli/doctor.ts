/**
 * Turns what this host has and lacks into one screen of text and an exit code.
 *
 * @module
 */
import {
  type Check,
  type Finding,
  findMissingPermissions,
  NEEDED,
  USEFUL,
} from "./doctor_checks.ts";
import { print } from "./print.ts";
import { versionText } from "./version.ts";

/**
 * Looks at the host and prints what it found.
 *
 * @returns 0 when a plain run works here, 1 when it cannot
 */
export async function doctor(): Promise<number> {
  const missing = findMissingPermissions();
  // Without permissions nothing else can be looked at.
  const [needed, useful] = missing === undefined
    ? await Promise.all([look(NEEDED), look(USEFUL)])
    : [[missing], []];
  const broken = needed.filter((finding) => !finding.isOk).map((finding) => finding.name);
  const { os, arch } = Deno.build;
  print([
    `${versionText()}, Deno ${Deno.version.deno}, ${os} ${arch}`,
    "",
    "Every run needs",
    ...needed.flatMap((finding) => lines(finding, "MISSING")),
    "",
    ...(useful.length === 0 ? [] : ["Some runs need"]),
    ...useful.flatMap((finding) => lines(finding, "lacking")),
    ...(useful.length === 0 ? [] : [""]),
    broken.length === 0 ? "A plain run works here" : `No run works here: ${broken.join(", ")}`,
  ].join("\n"));
  return broken.length === 0 ? 0 : 1;
}

function look(checks: readonly Check[]): Promise<Finding[]> {
  return Promise.all(checks.map((check) => check()));
}

function lines({ name, isOk, text, mend }: Finding, word: string): string[] {
  const line = `  ${(isOk ? "ok" : word).padEnd(8)} ${name.padEnd(17)} ${text}`;
  return mend === undefined ? [line] : [line, `${" ".repeat(11)}-> ${mend}`];
}
