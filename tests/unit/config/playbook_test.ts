import type { TakenInputs } from "../../../src/config/options.ts";
import { assertEquals } from "../../testing/assert.ts";
import { decide, type Row } from "../../testing/decide.ts";

/** Options of a role, and its play. */
const PLAYS: readonly (readonly [Partial<TakenInputs>, unknown])[] = [
  [{ role: "r" }, [{ hosts: "all", gather_facts: true, roles: [{ name: "r" }] }]],
  [{ role: "r", roleVars: {} }, [{ hosts: "all", gather_facts: true, roles: [{ name: "r" }] }]],
  [
    { role: "r", hosts: "h", roleSkipFacts: true, roleVars: { a: [1, "é"], b: null } },
    [{
      hosts: "h",
      gather_facts: false,
      roles: [{ name: "r", vars: { a: [1, "é"], b: null } }],
    }],
  ],
  [{ playbook: { hosts: "all" } }, [{ hosts: "all" }]],
  [{ playbook: [{ hosts: "a" }, { hosts: "b" }] }, [{ hosts: "a" }, { hosts: "b" }]],
];
for (const [options, plays] of PLAYS) {
  Deno.test(`resolve generates the play of ${JSON.stringify(options)}`, () => {
    const { argv, materials } = decide({ options });
    assertEquals(materials.map(({ path }) => path), ["/p/project/.runner-id1.json"]);
    assertEquals(JSON.parse(materials[0]?.text ?? ""), plays);
    assertEquals(argv.at(-1), "/p/project/.runner-id1.json");
  });
}

const ROLES_PATH: readonly Row<string | undefined>[] = [
  ["none for a playbook", {}, undefined],
  ["the private data dir's for a role", { options: { role: "r" } }, "/p/roles"],
  ["the flag, made absolute", { options: { role: "r", rolesPath: "roles" } }, "/caller/roles"],
  ["the flag for a playbook", { options: { rolesPath: "/a:b" } }, "/a:/caller/b"],
  ["a list", { options: { rolesPath: ["/a", "b"] } }, "/a:/caller/b"],
  ["a home, which Ansible expands", { options: { rolesPath: "~/r:~u/r" } }, "~/r:~u/r"],
  [
    "our own environment for a role, as it is",
    { options: { role: "r" }, env: { ANSIBLE_ROLES_PATH: "~/r:b" } },
    "~/r:b",
  ],
  [
    "env/envvars over our own environment",
    {
      options: { role: "r" },
      env: { ANSIBLE_ROLES_PATH: "/ours" },
      inputs: { envvars: { ANSIBLE_ROLES_PATH: "/file" } },
    },
    "/file",
  ],
  [
    "the flag over env/envvars",
    { options: { rolesPath: "/flag" }, inputs: { envvars: { ANSIBLE_ROLES_PATH: "/file" } } },
    "/flag",
  ],
];
for (const [title, given, rolesPath] of ROLES_PATH) {
  Deno.test(`resolve decides the path of roles: ${title}`, () => {
    assertEquals(decide(given).rolesPath, rolesPath);
  });
}
