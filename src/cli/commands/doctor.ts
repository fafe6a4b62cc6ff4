/**
 * The command `doctor`: one screen about this host, and an exit code.
 *
 * @module
 */
import { doctor as lookAtHost } from "../../doctor.ts";
import type { HostFinding } from "../../doctor/checks.ts";
import { print } from "../terminal/print.ts";

/**
 * Looks at the host and prints what it found.
 *
 * @returns 0 when a plain run works here, 1 when it cannot
 * @throws {RunnerError} when Deno lets us look at nothing
 */
export async function doctor(): Promise<number> {
  const { works, build, needed, useful } = await lookAtHost();
  const lacking = needed.filter(({ state }) => state !== "ok").map(({ name }) => name);
  print([
    build,
    "",
    "Every run needs",
    ...needed.flatMap((finding) => lines(finding, finding.state.toUpperCase())),
    "",
    "Some runs need",
    ...useful.flatMap((finding) => lines(finding, finding.state)),
    "",
    works ? "A plain run works here" : `No run works here: ${lacking.join(", ")}`,
  ].join("\n"));
  return works ? 0 : 1;
}

function lines({ name, state, text, mend }: HostFinding, word: string): string[] {
  const line = `  ${(state === "ok" ? "ok" : word).padEnd(8)} ${name.padEnd(17)} ${text}`;
  return mend === undefined ? [line] : [line, `${" ".repeat(11)}-> ${mend}`];
}
