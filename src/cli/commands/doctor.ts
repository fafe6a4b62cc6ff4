/**
 * The command `doctor`: one screen about this host, and an exit code.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { canLook, type Check, type Finding, NEEDED, USEFUL } from "./doctor_checks.ts";
import { print } from "../terminal/print.ts";
import { buildText } from "../docs/version.ts";

/**
 * Looks at the host and prints what it found.
 *
 * @returns 0 when a plain run works here, 1 when it cannot
 * @throws {RunnerError} when Deno lets us look at nothing
 */
export async function doctor(): Promise<number> {
  if (!canLook()) {
    throw new RunnerError(
      "doctor.permissions",
      "Cannot check this host: Deno was not given all permissions",
      {
        hint: "deno run -A ... doctor",
      },
    );
  }
  const [needed, useful] = await Promise.all([look(NEEDED), look(USEFUL)]);
  const lacking = needed.filter(({ state }) => state !== "ok").map(({ name }) => name);
  print([
    buildText(),
    "",
    "Every run needs",
    ...needed.flatMap((finding) => lines(finding, finding.state.toUpperCase())),
    "",
    "Some runs need",
    ...useful.flatMap((finding) => lines(finding, finding.state)),
    "",
    lacking.length === 0 ? "A plain run works here" : `No run works here: ${lacking.join(", ")}`,
  ].join("\n"));
  return lacking.length === 0 ? 0 : 1;
}

function look(checks: readonly Check[]): Promise<Finding[]> {
  return Promise.all(checks.map((check) => check()));
}

function lines({ name, state, text, mend }: Finding, word: string): string[] {
  const line = `  ${(state === "ok" ? "ok" : word).padEnd(8)} ${name.padEnd(17)} ${text}`;
  return mend === undefined ? [line] : [line, `${" ".repeat(11)}-> ${mend}`];
}
