import { COMMANDS } from "../../../../src/cli/flags/commands.ts";
import { renderCompletions } from "../../../../src/cli/docs/completions.ts";
import type { ShellName } from "../../../../src/cli/flags/flag.ts";
import { FLAGS } from "../../../../src/cli/flags/table.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../testing/assert.ts";
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

/** A name that is a command to whoever expands it. */
const HOSTILE = "$(touch started); `touch started`\"'";

async function inScratch(work: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "completions_" });
  try {
    const dirs = ["demo/project/plays", "demo/env", "demo/roles/web role", "other"];
    const idents = ["first", "2026-11-25T19:00", HOSTILE, "odd\nname"];
    for (const name of [...dirs, ...idents.map((ident) => `demo/artifacts/${ident}`)]) {
      await Deno.mkdir(`${dir}/${name}`, { recursive: true });
    }
    const files = {
      "demo/project/site one.yml": "",
      "demo/project/plays/web.yml": "",
      "demo/project/README": "",
      "demo/inventory/hosts": "# a comment\nlocalhost ansible_connection=local\n" +
        `[web]\nweb1\nweb2 x=1\nweb[3:9]\n$(touch\n[web:vars]\nuser=x\n[all_of_them:children]\nweb\n`,
      "demo/inventory/more.yml": "---\nall:\n  hosts:\n    db1:\n      port: 1\n    db2:\n" +
        "  children:\n    cache:\n      hosts:\n        redis1: {}\n    queue:\n      vars:\n        a: 1\n",
      "demo/inventory/secret": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
      "hosts.ini": "",
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${dir}/${name.replace(/[^/]*$/, "")}`, { recursive: true });
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    await Deno.writeTextFile(`${dir}/demo/inventory/script`, "#!/bin/sh\ntouch started\n", {
      mode: 0o755,
    });
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
    ..."-i --ident --artifact-dir -j --json -f --follow --color --debug --error-format --logfile -h --help --version"
      .split(" "),
  ]],
  [["run", "demo", "-p", ""], ["site one.yml", "plays/"]],
  [["run", "demo", "-p", "plays/"], ["plays/web.yml"]],
  [["run", "demo", "--playbook", "=", "si"], ["site one.yml"]],
  [["run", "demo", "--playbook", "="], ["site one.yml", "plays/"]],
  [["run", "demo", "-p", "'si"], []],
  [["run", "demo", "-p", "'pl"], ["plays/"]],
  [["status", "demo", "-i", ""], ["first", "2026-11-25T19:00", HOSTILE]],
  [["run", "demo", "--ident", "=", "fi"], ["first"]],
  [["run", "demo", "-i", "2026-11-25T19", ":", ""], ["00"]],
  [["run", "demo", "-i", "2026-11-25T19", ":"], ["00"]],
  [["logs", "demo", "--artifact-dir", "demo/roles", "-i", "w"], ["web role"]],
  [["report", "demo", "first", "f"], ["first"]],
  [["diff", "demo", "f"], ["first"]],
  [["logs", "demo", "f"], []],
  [["run", "demo", "-r", ""], ["web role"]],
  [["run", "demo", "--roles-path", "demo/artifacts:/nowhere", "-r", "f"], ["first"]],
  [["run", "demo", "--credential", "s"], ["ssh=", "ssh_key_passphrase=", "ssh_key_passphrase@"]],
  [["run", "demo", "--credential", "ssh", "="], ["file:", "env:"]],
  [["run", "demo", "--credential", "ssh", "=", "file", ":", "hos"], ["hosts.ini"]],
  [["run", "demo", "--credential", "ssh", "=", "file", ":", "x", "--fo"], ["--forks"]],
  [["run", "demo", "--color", ""], ["auto", "always", "never"]],
  [["run", "demo", "--limit", "w"], ["web", "web1", "web2"]],
  [["run", "demo", "-l", "web1,d"], ["web1,db1", "web1,db2"]],
  [["run", "demo", "-l", "web1,\\&prod,d"], ["web1,&prod,db1", "web1,&prod,db2"]],
  [["run", "demo", "-l", "web1", ":", "red"], ["redis1"]],
  [["run", "demo", "--hosts", ""], [
    ..."all all_of_them cache db1 db2 localhost queue redis1 web web1 web2".split(" "),
    "$(touch",
  ]],
  [["run", "demo", "--inventory", "hosts.ini", "--hosts", ""], ["all"]],
  [["retry", "demo", "--hosts", ""], ["failed", "unreachable", "both"]],
  [["run", "demo", "--inventory", "hos"], ["hosts.ini"]],
  [["run", "demo", "--forks", ""], []],
  [["run", "demo", ""], []],
  [["completions", ""], ["bash", "zsh", "fish"]],
  [["doctor", ""], []],
];

/**
 * Completes the words of each row and prints what the shell would read then, into a file for each.
 * Without a line being edited there is no compopt; names of files are quoted by the shell, others must
 * be one word as they are.
 */
const DRIVER = `
compopt() { [[ $2 != filenames ]] || is_file=1; }
source .script
row() {
  COMP_WORDS=(ansible-runner "$@") COMP_CWORD=$#
  _ansible_runner
  for offer in "\${COMPREPLY[@]}"; do
    if [[ -z $is_file ]]; then eval "set -- $offer"; else set -- "$offer"; fi
    (($# == 1)) || echo "$# words: $offer"
    printf '%s\\n' "$1"
  done
}
`;

/** What is offered after each row of words: one shell for all, and a fork of it for each. */
let ran: readonly Ran[] | undefined;

async function offerAll(): Promise<readonly Ran[]> {
  const answers: Ran[] = [];
  await inScratch((dir) => {
    const lines = OFFERS.map(([words], row) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      return `(row ${quoted}) > .out_${row} 2> .err_${row}; echo $? > .code_${row}\n`;
    });
    Deno.writeTextFileSync(`${dir}/.script`, renderCompletions("bash"));
    Deno.writeTextFileSync(`${dir}/.driver`, DRIVER + lines.join(""));
    assertEquals(run("bash", ["--norc", ".driver"], dir), { code: 0, stdout: "", stderr: "" });
    for (const row of OFFERS.keys()) {
      const read = (name: string): string => Deno.readTextFileSync(`${dir}/.${name}_${row}`);
      answers.push({ code: Number(read("code")), stdout: read("out"), stderr: read("err") });
    }
    assertThrows(() => Deno.statSync(`${dir}/started`), "No such file");
  });
  return answers;
}

const lacksBash = missing("bash");

for (const [row, [words, offers]] of OFFERS.entries()) {
  testOrSkip(`bash offers [${offers}] after "${words.join(" ")}"`, lacksBash, async () => {
    ran ??= await offerAll();
    const { code, stdout, stderr } = ran[row] ?? { code: undefined, stdout: "" };
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(stdout.split("\n").slice(0, -1).sort(), [...offers].sort());
  });
}

testOrSkip("bash registers the completion of ansible-runner", lacksBash, () => {
  const script = renderCompletions("bash");
  const { stdout } = run("bash", ["--norc", "-c", `${script}\ncomplete -p ansible-runner`]);
  assert(stdout.includes("-F _ansible_runner ansible-runner"), stdout);
});
