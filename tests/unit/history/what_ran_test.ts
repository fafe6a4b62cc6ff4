/**
 * What an argv runs, wrapped or not.
 */
import { whatRan, whatText } from "../../../src/history/what_ran.ts";
import { assertEquals } from "../../testing/assert.ts";

const ROWS: readonly (readonly [string, string])[] = [
  ["ansible-playbook -i inv site.yml", "site.yml"],
  ["/usr/bin/ansible-playbook -i inv --limit a plays/site.yml", "plays/site.yml"],
  ["bwrap --dev-bind / / ansible-playbook -i inv site.yml", "site.yml"],
  ["podman run --rm -v a:b image ansible -i inv -m ping all", "-m ping"],
  ["ansible-playbook --version", "ansible-playbook"],
  ["ansible all", "ansible"],
  ["/bin/true", "true"],
  ["", ""],
];

for (const [words, expected] of ROWS) {
  Deno.test(`"${words}" runs "${expected}"`, () => {
    assertEquals(whatText(whatRan(words.split(" ").filter((word) => word !== ""))), expected);
  });
}
