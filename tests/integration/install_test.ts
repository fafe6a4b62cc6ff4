import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";

const SCRIPT = new URL("../../scripts/install.sh", import.meta.url).pathname;
const HERE = `${Deno.build.arch}-unknown-linux-gnu`;
const PROGRAM = "#!/bin/sh\necho ansible-runner 1.2.3\n";
const MAN = ".TH ANSIBLE-RUNNER 1\n";

/** A directory of releases and a place to install to. */
class Releases implements Disposable {
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_install_" });
  readonly from: string = `${this.dir}/releases`;
  readonly prefix: string = `${this.dir}/pre fix`;

  constructor() {
    Deno.mkdirSync(this.from);
    this.write({
      [`ansible-runner-1.2.3-${HERE}`]: PROGRAM,
      "ansible-runner-1.2.3-riscv64-unknown-linux-gnu": "other",
      "ansible-runner.1": MAN,
    });
  }

  /** Writes files and their sums. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${this.from}/${name}`, text);
    }
    const { stdout } = new Deno.Command("sha256sum", { args: Object.keys(files), cwd: this.from })
      .outputSync();
    Deno.writeFileSync(`${this.from}/SHA256SUMS`, stdout);
  }

  async install(
    args: readonly string[] = ["--from", this.from, "--prefix", this.prefix],
    env: Record<string, string> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const tmp = `${this.dir}/tmp`;
    Deno.mkdirSync(tmp, { recursive: true });
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [SCRIPT, ...args],
      env: { ...env, TMPDIR: tmp },
    }).output();
    assertEquals([...Deno.readDirSync(tmp)], [], "nothing is left");
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** What was installed. */
  installed(): string[] {
    const { stdout } = new Deno.Command("find", { args: [this.prefix, "-type", "f"] }).outputSync();
    const text = new TextDecoder().decode(stdout);
    return text.trim().split("\n").map((path) => path.slice(this.prefix.length + 1)).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

Deno.test("install.sh installs the program of this machine and the man page", async () => {
  using releases = new Releases();
  const { code, stdout, stderr } = await releases.install();
  assertEquals([code, stderr], [0, ""]);
  const program = `${releases.prefix}/bin/ansible-runner`;
  assertStringIncludes(stdout, `installed ${program}: ansible-runner 1.2.3\nadd it to PATH: `);
  assertEquals(Deno.readTextFileSync(program), PROGRAM);
  assertEquals((Deno.statSync(program).mode ?? 0) & 0o777, 0o755);
  const man = `${releases.prefix}/share/man/man1/ansible-runner.1`;
  assertEquals(Deno.readTextFileSync(man), MAN);
  assertEquals(releases.installed().length, 2);
});

const noXz = new Deno.Command("sh", { args: ["-c", "command -v xz"] }).outputSync().success
  ? undefined
  : "xz needed";
testOrSkip("install.sh takes the packed program where there is xz", noXz, async () => {
  using releases = new Releases();
  const name = `ansible-runner-1.2.3-${HERE}`;
  const pack = `xz -k ${name} && sha256sum *.xz >> SHA256SUMS && rm ${name}`;
  const { success } = new Deno.Command("sh", { args: ["-c", pack], cwd: releases.from })
    .outputSync();
  assert(success);
  const { code, stdout, stderr } = await releases.install();
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "ansible-runner 1.2.3");
  assertEquals(releases.installed(), ["bin/ansible-runner", "share/man/man1/ansible-runner.1"]);
  Deno.writeTextFileSync(`${releases.from}/${name}.xz`, "changed");
  const changed = await releases.install();
  assertEquals(changed.code, 1);
  assertStringIncludes(changed.stderr, `Cannot install ${name}.xz: its SHA-256 sum is not`);
});

Deno.test("install.sh replaces an older program, also one that runs", async () => {
  using releases = new Releases();
  await releases.install();
  const old = await Deno.open(`${releases.prefix}/bin/ansible-runner`);
  releases.write({ [`ansible-runner-1.2.4-${HERE}`]: "#!/bin/sh\necho new\n" });
  assertStringIncludes((await releases.install()).stdout, ": new\n");
  assertEquals(await new Response(old.readable).text(), PROGRAM);
});

Deno.test("install.sh downloads from a URL", async () => {
  using releases = new Releases();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => {
      try {
        return new Response(Deno.readFileSync(releases.from + new URL(url).pathname.slice(3)));
      } catch {
        return new Response("none", { status: 404 });
      }
    },
  );
  const from = `http://127.0.0.1:${server.addr.port}/dl/`;
  const args = ["--from", from, "--prefix", releases.prefix];
  assertEquals((await releases.install(args)).code, 0);
  Deno.removeSync(`${releases.from}/SHA256SUMS`);
  const { code, stderr } = await releases.install(args);
  assertEquals([code, stderr.split("\n").at(-2)], [1, `error: Cannot download ${from}SHA256SUMS`]);
});

