import { GENERATED_DOCUMENTS, updateDocument } from "../../scripts/readme/sections.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { findCompileTools } from "../testing/compiled.ts";
import { findPodman } from "../testing/podman.ts";
import { type CommandBlock, matchesShown, readBlocks } from "../testing/readme.ts";
import { denoDirectory } from "../testing/run_cli.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const README = Deno.readTextFileSync(`${ROOT}/README.md`);
const compile = findCompileTools();
const podman = findPodman();

/** Why a block cannot be run here. */
function whyNot({ commands }: CommandBlock): string | undefined {
  if (commands.includes("podman ")) return "missing" in podman ? podman.missing : undefined;
  if (commands.includes("task compile")) return "missing" in compile ? compile.missing : undefined;
  const isolation = commands.includes("--process-isolation ");
  return isolation && !exists("/usr/bin/bwrap") ? "no bwrap" : undefined;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A copy of the checkout, with a home of its own. */
class Checkout implements Disposable {
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_readme_" });
  readonly #state = `${this.dir}/state`;

  constructor() {
    for (const dir of ["home", "bin"]) Deno.mkdirSync(`${this.dir}/${dir}`);
    const names = ["cli.ts", "mod.ts", "src", "scripts", "demo", "deno.json", "deno.lock"];
    new Deno.Command("mkdir", { args: [`${this.dir}/checkout`] }).outputSync();
    new Deno.Command("cp", {
      args: ["-R", ...names.map((name) => `${ROOT}/${name}`), `${this.dir}/checkout`],
    }).outputSync();
    new Deno.Command("rm", { args: ["-rf", `${this.dir}/checkout/demo/artifacts`] }).outputSync();
    // Where the program cannot be compiled, the sources stand for it.
    Deno.writeTextFileSync(
      `${this.dir}/bin/ansible-runner`,
      `#!/bin/sh\nexec '${Deno.execPath()}' run -A '${this.dir}/checkout/cli.ts' "$@"\n`,
      { mode: 0o755 },
    );
    Deno.writeTextFileSync(this.#state, "");
  }

  /** Runs a block as a person would type it; what it exports is there in the next one. */
  run({ commands }: CommandBlock): { code: number; stdout: string; stderr: string } {
    const { code, stdout, stderr } = new Deno.Command("sh", {
      args: ["-c", `. '${this.#state}'; set -e; ${commands}\nexport -p > '${this.#state}'`],
      cwd: `${this.dir}/checkout`,
      env: this.#environment(),
    }).outputSync();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout).replaceAll("\r", ""),
      stderr: decoder.decode(stderr),
    };
  }

  #environment(): Record<string, string> {
    return {
      HOME: `${this.dir}/home`,
      PATH: `${this.dir}/bin:${Deno.env.get("PATH")}`,
      DENO_DIR: denoDirectory(),
      LC_ALL: "C.UTF-8",
      ...("tools" in compile
        ? { COMPILE_DENO: compile.tools.deno, DENORT_BIN: compile.tools.program }
        : {}),
      ...("env" in podman ? podman.env : {}),
    };
  }

  [Symbol.dispose](): void {
    new Deno.Command("rm", { args: ["-rf", this.dir] }).outputSync();
  }
}

for (const document of GENERATED_DOCUMENTS) {
  Deno.test(`${document} says what the tables say now (deno task readme)`, () => {
    const text = Deno.readTextFileSync(`${ROOT}/${document}`);
    assertEquals(updateDocument(document, text), text);
  });
}

Deno.test("the README is short enough to be read", () => {
  assert(README.split("\n").length <= 281 && README.length <= 40_000);
});

Deno.test("every link of the documents leads somewhere", () => {
  for (const document of ["README.md", ...GENERATED_DOCUMENTS, ".github/CONTRIBUTING.md"]) {
    const text = Deno.readTextFileSync(`${ROOT}/${document}`);
    for (const [, path = "", anchor] of text.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)) {
      const target = new URL(path, `file://${ROOT}/${document}`).pathname;
      const headings = [...Deno.readTextFileSync(target).matchAll(/^#+ (.*)$/gm)]
        .map(([, heading = ""]) => heading.toLowerCase().replaceAll(" ", "-"));
      assert(anchor === undefined || headings.includes(anchor), `${document}: ${path}#${anchor}`);
    }
  }
});

const blocks = readBlocks(README);
for (const block of blocks) {
  const reason = whyNot(block);
  if (reason !== undefined) {
    testOrSkip(`the README's commands of line ${block.line}`, reason, () => {});
  }
}

Deno.test("every command of the README works and prints what it shows", async (t) => {
  assert(blocks.length > 10);
  using checkout = new Checkout();
  for (const block of blocks) {
    if (whyNot(block) !== undefined) continue;
    await t.step(`line ${block.line}: ${block.commands.split("\n")[0]}`, () => {
      const { code, stdout, stderr } = checkout.run(block);
      assertEquals([code, stderr.includes("error:") ? stderr : ""], [0, ""], stdout + stderr);
      const { expected } = block;
      if (expected !== undefined && !matchesShown(expected, stdout)) assertEquals(stdout, expected);
    });
  }
});
