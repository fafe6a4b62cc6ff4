import { Pty, type PtyOptions } from "../../../src/process/pty.ts";
import type { EndReason } from "../../../src/end_reason.ts";
import { LaunchError } from "../../../src/errors.ts";
import { exists } from "../../../src/internal/file_system.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

type Options = Partial<PtyOptions> & { readonly program?: string; readonly type?: string };

/** Runs a shell line on a terminal; gives what the terminal showed and how it ended. */
async function onTerminal(
  script: string,
  { program = "/bin/sh", type, ...size }: Options = {},
): Promise<[shown: string, ended: EndReason | undefined]> {
  const privateDir = await Deno.makeTempDir();
  try {
    const pty = Pty.spawn({
      program,
      argv: ["sh", "-c", script],
      env: { PATH: "/usr/bin:/bin", GIVEN: "é \n'x'" },
      cwd: "/usr",
    }, { privateDir, ...size });
    if (type !== undefined) await pty.write(type);
    const shown = await new Response(pty.output).text();
    return [shown.replaceAll("\r", ""), await pty.ended()];
  } finally {
    await Deno.remove(privateDir, { recursive: true });
  }
}

for (const withoutScript of [false, true]) {
  const how = withoutScript ? "made by our launcher" : "of script";
  Deno.test(`Pty runs a program on a terminal ${how}, with its size, environment and directory`, async () => {
    const script = `test -t 0 && test -t 1 && test -t 2 && stty size; pwd; echo "$GIVEN"; exit 3`;
    const [shown, ended] = await onTerminal(script, { withoutScript, rows: 30, columns: 99 });
    assertEquals([shown, ended], ["30 99\n/usr\né \n'x'\n", { reason: "exit", code: 3 }]);
  });

  Deno.test(`Pty says which signal a program died of on a terminal ${how}`, async () => {
    const [, ended] = await onTerminal("kill -USR1 $$", { withoutScript });
    assertEquals(ended, { reason: "signal", signal: 10 });
  });
}

/** Runs something where `script` is a program of the test's. */
async function withScript(dir: string, text: string, call: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("PATH") ?? "";
  Deno.writeTextFileSync(`${dir}/script`, text, { mode: 0o755 });
  Deno.env.set("PATH", `${dir}:/usr/bin:/bin`);
  try {
    await call();
  } finally {
    Deno.env.set("PATH", before);
  }
}

Deno.test("Pty takes the first script of PATH: the system's own may be too old", async () => {
  await usingDir(async (dir) => {
    const text = `#!/bin/sh\n: >'${dir}/used'\nexec /usr/bin/script "$@"\n`;
    await withScript(dir, text, async () => {
      const [, ended] = await onTerminal("exit 3");
      assertEquals([ended, exists(`${dir}/used`)], [{ reason: "exit", code: 3 }, true]);
    });
  });
});

Deno.test("Pty does not wait for who keeps the pipe of script's complaints, nor shows all of them", async () => {
  await usingDir(async (dir) => {
    const text = `#!/bin/sh\nsleep 60 >/dev/null & echo $! >'${dir}/pid'\n` +
      "seq 5000 >&2\nexit 1\n";
    await withScript(dir, text, async () => {
      const start = performance.now();
      const error = await assertRejects(() => onTerminal("exit 3"), "Cannot make a terminal");
      Deno.kill(Number(Deno.readTextFileSync(`${dir}/pid`)), "SIGKILL");
      const { length } = error.message;
      assert(performance.now() - start < 30_000 && length > 4000 && length < 5000, `${length}`);
    });
  });
});

Deno.test("Pty types what it is told to", async () => {
  const script = 'stty -echo; read -r line; echo "got $line"';
  const [shown] = await onTerminal(script, { type: "an answer\n" });
  assert(shown.endsWith("got an answer\n"), shown);
});

Deno.test("Pty says that a program could not be started, and why", async () => {
  const [, ended] = await onTerminal("", { program: "/etc/passwd" });
  assertEquals(ended?.reason, "could_not_start");
  assert(ended?.reason === "could_not_start" && ended.program === "/etc/passwd");
});

Deno.test("Pty refuses what no program can be given", () => {
  const privateDir = Deno.makeTempDirSync();
  const command = { program: "/bin/sh", argv: ["sh", "a\0b"], env: {}, cwd: "/" };
  const error = assertThrows(() => Pty.spawn(command, { privateDir }), "a NUL character");
  assert(error instanceof LaunchError);
  assertEquals([...Deno.readDirSync(privateDir)], []);
  Deno.removeSync(privateDir);
});
