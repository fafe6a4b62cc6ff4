import { resolve } from "../../../src/config/resolve.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { decide, NO_INPUTS, refusal, type Row } from "../../testing/decide.ts";

/** Mode, argv and cwd. */
const FORMS: readonly Row<readonly [RunConfig["mode"], string, string]>[] = [
  ["a playbook", {}, ["playbook", "ansible-playbook -i /p/inventory x.yml", "/p/project"]],
  [
    "a playbook without a project",
    { paths: {} },
    ["playbook", "ansible-playbook x.yml", "/p"],
  ],
  [
    "a module in the private data dir",
    { options: { module: "ping", moduleArgs: "a b", hostPattern: "h" } },
    ["module", "ansible -i /p/inventory -m ping -a a b h", "/p"],
  ],
  [
    "a module without arguments and hosts",
    { options: { module: "ping" } },
    ["module", "ansible -i /p/inventory -m ping", "/p"],
  ],
  [
    "a role in a generated play",
    { options: { role: "r" } },
    ["playbook", "ansible-playbook -i /p/inventory /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a role without a project, which will be made",
    { options: { role: "r" }, paths: {} },
    ["playbook", "ansible-playbook /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a role over a playbook and a module",
    { options: { role: "r", playbook: "a.yml", module: "ping" } },
    ["playbook", "ansible-playbook -i /p/inventory /p/project/.runner-id1.json", "/p/project"],
  ],
  [
    "a program in place of Ansible",
    { options: { binary: "/b", playbook: "x.yml" } },
    ["raw", "/b -i /p/inventory", "/p/project"],
  ],
  [
    "a program, with all that is appended for every form",
    {
      options: { binary: "b", module: "m", hostPattern: "h", limit: "l", forks: "2", verbosity: 1 },
    },
    ["raw", "b -i /p/inventory --limit l -v --forks 2", "/p/project"],
  ],
  [
    "the args file alone",
    { inputs: { args: "prog 'a b' c\n" } },
    ["raw", "prog a b c", "/p/project"],
  ],
  [
    "the args file over everything",
    {
      options: { binary: "/b", module: "m", limit: "l", cmdline: "--x", verbosity: 2 },
      inputs: { args: "prog x", extravarsPath: "/p/env/extravars" },
    },
    ["raw", "prog x", "/p/project"],
  ],
];
for (const [title, given, expected] of FORMS) {
  Deno.test(`resolve starts ${title}`, () => {
    const { mode, argv, cwd } = decide(given);
    assertEquals([mode, argv.join(" "), cwd], expected);
  });
}

Deno.test("resolve starts nothing when there is nothing to start", () => {
  const error = assertThrows(() =>
    resolve({ options: { privateDataDir: "/p" }, inputs: NO_INPUTS }, {
      env: {},
      cwd: "/",
      kindOf: () => undefined,
      newId: () => "id",
    })
  );
  assertEquals(error.message, "Cannot start: no playbook, module, role, binary or args file");
});

Deno.test("resolve takes only one of playbook and module", () => {
  const { message, verbatim } = refusal({ options: { playbook: "a", module: "b" } });
  assertEquals([message, verbatim], ["Only one of playbook and module options are allowed", true]);
});

const PLACES: readonly Row<readonly [string, string, string]>[] = [
  ["the usual ones", {}, ["/p/artifacts/i", "/p/project", "/p/project"]],
  [
    "relative ones of the caller",
    { options: { artifactDir: "a", projectDir: "../q" }, paths: { "/q": "dir" } },
    ["/caller/a/i", "/q", "/q"],
  ],
  [
    "a project dir that is not there",
    { options: { projectDir: "/none" } },
    ["/p/artifacts/i", "/none", "/p"],
  ],
  [
    "a project dir that is a file",
    { options: {}, paths: { "/p/project": "file" } },
    ["/p/artifacts/i", "/p/project", "/p"],
  ],
  [
    "a module run ignores the project dir",
    { options: { module: "m", projectDir: "/q" }, paths: { "/q": "dir" } },
    ["/p/artifacts/i", "/q", "/p"],
  ],
  [
    "a private data dir with dots",
    { options: { privateDataDir: "./a/../b/" }, paths: {} },
    ["/caller/b/artifacts/i", "/caller/b/project", "/caller/b"],
  ],
];
for (const [title, given, expected] of PLACES) {
  Deno.test(`resolve decides the places: ${title}`, () => {
    const { artifactDir, projectDir, cwd } = decide(given);
    assertEquals([artifactDir, projectDir, cwd], expected);
  });
}

for (const ident of ["x", "a b é", "-x", "...", "a".repeat(255), "🎉", "x*?'\""]) {
  Deno.test(`resolve takes the ident ${JSON.stringify(ident.slice(0, 20))}`, () => {
    assertEquals(decide({ options: { ident } }).artifactDir, `/p/artifacts/${ident}`);
  });
}

for (
  const ident of ["", ".", "..", "a/b", "/", "../x", "a\nb", "\0", "\x7f", "a".repeat(256)]
) {
  Deno.test(`resolve refuses the ident ${JSON.stringify(ident.slice(0, 20))}`, () => {
    assert(refusal({ options: { ident } }).message.startsWith("Cannot use ident"));
  });
}

Deno.test("resolve makes an ident of its own for every run", () => {
  const { ident, artifactDir } = resolve({
    options: { privateDataDir: "/p", playbook: "x" },
    inputs: NO_INPUTS,
  }, {
    env: {},
    cwd: "/",
    kindOf: () => undefined,
    newId: () => "fresh",
  });
  assertEquals([ident, artifactDir], ["fresh", "/p/artifacts/fresh"]);
});

const ISOLATION: readonly Row<RunConfig["isolation"]>[] = [
  ["none", {}, undefined],
  [
    "bwrap",
    { options: { processIsolation: true } },
    { kind: "sandbox", executable: "bwrap" },
  ],
  [
    "podman for an image, wherever it comes from",
    { options: { processIsolation: true }, inputs: { settings: { container_image: "i" } } },
    { kind: "container", executable: "podman" },
  ],
  [
    "podman for a container option",
    { options: { processIsolation: true, containerOptions: ["-x"] } },
    { kind: "container", executable: "podman" },
  ],
  [
    "docker, by name or path",
    { options: { processIsolation: true, processIsolationExecutable: "/opt/docker" } },
    { kind: "container", executable: "/opt/docker" },
  ],
  [
    "the executable of the file over the flag's",
    {
      options: { processIsolation: true, processIsolationExecutable: "podman" },
      inputs: { settings: { process_isolation_executable: "mybwrap" } },
    },
    { kind: "sandbox", executable: "mybwrap" },
  ],
  ["an image alone", { options: { containerImage: "i" } }, undefined],
];
for (const [title, given, isolation] of ISOLATION) {
  Deno.test(`resolve decides the isolation: ${title}`, () => {
    assertEquals(decide(given).isolation, isolation);
  });
}

Deno.test("resolve warns of AWX_LIB_DIRECTORY, which is ignored", () => {
  const { warnings } = decide({ env: { AWX_LIB_DIRECTORY: "/awx" } });
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.startsWith("AWX_LIB_DIRECTORY is ignored"), warnings[0]);
});