Deno.test("install.sh installs nothing that it cannot verify", async () => {
  const name = `ansible-runner-1.2.3-${HERE}`;
  const table: [(releases: Releases) => void, RegExp][] = [
    [
      ({ from }) => Deno.writeTextFileSync(`${from}/${name}`, `${PROGRAM}# more\n`),
      new RegExp(`^error: Cannot install ${name}: its SHA-256 sum is not that of SHA256SUMS\n$`),
    ],
    [
      ({ from }) => Deno.removeSync(`${from}/SHA256SUMS`),
      /^error: Cannot read .*\/SHA256SUMS\n$/,
    ],
    [
      (releases) => releases.write({ "ansible-runner-1.2.3-other": "x" }),
      /^error: Cannot find a program for \S+-unknown-linux-gnu in /,
    ],
    [
      (releases) => releases.write({ [name]: PROGRAM, [`ansible-runner-1.2.4-${HERE}`]: "x" }),
      /^error: Cannot choose a program for \S+: .* has several\n$/,
    ],
    [
      ({ from }) => Deno.writeTextFileSync(`${from}/SHA256SUMS`, `0  ../../${name}\n`),
      /^error: Cannot find a program/,
    ],
  ];
  for (const [spoil, message] of table) {
    using releases = new Releases();
    spoil(releases);
    const { code, stdout, stderr } = await releases.install();
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, message);
    assertEquals(releases.installed(), [""]);
  }
});

Deno.test("install.sh says what is wrong with its arguments and this machine", async () => {
  using releases = new Releases();
  Deno.mkdirSync(`${releases.dir}/bin`);
  Deno.writeTextFileSync(`${releases.dir}/bin/uname`, "#!/bin/sh\necho Linux\n", { mode: 0o755 });
  const table: [readonly string[], Record<string, string>, string][] = [
    [[], {}, "Cannot tell where the releases are: expected --from DIR_OR_URL"],
    [["--from"], {}, "Cannot read --from: expected a value after it"],
    [["--to", "x"], {}, "Cannot read --to: expected --from or --prefix"],
    [
      ["--from", releases.from],
      { PATH: `${releases.dir}/bin:${Deno.env.get("PATH")}` },
      "Cannot install on Linux: expected x86_64 or aarch64",
    ],
  ];
  for (const [args, env, message] of table) {
    const { code, stdout, stderr } = await releases.install(args, env);
    assertEquals([code, stdout, stderr], [1, "", `error: ${message}\n`]);
  }
});

const shells = ["dash", "bash", "busybox"].filter(isInPath);
testOrSkip(
  "install.sh and the entrypoint are read by every shell here",
  shells.length > 0 ? undefined : "no shell to try",
  async () => {
    const entrypoint = new URL("../../scripts/container/entrypoint", import.meta.url).pathname;
    for (const shell of shells) {
      for (const script of [SCRIPT, entrypoint]) {
        const args = [...(shell === "busybox" ? ["sh"] : []), "-n", script];
        const { code, stderr } = await new Deno.Command(shell, { args }).output();
        assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], shell);
      }
    }
  },
);

Deno.test("install.sh cut short does nothing", async () => {
  const text = Deno.readTextFileSync(SCRIPT);
  for (let cut = 0.1; cut < 1; cut += 0.2) {
    using releases = new Releases();
    const part = text.slice(0, Math.floor(text.length * cut));
    const child = new Deno.Command("sh", {
      args: ["-s", "--", "--from", releases.from, "--prefix", releases.prefix],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(part));
    await writer.close().catch(() => {});
    assertEquals((await child.output()).stdout.length, 0);
    assertEquals(releases.installed(), [""]);
  }
  assert(text.trimEnd().endsWith('\nmain "$@"'));
});

function isInPath(name: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${name}`], stdout: "null" })
    .outputSync().success;
}
