// Runs every example of the public documentation, in a copy of the demo; consumer_test.ts checks their types.
import { assertEquals } from "../testing/assert.ts";
import { docExamples, LIBRARY_NAME } from "../testing/doc_examples.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("every example in the documentation runs", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "runner_examples_" });
  try {
    await new Deno.Command("cp", { args: ["-r", `${ROOT}demo`, `${dir}/demo`] }).output();
    // A short one in the place of the tour: examples run side by side.
    const playbook = [{ hosts: "demo", gather_facts: false, tasks: [{ debug: { msg: "hello" } }] }];
    Deno.writeTextFileSync(`${dir}/demo/project/test.yml`, JSON.stringify(playbook));
    Deno.mkdirSync(`${dir}/bin`);
    const fake = `${ROOT}tests/fixtures/bin/fake_ansible_events`;
    Deno.symlinkSync(fake, `${dir}/bin/ansible-playbook`);
    const examples = docExamples();
    for (const [index, { path, code }] of examples.entries()) {
      Deno.writeTextFileSync(`${dir}/example_${index}.ts`, `// ${path}\n${code}`);
    }
    Deno.writeTextFileSync(`${dir}/all.ts`, programOf(examples.length));
    Deno.writeTextFileSync(
      `${dir}/deno.json`,
      JSON.stringify({ imports: { [LIBRARY_NAME]: `file://${ROOT}mod.ts` } }),
    );
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--no-lock", "all.ts"],
      cwd: dir,
      env: { NO_COLOR: "1", FAKE_EVENTS: "3" },
    }).output();
    const text = new TextDecoder();
    assertEquals(code, 0, text.decode(stderr));
    assertEquals(text.decode(stdout).trimEnd().split("\n").at(-1), "all done");
    assertEquals(examples.length >= 10, true);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

/**
 * A program that makes a run with Ansible, which the example of `Runner.fromArtifacts` opens, and
 * runs all examples side by side. The dozen that run the same playbook need not wait for Ansible
 * once more each; modules and the tools of the helpers are real.
 */
function programOf(count: number): string {
  const first = { privateDataDir: "demo", playbook: "test.yml", ident: "first" };
  const imports = Array.from({ length: count }, (_, index) => `  import("./example_${index}.ts"),`);
  return `import { run } from "${LIBRARY_NAME}";
(await run(${JSON.stringify(first)})).orThrow();
Deno.env.set("PATH", \`\${Deno.cwd()}/bin:\${Deno.env.get("PATH")}\`);
await Promise.all([
${imports.join("\n")}
]);
console.log("all done");
`;
}
