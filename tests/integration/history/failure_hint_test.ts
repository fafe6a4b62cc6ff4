/**
 * What `run` says at the end of a failed run: on a terminal alone.
 */
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { cliCommand, Scene } from "../../testing/scene.ts";

const RUN = ["run", "-i", "a", "-m", "command", "-a", "false", "--hosts", "localhost"];

Deno.test("a failed run ends with one line on a terminal, and none elsewhere", async () => {
  await using scene = new Scene();
  scene.write("inventory", "localhost ansible_connection=local\n");
  const piped = await scene.cli([...RUN, "."]);
  assertEquals([piped.code, piped.stderr], [2, ""]);
  const words = [...cliCommand(), ...RUN, scene.dir].map((word) => `'${word}'`).join(" ");
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", words, "/dev/null"],
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const line = `Run failed: localhost: command (ansible-runner show ${scene.dir} -i a)\r\n`;
  assertStringIncludes(text, line);
  assert(text.endsWith(line), text);
});
