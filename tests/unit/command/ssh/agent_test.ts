import { assertEquals } from "../../../testing/assert.ts";
import { splitKeys } from "../../../../src/command/ssh/keys.ts";

const ONE = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB\n-----END OPENSSH PRIVATE KEY-----\n";
const TWO = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nCCCC\n" +
  "-----END RSA PRIVATE KEY-----\n";

const CASES: readonly (readonly [string, string, string[]])[] = [
  ["one key", ONE, [ONE]],
  ["two keys", ONE + TWO, [ONE, TWO]],
  ["two keys with text before and blank lines between", `# my keys\n\n${ONE}\n\n${TWO}`, [
    ONE,
    TWO,
  ]],
  ["no final newline", (ONE + TWO).trimEnd(), [ONE, TWO]],
  ["CRLF", (ONE + TWO).replaceAll("\n", "\r\n"), [ONE, TWO]],
  ["lone CR", ONE.replaceAll("\n", "\r"), [ONE]],
  ["indented as in YAML", ONE.replaceAll(/^/gm, "  "), [ONE]],
  ["byte order mark", `\uFEFF${ONE}`, [ONE]],
  ["PKCS8", ONE.replaceAll("OPENSSH ", ""), [ONE.replaceAll("OPENSSH ", "")]],
  ["a key cut short before another", `${ONE.slice(0, 45)}\n${TWO}`, [`${ONE.slice(0, 45)}\n`, TWO]],
  ["no key at all", "garbage", ["garbage\n"]],
  ["a public key", "ssh-ed25519 AAAA me", ["ssh-ed25519 AAAA me\n"]],
  ["nothing", "", []],
  ["blank", " \n\n", []],
];

for (const [name, text, expected] of CASES) {
  Deno.test(`splitKeys mends and splits ${name}`, () => {
    assertEquals(splitKeys(text), expected);
  });
}
