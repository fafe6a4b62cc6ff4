import { COMMANDS } from "../../../../src/cli/flags/commands.ts";
import { renderCompletions } from "../../../../src/cli/docs/completions.ts";
import type { ShellName } from "../../../../src/cli/flags/flag.ts";
import { FLAGS } from "../../../../src/cli/flags/table.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../testing/assert.ts";
import { testOrSkip } from "../../../testing/skip.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd?: string): Ran {
  const { code, stdout, stderr } = new Deno.Command(program, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
  }).outputSync();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function missing(program: string): string | undefined {
  try {
    run(program, ["-c", "true"]);
    return undefined;
  } catch {
    return `there is no ${program}`;
  }
}

async function inScratch(work: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "completions_" });
  try {
    for (const name of ["demo/project", "demo/env", "other"]) {
      await Deno.mkdir(`${dir}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(`${dir}/demo/project/site one.yml`, "");
    await Deno.writeTextFile(`${dir}/hosts.ini`, "");
    work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const shell of ["bash", "zsh", "fish"] as const satisfies readonly ShellName[]) {
  testOrSkip(
    `renderCompletions makes a script that ${shell} can read`,
    missing(shell),
    () =>
      inScratch((dir) => {
        Deno.writeTextFileSync(`${dir}/script`, renderCompletions(shell));
        assertEquals(run(shell, ["-n", `${dir}/script`]), { code: 0, stdout: "", stderr: "" });
      }),
  );

  Deno.test(`renderCompletions has every flag and command for ${shell}`, () => {
    const script = renderCompletions(shell);
    for (const { name } of COMMANDS) assertStringIncludes(script, name);
    for (const { long } of FLAGS) {
      if (long === undefined) continue;
      assertStringIncludes(script, shell === "fish" ? ` -l ${long} ` : `--${long}`);
    }
  });
}

/** Words typed so far, the last being completed, and what is offered. */
const OFFERS: readonly (readonly [string[], string[]])[] = [
  [[""], COMMANDS.map(({ name }) => name)],
  [["sta"], ["start", "status"]],
  [["-p", "x", "ru"], ["run"]],
  [["--limit", "run", "ru"], ["run"]],
  [["run", ""], ["demo", "other"]],
  [["run", "de"], ["demo"]],
  [["-p", "x", "stop", "o"], ["other"]],
  [["run", "demo", "--play"], ["--playbook"]],
  [["run", "demo", "--fo"], ["--forks"]],
  [["logs", "demo", "--fo"], ["--follow"]],
  [["logs", "demo", "-"], [
    ..."-i --ident --artifact-dir -j --json -f --follow --debug --error-format --logfile -h --help --version"
      .split(" "),
  ]],
  [["run", "demo", "-p", ""], ["site one.yml"]],
  [["run", "demo", "--playbook", "=", "si"], ["site one.yml"]],
  [["run", "demo", "--playbook", "="], ["site one.yml"]],
  [["run", "demo", "--inventory", "hos"], ["hosts.ini"]],
  [["run", "demo", "--limit", ""], []],
  [["run", "demo", ""], []],
  [["completions", ""], ["bash", "zsh", "fish"]],
  [["doctor", ""], []],
];
for (const [words, offers] of OFFERS) {
  testOrSkip(
    `bash offers [${offers}] after "${words.join(" ")}"`,
    missing("bash"),
    () =>
      inScratch((dir) => {
        Deno.writeTextFileSync(`${dir}/.script`, renderCompletions("bash"));
        // Without a line being edited there is no compopt.
        const driver = 'compopt() { :; }; source "$1"; shift; COMP_WORDS=(ansible-runner "$@"); ' +
          "COMP_CWORD=$#; _ansible_runner; ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"";
        const args = ["--norc", "-c", driver, "bash", `${dir}/.script`, ...words];
        const { code, stdout, stderr } = run("bash", args, dir);
        assertEquals({ code, stderr }, { code: 0, stderr: "" });
        assertEquals(stdout.split("\n").slice(0, -1).sort(), [...offers].sort());
      }),
  );
}

testOrSkip("bash registers the completion of ansible-runner", missing("bash"), () => {
  const script = renderCompletions("bash");
  const { stdout } = run("bash", ["--norc", "-c", `${script}\ncomplete -p ansible-runner`]);
  assert(stdout.includes("-F _ansible_runner ansible-runner"), stdout);
});
