/**
 * What a command file says, for those who believe it.
 */
import { optionsOfCommand } from "../../../../src/history/retry/trusted_command.ts";
import { split } from "../../../../src/python/shlex.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

const PLACES = { privateDataDir: "/p", artifactDir: "/p/artifacts/a" };

function read(command: string, cwd = "/p/project"): object {
  return optionsOfCommand({ words: split(command), cwd }, PLACES);
}

Deno.test("playbook: what a run adds by itself is left out", () => {
  const command =
    "ansible-playbook -vv -i /p/inventory -i other --limit web -e @/p/env/extravars site.yml";
  assertEquals(read(command), {
    options: { playbook: "site.yml", cmdline: "-vv -i other" },
    isolation: null,
    limit: "web",
  });
  assertEquals(read("bwrap --bind / / ansible-playbook site.yml", "/elsewhere"), {
    options: { playbook: "site.yml", cmdline: "", projectDir: "/elsewhere" },
    isolation: "bwrap",
    limit: undefined,
  });
});

Deno.test("module", () => {
  assertEquals(read("ansible -i /p/inventory -m command -a 'echo a b' web"), {
    options: { module: "command", cmdline: "", moduleArgs: "echo a b", hostPattern: "web" },
    isolation: null,
    limit: undefined,
  });
});

Deno.test("what cannot be repeated is said", () => {
  const rows = [
    ["/bin/true", "it did not start Ansible"],
    ["podman run image ansible-playbook site.yml", "it ran in a container"],
    ["ansible-playbook -e @/p/artifacts/a/.run/vars site.yml", "a file of inputs"],
    ["ansible web", "it ran no module"],
  ] as const;
  for (const [command, why] of rows) assertThrows(() => read(command), why);
});
