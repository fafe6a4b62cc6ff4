import { parseCredential, readCredentials } from "../../../../src/cli/parse/credentials.ts";
import { UsageError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../testing/assert.ts";

const NAMES = ["ssh", "become", "vault", "vault@dev", "ssh_key_passphrase", "ssh_key_passphrase@k"];
for (const name of NAMES) {
  Deno.test(`parseCredential knows the name ${name}`, () => {
    assertEquals(parseCredential(`${name}=env:X`), { name, from: "env", place: "X" });
  });
}

for (
  const text of [
    "ssh",
    "ssh=hunter2",
    "ssh=file:",
    "=env:hunter2",
    "ssh=http:hunter2",
    "vault@=env:X",
  ]
) {
  Deno.test(`parseCredential refuses ${text} and does not repeat it`, () => {
    const error = assertThrows(() => parseCredential(text));
    assert(error instanceof UsageError);
    assert(!error.message.includes("hunter2"), error.message);
  });
}

Deno.test("readCredentials reads variables and files, less one final newline", async () => {
  const sources = ["ssh=env:PW", "vault=file:/v"].map(parseCredential);
  const readTextFile = (path: string) => path === "/v" ? " two\n\r\n" : "";
  const secrets = await readCredentials(sources, { env: { PW: "one\n" }, readTextFile });
  assertEquals(secrets, { ssh: "one\n", vault: " two\n" });
});

Deno.test("readCredentials names the variable that is not set", async () => {
  const reading = () =>
    readCredentials([parseCredential("ssh=env:PW")], { env: {}, readTextFile: () => "" });
  await assertRejects(reading, 'Cannot read credential "ssh": the environment variable "PW"');
});

Deno.test("readCredentials names the file that cannot be read", async () => {
  const readTextFile = () => Promise.reject(new Error("no such file"));
  const reading = () =>
    readCredentials([parseCredential("ssh=file:/v")], { env: {}, readTextFile });
  await assertRejects(reading, 'Cannot read credential "ssh": no such file');
});
