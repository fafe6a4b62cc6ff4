import { makePortable } from "../../../src/remote/portable.ts";
import { assertEquals, assertRejects } from "../../testing/assert.ts";
import { withDir } from "../../testing/zips.ts";

/** Options as they are sent, with the text of each extra file in the place of its random name. */
async function sent(options: object): Promise<Record<string, unknown>> {
  await using dir = await withDir();
  const root = dir.path;
  for (const name of ["project", "inventory", "roles", "env"]) Deno.mkdirSync(`${root}/${name}`);
  Deno.writeTextFileSync(`${root}/inventory/hosts`, "a\n");
  Deno.writeTextFileSync(`${root}/vars.yml`, "x: 1\n");
  Deno.writeTextFileSync(`${root}/env/cmdline`, "--flush-cache\n");
  const placed = JSON.parse(JSON.stringify(options).replaceAll("PDD", root));
  const job = await makePortable({ ...placed, privateDataDir: root });
  const { privateDataDir: _, ...rest } = job.options;
  let text = JSON.stringify(rest).replaceAll(root, "PDD");
  for (const extra of job.extra) {
    const name = extra.name.slice(extra.name.lastIndexOf("/") + 1);
    text = text.replaceAll(name, `<${JSON.stringify(extra.text).slice(1, -1)}>`);
  }
  return JSON.parse(text);
}

const ROWS: readonly (readonly [object, object])[] = [
  [{ playbook: "x.yml" }, { playbook: "x.yml" }],
  [{ playbook: "PDD/project/a/x.yml" }, { playbook: "a/x.yml" }],
  [{ playbook: "/else/x.yml" }, { playbook: "/else/x.yml" }],
  [{ playbook: { hosts: "all" } }, { playbook: '<[{"hosts":"all"}]\n>' }],
  [{ inventory: "hosts" }, { inventory: "inventory/hosts" }],
  [{ inventory: "PDD/inventory" }, { inventory: "inventory" }],
  [{ inventory: "/etc/hostname" }, { inventory: "/etc/hostname" }],
  [{ inventory: "a,b," }, { inventory: "inventory/<a\nb\n\n>" }],
  [{ inventory: "[x]\na" }, { inventory: "inventory/<[x]\na\n>" }],
  [{ inventory: ["hosts", { all: {} }] }, {
    inventory: ["inventory/hosts", 'inventory/<{"all":{}}\n>'],
  }],
  [{ role: "r", hosts: "h", roleVars: { a: 1 }, roleSkipFacts: true }, {
    playbook: '<[{"hosts":"h","gather_facts":false,"roles":[{"name":"r","vars":{"a":1}}]}]\n>',
    rolesPath: ["../roles"],
  }],
  [{ rolesPath: "PDD/project/roles:/else" }, { rolesPath: ["../project/roles", "/else"] }],
  [{ envvars: { ANSIBLE_ROLES_PATH: "PDD/roles:/else", A: "PDD" } }, {
    envvars: { ANSIBLE_ROLES_PATH: "../roles:/else", A: "PDD" },
  }],
  [{ check: true, user: "u u" }, { cmdline: "--flush-cache --check --user 'u u'" }],
  [{ cmdline: "-v", become: true }, { cmdline: "-v --become" }],
  [{ extravarsWords: ["a=1"] }, { cmdline: '--flush-cache -e @../<{"a":"1"}>' }],
  [{ extravarsWords: ["@PDD/vars.yml"], module: "ping" }, {
    module: "ping",
    cmdline: "--flush-cache -e @vars.yml",
  }],
  [{ extravars: "PDD/vars.yml" }, { extravars: "../vars.yml" }],
  [{ limit: ["a", "b"], tags: ["t"], skipTags: "s,u" }, {
    limit: "a,b",
    tags: "t",
    skipTags: "s,u",
  }],
];

for (const [options, expected] of ROWS) {
  Deno.test(`${JSON.stringify(options)} is sent as ${JSON.stringify(expected)}`, async () => {
    assertEquals(await sent(options), expected);
  });
}

Deno.test("what is not there is an error before anything is sent", async () => {
  await assertRejects(() => sent({ inventory: "nowhere" }), "Inventory not found: nowhere");
  await assertRejects(
    () => sent({ extravars: "/nowhere" }),
    'Cannot read "/nowhere": no such file',
  );
});
