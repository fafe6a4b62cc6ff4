// Runs every example of the public documentation, in a copy of the demo.
import { assertEquals } from "../testing/assert.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NAME = "@ansible-runner/ansible-runner";

/** The TypeScript examples in the doc comments of a file, that import this library by its name. */
function examplesOf(path: string): string[] {
  const text = Deno.readTextFileSync(path);
  return Array.from(
    text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm),
    ([, code]) => (code ?? "").replaceAll(/^ *\* ?/gm, ""),
  ).filter((code) => code.includes(NAME));
}

function* sources(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (isDirectory) yield* sources(`${dir}/${name}`);
    else if (name.endsWith(".ts")) yield `${dir}/${name}`;
  }
}

Deno.test("every example in the documentation type-checks and runs", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "runner_examples_" });
  try {
    await new Deno.Command("cp", { args: ["-r", `${ROOT}demo`, `${dir}/demo`] }).output();
    // A short one in the place of the tour: examples run side by side.
    const playbook = [{ hosts: "demo", gather_facts: false, tasks: [{ debug: { msg: "hello" } }] }];
    Deno.writeTextFileSync(`${dir}/demo/project/test.yml`, JSON.stringify(playbook));
    const paths = [`${ROOT}mod.ts`, ...sources(`${ROOT}src`)];
    const examples = paths.flatMap((path) => examplesOf(path).map((code) => ({ path, code })));
    // A run that an example of `Runner.fromArtifacts` opens.
    const first = { privateDataDir: "demo", playbook: "test.yml", ident: "first" };
    let program = `import { run } from "${NAME}";\nawait run(${JSON.stringify(first)});\n`;
    program += "await Promise.all([\n";
    for (const [index, { path, code }] of examples.entries()) {
      const name = `example_${index}.ts`;
      Deno.writeTextFileSync(`${dir}/${name}`, `// ${path}\n${code}`);
      program += `  import("./${name}"),\n`;
    }
    Deno.writeTextFileSync(`${dir}/all.ts`, program + ']);\nconsole.log("all done");\n');
    const { imports, compilerOptions } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
    const config = { compilerOptions, imports: { ...imports, [NAME]: `file://${ROOT}mod.ts` } };
    Deno.writeTextFileSync(`${dir}/deno.json`, JSON.stringify(config));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--check", "--no-lock", "all.ts"],
      cwd: dir,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    assertEquals(code, 0, text.decode(stderr));
    assertEquals(text.decode(stdout).trimEnd().split("\n").at(-1), "all done");
    assertEquals(examples.length >= 10, true);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
