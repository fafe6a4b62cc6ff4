/**
 * Real prompts of real programs are answered, by patterns and by named credentials, with every
 * version of Ansible that is here; and no secret shows anywhere.
 */
import { assert, assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";
import {
  type AnsibleStack,
  findNewestStack,
  findSystemStack,
  type StackSearch,
} from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";
import { makeKey, missingSshd, startSshd } from "../testing/sshd.ts";
import { makeUser, missingUserTools } from "../testing/throwaway_user.ts";

const SECRETS = {
  login: "s3cret-login-pw",
  vault: "s3cret-vault",
  vaultA: "s3cret-vault-a",
  vaultB: "s3cret-vault-b",
  word: "s3cret-asked-word",
  key: "s3cret-key-phrase",
  agentKey: "s3cret-agent-phrase",
} as const;

/** Files encrypted with the passwords above. */
const VAULTS = {
  a: vault("1.2;AES256;a", [
    "62323831343830386263343230343237643934613663323063303230373433323066646638346536",
    "3664323865316338383334353336323466363664363464610a346663663061623963376565393738",
    "35343235613065306666663364363264663230386536633863303034363866363664353739346335",
    "3736653733303263660a386432383934666538616238323730613766353231363930353261643431",
    "36306336396532643566643530303134626135386332346361376230386531333233",
  ]),
  b: vault("1.2;AES256;b", [
    "30336435623763376362626162396261303039333062373336616463383039366561353930326262",
    "3036663535383361336433653666663764633338653061620a393065366130623665383231346236",
    "31353565346331313164333138373661626436356437376466666134313763303463306634363663",
    "3433653962313531650a633361633031616633356539646630306632663061366662666639393332",
    "62356436366230383365383535323661636332633863623238353630656434633664",
  ]),
  plain: vault("1.1;AES256", [
    "64353430626134656634363030313936396134326664343537633635343561626432653461353236",
    "6636383261633038346562363464666534323736373937310a626434353833613863383036366234",
    "32656565646562386165653135343833353033653231656564383930396364316431643139356636",
    "6239393161376535360a323735326338373134353837353137623337643037313961633764346461",
    "62613331326261313235343330336337616230633765363864366363623531616636",
  ]),
} as const;

function vault(header: string, lines: readonly string[]): string {
  return `$ANSIBLE_VAULT;${header}\n${lines.join("\n")}\n`;
}

/** Asks for a word twice, logs in with a password, becomes root with it, opens two vaults. */
const LOGIN_PLAY = `- hosts: far
  gather_facts: false
  vars_files: [a.yml, b.yml]
  vars_prompt:
    - {name: word, prompt: Secret word, private: true, confirm: true}
  tasks:
    - raw: id -un
      become: true
      register: who
    - debug:
        msg: "who={{ who.stdout | trim }} word={{ word | length }} {{ from_a }} {{ from_b }}"
`;

/** Opens one vault, logs in with a key that has a passphrase, and asks for a word once. */
const KEY_PLAY = `- hosts: far
  gather_facts: false
  vars_files: [plain.yml]
  vars_prompt:
    - {name: word, prompt: Plain word, private: false}
  tasks:
    - command: id -un
      register: who
    - debug: {msg: "who={{ who.stdout }} word={{ word | length }} {{ from_default }}"}
`;

/** How the answers are given. */
interface Way {
  readonly name: string;
  /** Words and files of the run with a password. */
  readonly login: Given;
  /** Words and files of the run with a key. */
  readonly key: Given;
}

interface Given {
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const WORD = { "[Ss]ecret word: $": SECRETS.word, "^Plain word: $": SECRETS.word };

const WAYS: readonly Way[] = [
  {
    name: "patterns of env/passwords",
    login: {
      args: ["--cmdline", "--ask-pass -K --vault-id a@prompt --vault-id b@prompt"],
      files: passwords({
        ...WORD,
        "^SSH [pP]assword:\\s*?$": SECRETS.login,
        // An empty answer takes the default, which is the password above.
        "^BECOME password.*:\\s*?$": "",
        "^Vault password \\(a\\):\\s*?$": SECRETS.vaultA,
        "^Vault password \\(b\\):\\s*?$": SECRETS.vaultB,
      }),
    },
    key: {
      args: ["--cmdline", "--ask-vault-pass"],
      files: passwords({
        ...WORD,
        "^Vault password:\\s*?$": SECRETS.vault,
        "Enter passphrase for .*:\\s*?$": SECRETS.key,
      }),
    },
  },
  {
    name: "named credentials",
    login: {
      args: ["--credential", "vault@b=file:b_secret"],
      files: {
        ...passwords(WORD),
        "private/env/credentials":
          `ssh: ${SECRETS.login}\nbecome: ${SECRETS.login}\nvault@a: ${SECRETS.vaultA}\n`,
        "b_secret": `${SECRETS.vaultB}\n`,
      },
    },
    key: {
      args: [
        "--credential",
        "vault=env:PW",
        "--credential",
        "ssh_key_passphrase@id_locked=env:KEY",
      ],
      files: passwords(WORD),
      env: { PW: SECRETS.vault, KEY: SECRETS.key },
    },
  },
];

function passwords(answers: Readonly<Record<string, string>>): Record<string, string> {
  return { "private/env/passwords": JSON.stringify(answers) };
}

const stacks = [["of the system", await findSystemStack()], [
  "of today",
  await findNewestStack(),
]] as const;
const isLong = Deno.env.get("RUNNER_TEST_LONG") === "1";
for (const [at, [name, search]] of stacks.entries()) {
  for (const way of WAYS) {
    testOrSkip(
      `${way.name} answer ssh, sudo, two vault ids and vars_prompt of Ansible ${name}`,
      reasonFor(search),
      () => loginRun(stackOf(search), way.login),
    );
    // Each way with one version; with both in the long tests.
    if (!isLong && way !== WAYS[at]) continue;
    testOrSkip(
      `${way.name} answer one vault, a locked key and vars_prompt of Ansible ${name}`,
      reasonFor(search),
      () => keyRun(stackOf(search), way.key),
    );
  }
  if (!isLong && at === 0) continue;
  testOrSkip(
    `a locked key of env/ssh_key is opened for the agent of Ansible ${name}`,
    reasonFor(search),
    () => agentRun(stackOf(search)),
  );
}

function reasonFor(search: StackSearch): string | undefined {
  return "missing" in search ? search.missing : missingSshd() ?? missingUserTools();
}

function stackOf(search: StackSearch): AnsibleStack {
  if ("missing" in search) throw new Error(search.missing);
  return search.stack;
}

const COMMON = `ansible_python_interpreter=/usr/bin/python3 ansible_host=127.0.0.1`;

async function loginRun(stack: AnsibleStack, given: Given): Promise<void> {
  using user = makeUser(SECRETS.login);
  using place = new TestPlace({
    "private/project/play.yml": LOGIN_PLAY,
    "private/project/a.yml": VAULTS.a,
    "private/project/b.yml": VAULTS.b,
    "sshd/x": "",
    ...given.files,
  }, []);
  await using sshd = await startSshd(`${place.root}/sshd`, [], ["PasswordAuthentication=yes"]);
  writeInventory(place, `ansible_port=${sshd.port} ansible_user=${user.name}`);
  const said = await watchedRun(place, stack, given);
  assertStringIncludes(said, "who=root word=17 opened-a opened-b");
}

async function keyRun(stack: AnsibleStack, given: Given): Promise<void> {
  using place = new TestPlace({
    "private/project/play.yml": KEY_PLAY,
    "private/project/plain.yml": VAULTS.plain,
    "sshd/x": "",
    ...given.files,
  }, []);
  const key = `${place.root}/id_locked`;
  makeKey(key, { passphrase: SECRETS.key });
  await using sshd = await startSshd(`${place.root}/sshd`, [Deno.readTextFileSync(`${key}.pub`)]);
  writeInventory(place, `ansible_port=${sshd.port} ansible_ssh_private_key_file=${key}`);
  const said = await watchedRun(place, stack, given);
  assertStringIncludes(said, "who=root word=17 opened-default");
}

async function agentRun(stack: AnsibleStack): Promise<void> {
  using place = new TestPlace({
    "private/project/play.yml": "- hosts: far\n  gather_facts: false\n  tasks: [ping: ]\n",
    "private/env/credentials": `ssh_key_passphrase: ${SECRETS.agentKey}\n`,
    "sshd/x": "",
  }, []);
  const key = makeKey(`${place.root}/key`, { passphrase: SECRETS.agentKey });
  Deno.writeTextFileSync(`${place.dir}/env/ssh_key`, key);
  const publicKey = Deno.readTextFileSync(`${place.root}/key.pub`);
  await using sshd = await startSshd(`${place.root}/sshd`, [publicKey]);
  writeInventory(place, `ansible_port=${sshd.port}`);
  const said = await watchedRun(place, stack, { args: [], files: {} });
  assertStringIncludes(said, "ok=1");
}

function writeInventory(place: TestPlace, variables: string): void {
  Deno.mkdirSync(`${place.dir}/inventory`);
  const host =
    `far ${COMMON} ${variables} ansible_ssh_common_args='-o UserKnownHostsFile=/dev/null'`;
  Deno.writeTextFileSync(`${place.dir}/inventory/hosts`, `${host}\n`);
}

/** Runs the play with an eye on all command lines, and looks for secrets in all it left. */
async function watchedRun(place: TestPlace, stack: AnsibleStack, given: Given): Promise<string> {
  const started = Date.now();
  const inputs = new Set(place.list("."));
  const lines = new Set<string>();
  const others = new Set(processIds());
  const timer = setInterval(() => noteCommandLines(lines, others), 40);
  const args = ["run", "private", "-p", "play.yml", "-i", "x", "-v", "--debug", "--logfile", "log"];
  const result = await place.run([...args, ...given.args], {
    env: { PATH: stack.path, ...given.env },
  }).finally(() => clearInterval(timer));
  const said = result.stdout + result.stderr;
  assertEquals(result.code, 0, said);
  assert([...lines].some((line) => line.includes("play.yml")), "no command line was seen");
  checkNothingShows("command lines", [...lines].join("\n"));
  checkNothingShows("output", said);
  const left = [
    ...place.list(".").filter((path) => !inputs.has(path)).map((path) => `${place.root}/${path}`),
    ...newFiles("/tmp", started),
  ];
  assert(left.some((path) => path.endsWith("/log")) && left.some((path) => path.endsWith("/rc")));
  for (const path of left) checkNothingShows(path, readOrEmpty(path));
  return result.stdout;
}

function checkNothingShows(where: string, text: string): void {
  for (const secret of Object.values(SECRETS)) {
    assert(!text.includes(secret), `${secret} in ${where}`);
  }
}

/** Notes what is seen of all processes but those that were there before. */
function noteCommandLines(lines: Set<string>, others: ReadonlySet<string>): void {
  for (const id of processIds()) {
    if (!others.has(id)) lines.add(readOrEmpty(`/proc/${id}/cmdline`).replaceAll("\0", " "));
  }
}

function processIds(): string[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => name)
    .filter((name) => /^\d+$/.test(name));
}

/** Files below a directory made or changed since, but not of other tests' own directories. */
function newFiles(dir: string, since: number): string[] {
  const found: string[] = [];
  for (const entry of readDirOrEmpty(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.name.startsWith("runner_test_") || entry.isSymlink) continue;
    if (entry.isDirectory) {
      if (/^(ansible|runner)/.test(entry.name) || dir !== "/tmp") {
        found.push(...newFiles(path, since));
      }
    } else if (entry.isFile && changedAt(path) >= since - 1000) found.push(path);
  }
  return found;
}

function readDirOrEmpty(dir: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(dir)];
  } catch {
    return [];
  }
}

function changedAt(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
