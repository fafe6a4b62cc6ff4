import { buildPrompts } from "../../../src/config/prompts.ts";
import { assert, assertEquals, assertRejects } from "../../testing/assert.ts";

/** What the end of the output looks like, and which of the credentials answers. */
const PROMPTS: readonly (readonly [output: string, credential: string | undefined])[] = [
  ["SSH password: ", "ssh"],
  ["line\r\nSSH password:", "ssh"],
  ["BECOME password: ", "become"],
  ["BECOME password[defaults to SSH password]: ", "become"],
  ["SUDO password[defaults to SSH password]: ", "become"],
  ["DOAS password: ", "become"],
  ["Vault password: ", "vault"],
  ["Vault password (default): ", "vault"],
  ["Vault password (dev): ", "vault@dev"],
  ["Vault password (a.b): ", "vault@a.b"],
  ["Vault password (axb): ", undefined],
  ["Enter passphrase for key '/home/me/id_rsa': ", "ssh_key_passphrase@id_rsa"],
  ["\rEnter passphrase for /home/me/id_rsa: ", "ssh_key_passphrase@id_rsa"],
  ["Enter passphrase for key '/home/me/other': ", "ssh_key_passphrase"],
  ["the SSH password: ", undefined],
  ["SSH password: \r\n", undefined],
  ["say Vault password: ", undefined],
  ["New vault password: ", undefined],
];
const NAMES = [
  "ssh",
  "become",
  "vault",
  "vault@dev",
  "vault@a.b",
  "ssh_key_passphrase",
  "ssh_key_passphrase@id_rsa",
];
const ALL = await buildPrompts({
  passwords: [],
  credentials: Object.fromEntries(NAMES.map((name) => [name, `secret of ${name}`])),
});
for (const [output, credential] of PROMPTS) {
  Deno.test(`buildPrompts knows ${JSON.stringify(output)}`, () => {
    const { answer } = ALL.find(({ pattern }) => pattern.test(output)) ?? {};
    assertEquals(answer, credential === undefined ? undefined : `secret of ${credential}`);
  });
}

Deno.test("buildPrompts puts patterns before credentials, in their order", async () => {
  const prompts = await buildPrompts({
    passwords: [["b", "1"], ["a", null], ["c", ""]],
    credentials: { ssh: "2" },
  });
  assertEquals(prompts.map(({ answer }) => answer), ["1", null, "", "2"]);
});

Deno.test("buildPrompts names the pattern that is no regex, and not its answer", async () => {
  const { message } = await assertRejects(() =>
    buildPrompts({ passwords: [["ok", "1"], ["(unclosed", "hunter2"]], credentials: {} })
  );
  assert(message.includes("(unclosed") && !message.includes("hunter2"), message);
});
