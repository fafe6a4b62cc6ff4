import { buildPrompts } from "../../../../src/config/prompts.ts";
import { passphraseLookup } from "../../../../src/run/prompts/passphrases.ts";
import { assertEquals } from "../../../testing/assert.ts";

const DIR = "/tmp/foreman-ansible-inventory/artifacts/6b1f";

/** What real clients put into env/passwords for a key of env/ssh_key, and what is no such pattern. */
const ROWS: readonly (readonly [client: string, pattern: string, dir: string, opens: boolean])[] = [
  ["Foreman", "for.*/artifacts/.*/ssh_key_data:", DIR, true],
  [
    "ManageIQ",
    "^Enter passphrase for [a-zA-Z0-9-/]+/ssh_key_data:",
    "/tmp/d20-1/artifacts/result",
    true,
  ],
  ["AWX", "Enter passphrase for .*:\\s*?$", DIR, true],
  ["the manual's form", "^Enter passphrase for .*:$", DIR, true],
  ["a login", "^SSH [pP]assword:\\s*?$", DIR, false],
  ["another key", "Enter passphrase for .*/id_rsa:", DIR, false],
];

for (const [client, pattern, artifactDir, opens] of ROWS) {
  Deno.test(`passphraseLookup with the pattern of ${client}`, async () => {
    const passwords = [["unused", "no"], [pattern, "phrase"]] as const;
    const prompts = await buildPrompts({ passwords, credentials: {} });
    const lookup = passphraseLookup({ artifactDir, credentials: {} }, prompts);
    assertEquals(lookup("env/ssh_key"), opens ? "phrase" : undefined);
  });
}

Deno.test("passphraseLookup takes a credential first, of two the one of the file", async () => {
  const credentials = { ssh_key_passphrase: "any", "ssh_key_passphrase@work": "work" };
  const config = { artifactDir: DIR, credentials, passwords: [["Enter", "typed"]] as const };
  const lookup = passphraseLookup(config, await buildPrompts(config));
  assertEquals(lookup("env/ssh_keys/work"), "work");
  assertEquals(lookup("env/ssh_key"), "any");
});

Deno.test("passphraseLookup: null answers nothing, and the first pattern wins", async () => {
  const passwords = [["ssh_key_data", null], ["Enter", "typed"]] as const;
  const lookup = passphraseLookup(
    { artifactDir: DIR, credentials: {} },
    await buildPrompts({ passwords, credentials: {} }),
  );
  assertEquals(lookup("env/ssh_key"), undefined);
});
