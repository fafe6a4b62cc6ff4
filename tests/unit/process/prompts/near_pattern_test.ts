import { nearPattern } from "../../../../src/process/prompts/near_pattern.ts";
import { assertEquals } from "../../../testing/assert.ts";

const ROWS: readonly (readonly [prompt: string, patterns: string[], near: string | undefined])[] = [
  ["SSH password: ", ["^ssh password"], "^ssh password"],
  ["SSH password: ", ["^SSH [pP]asswort:$"], "^SSH [pP]asswort:$"],
  [
    "BECOME password: ",
    ["^SSH password:", "^SUDO password:", "^BECOME passwd.*:\\s*?$"],
    "^BECOME passwd.*:\\s*?$",
  ],
  [
    "Enter passphrase for /k/id: ",
    ["^Enter passphrase for key.*:$"],
    "^Enter passphrase for key.*:$",
  ],
  ["Vault password (prod): ", ["^Vault password:$"], undefined],
  ["Shall we go on:", ["^SSH password:$"], undefined],
  ["Shall we go on:", [], undefined],
  ["", ["^a"], undefined],
  ["x", ["", ".*", "^$"], undefined],
];

for (const [prompt, patterns, near] of ROWS) {
  Deno.test(`nearPattern of ${JSON.stringify(prompt)} among ${patterns.join(", ")}`, () => {
    assertEquals(nearPattern(prompt, patterns), near);
  });
}
