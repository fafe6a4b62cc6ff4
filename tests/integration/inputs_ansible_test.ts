/**
 * Inventories, roles and extra vars as real Ansible takes them.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { type Row, testRows } from "../testing/input_rows.ts";
import { run } from "../../src/run.ts";
import { TestPlace } from "../testing/data_dir.ts";
import { findSystemStack } from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";

const LOCAL = "ansible_connection=local ansible_python_interpreter=/usr/bin/python3";
const SHOW = "- hosts: all\n  gather_facts: false\n  tasks:\n" +
  "    - debug: {msg: \"{{ inventory_hostname }}={{ word | default('none') }}\"}\n";

function shows(...texts: readonly string[]): Row["check"] {
  return ({ result }) => {
    for (const text of texts) assertStringIncludes(result.stdout, text);
  };
}

const VAULTED = `$ANSIBLE_VAULT;1.1;AES256
64353430626134656634363030313936396134326664343537633635343561626432653461353236
6636383261633038346562363464666534323736373937310a626434353833613863383036366234
32656565646562386165653135343833353033653231656564383930396364316431643139356636
6239393161376535360a323735326338373134353837353137623337643037313961633764346461
62613331326261313235343330336337616230633765363864366363623531616636
`;

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "an inventory": [
    {
      title: "may be an executable, with variables beside it",
      real: true,
      files: {
        "private/project/x.yml": SHOW,
        "private/inventory/hosts": {
          text:
            `#!/bin/sh\necho '{"all": {"hosts": ["made"], "vars": {"ansible_connection": "local",` +
            ` "ansible_python_interpreter": "/usr/bin/python3"}}}'\n`,
          mode: 0o755,
        },
        "private/inventory/group_vars/all.yml": "word: beside\n",
      },
      check: shows('"msg": "made=beside"'),
    },
    {
      title: "may be INI text, and the user's variables apply to it",
      args: ["--inventory", `[web]\ninline ${LOCAL}\n`],
      real: true,
      files: {
        "private/project/x.yml": SHOW,
        "private/inventory/hosts": "not_this\n",
        "private/inventory/group_vars/web.yml": "word: grouped\n",
      },
      check: (seen) => {
        shows('"msg": "inline=grouped"')(seen);
        assert(!seen.result.stdout.includes("not_this"), seen.result.stdout);
      },
    },
    {
      title: "may be none, and env/extravars empty",
      args: ["--cmdline", "-i localhost,"],
      real: true,
      files: {
        "private/project/x.yml": SHOW.replace("all", "localhost"),
        "private/inventory": { dir: true },
        "private/env/extravars": "\n",
      },
      prepare: (place) => Deno.removeSync(`${place.dir}/inventory`, { recursive: true }),
      check: shows('"msg": "localhost=none"'),
    },
  ],
  "env/extravars": [
    {
      title: "may be a vault",
      args: ["--cmdline", "--vault-password-file ../../pw"],
      real: true,
      files: {
        "private/project/x.yml": SHOW.replace("word |", "from_default |"),
        "private/env/extravars": VAULTED,
        "pw": "s3cret-vault",
      },
      check: shows('"msg": "host1=opened-default"'),
    },
    {
      title: "may have Ansible's own tags",
      real: true,
      files: {
        "private/project/x.yml": SHOW,
        "private/env/extravars": "word: !unsafe '{{ not a template }}'\n",
      },
      check: shows('"msg": "host1={{ not a template }}"'),
    },
  ],
  "a role": [
    {
      title: "is run in the isolated copy of the project",
      bare: true,
      args: [
        ...["-r", "mine", "--hosts", "host1", "--role-skip-facts", "--role-vars", "word=given"],
        ...["--directory-isolation-base-path", "@/base"],
      ],
      real: true,
      files: {
        "base/keep": "",
        "private/project/roles/mine/tasks/main.yml":
          "- raw: cd '{{ playbook_dir }}' && pwd\n  register: here\n" +
          "- debug: {msg: '{{ word }} in {{ here.stdout | trim }}'}\n",
      },
      check: ({ place, result }) => {
        assertMatch(result.stdout, /"msg": "given in \S+\/base\/runner_di_\w+"/);
        assertEquals(place.list("base"), ["keep"]);
      },
    },
  ],
  "the args file": [
    {
      title: "is the whole command line",
      bare: true,
      args: ["-m", "ping"],
      real: true,
      files: {
        "private/args": "ansible host1 -i ../inventory -m debug -a 'msg=\"from args\"'",
      },
      check: shows('"msg": "from args"'),
    },
  ],
};
testRows("inputs of Ansible", ROWS);

const stack = await findSystemStack();
const missing = "missing" in stack ? stack.missing : undefined;

for (const ident of ["12:30:00 é ' \" \\ #1", "-a$HOME {{ x }}"]) {
  testOrSkip(`an ident may be ${ident}, and events come`, missing, async () => {
    using place = new TestPlace({
      "private/project/x.yml": SHOW,
      "private/inventory/hosts": `host1 ${LOCAL}\n`,
    }, []);
    const TMPDIR = `${place.root}/tmp`;
    Deno.mkdirSync(TMPDIR);
    const { code, stdout, stderr } = await place.run(
      ["run", "private", "-p", "x.yml", `--ident=${ident}`],
      { env: { TMPDIR } },
    );
    assertEquals([code, stderr], [0, ""], stdout);
    assertEquals(place.list(`private/artifacts/${ident}/job_events`).length, 6);
    assertEquals(place.list("tmp"), []);
  });
}

/** Library forms of the inventory, and the hosts that are run. */
const INVENTORIES: readonly (readonly [title: string, inventory: unknown, hosts: string])[] = [
  ["a mapping", { all: { hosts: { one: {}, two: { word: "w" } } } }, "one=none two=w"],
  ["a list of sources", ["a,b,", { web: { hosts: { c: { word: "c" } } } }], "a=none b=none c=c"],
  ["a host list", "x,y,", "x=none y=none"],
];
for (const [title, inventory, hosts] of INVENTORIES) {
  testOrSkip(`an inventory of the library may be ${title}`, missing, async () => {
    using place = new TestPlace({
      "private/project/x.yml": SHOW.replace("  tasks", "  connection: local\n  tasks"),
    }, []);
    const runner = await run({
      privateDataDir: place.dir,
      playbook: "x.yml",
      inventory: inventory as string,
      envvars: { ANSIBLE_FORKS: "1" },
    });
    const text = await new Response(await runner.stdout()).text();
    assertEquals([...text.matchAll(/"msg": "(.*)"/g)].map(([, msg]) => msg).join(" "), hosts, text);
    assertEquals(place.list("private").filter((path) => !path.startsWith("artifacts")), [
      "project",
      "project/x.yml",
    ]);
  });
}
