import { assert, assertEquals } from "../../testing/assert.ts";
import { filesBelow } from "../../testing/leaks.ts";
import { Scene } from "../../testing/scene.ts";

const SECRET = "Zebra9crossing";
/** More than a person may see before it is known to be a secret. */
const PARTS = ["Zebr", "crossing", "ossing"];

/** Each letter comes later than a person would wait for it. */
const PROGRAM = `#!/bin/sh
printf Zebra9; sleep .3; echo crossing
for letter in Z e b r a 9 c r o s s i n g; do printf %s $letter; sleep .08; done; echo
printf 'Enter Zebra'; sleep .3; echo :
`;

/** Gives the rest of its words a terminal, and shows what they print there. */
const ON_TERMINAL = [
  "/usr/bin/python3",
  "-c",
  "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)",
];

async function slowScene(use: (scene: Scene, args: string[]) => Promise<void>): Promise<void> {
  await using scene = new Scene();
  scene.write("env/passwords", JSON.stringify({ "never asked": SECRET }));
  Deno.writeTextFileSync(`${scene.root}/program`, PROGRAM, { mode: 0o755 });
  await use(scene, ["run", ".", "-b", `${scene.root}/program`, "-i", "a"]);
  for (const name of filesBelow(`${scene.dir}/artifacts/a`)) {
    const path = `${scene.dir}/artifacts/a/${name}`;
    if (Deno.lstatSync(path).isFile) assertHidden(Deno.readTextFileSync(path), name);
  }
  const shown = scene.artifact("a", "stdout") ?? "";
  if (!shown.startsWith("{")) {
    assertEquals(shown, "********\r\n********\r\nEnter Zebra:\r\n");
  }
}

function assertHidden(text: string, where: string): void {
  const rest = text.replaceAll("Enter Zebra:", "");
  for (const part of PARTS) assert(!rest.includes(part), `${part} in ${where}: ${text}`);
}

for (const flags of [[], ["-j"]]) {
  Deno.test(`a secret printed slowly is masked everywhere (${flags})`, async () => {
    await slowScene(async (scene, args) => {
      const { stdout } = await scene.cli([...args, ...flags]);
      assertHidden(stdout, "standard output");
    });
  });
}

Deno.test("a secret printed slowly is masked on a terminal, up to three letters", async () => {
  await slowScene(async (scene, args) => {
    const { code, stdout } = await scene.cli(args, { before: ON_TERMINAL });
    assertEquals(code, 0);
    assertHidden(stdout, "the terminal");
    assertEquals(stdout.replaceAll("\r", ""), "Zeb********\nZeb********\nEnter Zebra:\n");
  });
});
