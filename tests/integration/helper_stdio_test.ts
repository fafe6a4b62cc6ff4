/** Where the output of helpers goes: the caller's own terminal, or memory alone. */
import { getInventory, getRoleList, runCommand } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { runProgram } from "../testing/run_cli.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

/** A caller that gives a shell its own stdio, and says what came back. */
function caller(script: string, options: Readonly<Record<string, unknown>> = {}): string[] {
  const call = JSON.stringify({ stdio: "inherit", ...options });
  const code = `import { runCommand } from "${MOD}";` +
    `const result = await runCommand("sh", ["-c", ${JSON.stringify(script)}], ${call});` +
    `console.error(JSON.stringify(result));`;
  return ["eval", "-q", "--no-lock", code];
}

Deno.test("runCommand with stdio inherit leaves the caller's terminal to the program", async () => {
  const isTerminal = "test -t 0 && test -t 1 && test -t 2 && echo all";
  const asks = 'printf "name: " > /dev/tty; read name < /dev/tty; echo "${#name} letters"; exit 3';
  // Our own terminal stands for the caller's; what is typed there reaches the program alone.
  const { response } = await runCommand(
    Deno.execPath(),
    caller(`${isTerminal}; ${asks}`, { settings: { idle_timeout: 0.1 } }),
    { passwords: { "name: ": "charlie" } },
  );
  assertEquals(response, 'all\nname: 7 letters\n{"response":"","error":"","rc":3}\n');
});

Deno.test("runCommand with stdio inherit leaves pipes and files of the caller to the program", async () => {
  const { stdout, stderr } = await runProgram([
    Deno.execPath(),
    ...caller("cat; echo out; echo err >&2"),
  ]);
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  assertEquals(text(stdout), "out\n");
  assertEquals(text(stderr), 'err\n{"response":"","error":"","rc":0}\n');
});

Deno.test("runCommand with stdio inherit ends what it started on cancel and timeout", async () => {
  const { stderr } = await runProgram([
    Deno.execPath(),
    ...caller("trap '' TERM; sleep 60 & sleep 60", {
      timeout: 0.3,
      settings: { grace_period: 0.1 },
    }),
  ]);
  assertEquals(new TextDecoder().decode(stderr), '{"response":"","error":"","rc":254}\n');
});

Deno.test("helpers refuse what cannot go with the caller's stdio", async () => {
  const { readable: inputStream } = new TransformStream<Uint8Array>();
  await assertRejects(
    () => runCommand("ls", [], { stdio: "inherit", inputStream }),
    'Cannot use stdio "inherit" with inputStream: expected one of them',
  );
  await assertRejects(
    () => runCommand("ls", [], { stdio: "null" as "inherit" }),
    'Cannot use stdio "null" of a command: expected inherit',
  );
  const inherit = { stdio: "inherit" } as const;
  for (
    const ask of [
      () => getRoleList(inherit),
      () => getInventory("list", ["localhost,"], { ...inherit, responseFormat: "json" }),
    ]
  ) {
    await assertRejects(
      ask,
      "Cannot parse an answer that goes to the caller's stdout: stdio is \"",
    );
  }
});

Deno.test("helpers keep their answer without output files, on a terminal and between pipes", async () => {
  await using data = new LibraryDir();
  const options = { ...data.base, settings: { suppress_output_file: true } };
  const complain = ["-c", "echo answer; echo complaint >&2; exit 3"];
  assertEquals(await runCommand("sh", complain, options), {
    response: "answer\ncomplaint\n",
    error: "",
    rc: 3,
  });
  const piped = { ...options, outputStream: new WritableStream<Uint8Array>() };
  assertEquals(await runCommand("sh", complain, piped), {
    response: "answer\n",
    error: "complaint\n",
    rc: 3,
  });
  const { response } = await getInventory("list", ["one,"], { ...options, responseFormat: "json" });
  assertEquals(response["ungrouped"], { hosts: ["one"] });
  const files = [...Deno.readDirSync(`${data.dir}/artifacts`)].flatMap(({ name }) =>
    [...Deno.readDirSync(`${data.dir}/artifacts/${name}`)].map((file) => file.name)
  );
  assert(files.includes("rc") && !files.includes("stdout") && !files.includes("stderr"));
});
