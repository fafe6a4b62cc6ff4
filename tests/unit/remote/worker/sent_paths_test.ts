import { placedAt } from "../../../../src/remote/worker/sent_paths.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

const ROWS: readonly (readonly [object, object])[] = [
  [{ inventory: "inventory/hosts" }, { inventory: "BASE/inventory/hosts" }],
  [{ inventory: "/else" }, { inventory: "/else" }],
  [{ inventory: "a,b," }, { inventory: "a,b," }],
  [{ inventory: "[x]\na" }, { inventory: "[x]\na" }],
  [{ inventory: ["inventory/hosts", { all: {} }] }, {
    inventory: ["BASE/inventory/hosts", { all: {} }],
  }],
  [{ envvars: { ANSIBLE_ROLES_PATH: "roles" } }, {
    envvars: { ANSIBLE_ROLES_PATH: "BASE/roles" },
  }],
  [{ envvars: { ANSIBLE_ROLES_PATH: "project/roles:/else" } }, {
    envvars: { ANSIBLE_ROLES_PATH: "BASE/project/roles:/else" },
  }],
  [{ envvars: { ANSIBLE_ROLES_PATH: "../project/roles" } }, {
    envvars: { ANSIBLE_ROLES_PATH: "BASE/project/roles" },
  }],
  [{ envvars: { ANSIBLE_ROLES_PATH: "more" } }, {
    envvars: { ANSIBLE_ROLES_PATH: "BASE/roles/more" },
  }],
  [{ rolesPath: "roles" }, { rolesPath: ["BASE/roles"] }],
  [{ rolesPath: ["../roles", "~/x"] }, { rolesPath: ["BASE/roles", "~/x"] }],
  [{ projectDir: "project" }, { projectDir: "BASE/project" }],
  [{ projectDir: "/sender/project" }, { projectDir: "/sender/project" }],
  [{ extravars: "../vars.yml" }, { extravars: "BASE/vars.yml" }],
];

for (const [sent, expected] of ROWS) {
  Deno.test(`${JSON.stringify(sent)} is ${JSON.stringify(expected)} on the worker`, async () => {
    await using dir = await withDir();
    for (const name of ["inventory", "roles", "project/roles"]) {
      Deno.mkdirSync(`${dir.path}/${name}`, { recursive: true });
    }
    for (const name of ["inventory/hosts", "vars.yml"]) {
      Deno.writeTextFileSync(`${dir.path}/${name}`, "");
    }
    const { privateDataDir, ...placed } = placedAt(sent, dir.path);
    assertEquals(privateDataDir, dir.path);
    assertEquals(JSON.parse(JSON.stringify(placed).replaceAll(dir.path, "BASE")), expected);
  });
}
