/**
 * The calls of ansible-operator-plugins (internal/ansible/runner, paramconv, events): the operator
 * listens on a unix socket, reads each event as its Go structure and makes the status of a resource
 * of the stats event.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { RawReceiver } from "../../testing/raw_receiver.ts";
import { Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** What Go's layouts take: `2006-01-02T15:04:05.999999-07:00` from 1.36 on, without zone before. */
const CREATED = {
  "1.36": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/,
  "1.35": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/,
} as const;

const PLAYBOOK = `- hosts: localhost
  gather_facts: false
  tasks:
    - command: printenv K8S_AUTH_KUBECONFIG
      changed_when: false
    - debug: {var: ansible_operator_meta.name}
    - debug: {var: size}
      when: size == 3
    - fail: {msg: not yet}
      ignore_errors: true
`;

/** One event as the operator keeps it. */
interface JobEvent {
  readonly uuid: string;
  readonly counter: number;
  readonly event: string;
  readonly stdout: string;
  readonly event_data: Record<string, unknown>;
  readonly created: string;
}

/** The operator's side of one resource. */
class Operator implements AsyncDisposable {
  readonly events: JobEvent[] = [];
  readonly refused: string[] = [];
  /** The directory of the resource, as the operator makes it. */
  readonly dir: string;
  readonly scene = new Scene();
  readonly #receiver: RawReceiver;
  readonly #created: RegExp;

  constructor(release: keyof typeof CREATED, mode = 0o755) {
    this.#created = CREATED[release];
    this.dir = `${this.scene.root}/runner/cache.example.com/v1/Memcached/default/sample`;
    for (const name of ["env", "project", "inventory"]) {
      Deno.mkdirSync(`${this.dir}/${name}`, { recursive: true });
      Deno.chmodSync(`${this.dir}/${name}`, mode);
    }
    Deno.chmodSync(this.dir, mode);
    const socket = `${this.scene.root}/ansibleoperator-5577006791947779410`;
    this.#receiver = new RawReceiver(socket, (request) => this.#answer(request));
    const files = {
      "env/envvars": { K8S_AUTH_KUBECONFIG: "/tmp/kubeconfig", KUBECONFIG: "/tmp/kubeconfig" },
      "env/extravars": { ansible_operator_meta: { name: "sample", namespace: "default" }, size: 3 },
      "env/settings": { runner_http_url: socket, runner_http_path: "/events/" },
    };
    for (const [name, value] of Object.entries(files)) {
      Deno.writeTextFileSync(`${this.dir}/${name}`, JSON.stringify(value), { mode: 0o644 });
    }
    Deno.writeTextFileSync(`${this.dir}/env/cmdline`, "");
    Deno.writeTextFileSync(`${this.dir}/inventory/hosts`, "localhost ansible_connection=local\n");
    Deno.writeTextFileSync(`${this.dir}/project/playbook.yaml`, PLAYBOOK);
  }

  /** Runs as `exec.Command` does, both outputs together, and moves the link as it does. */
  async run(ident: string, how: readonly string[], env: Record<string, string> = {}) {
    const words = ["run", this.dir, "--rotate-artifacts", "1", ...how, "-i", ident];
    const variables = { K8S_AUTH_KUBECONFIG: "/tmp/kubeconfig", KUBECONFIG: "/tmp/kubeconfig" };
    const finished = await this.scene.cli(words, { env: { ...variables, ...env } });
    const latest = `${this.dir}/artifacts/latest`;
    await Deno.remove(latest).catch(() => {});
    if (finished.code !== 0) return finished;
    Deno.symlinkSync(`${this.dir}/artifacts/${ident}`, latest);
    return finished;
  }

  /** The last stats event, without which a resource is "unknown". */
  stats(): Record<string, Record<string, number>> {
    const found = this.events.findLast(({ event }) => event === "playbook_on_stats");
    assert(found !== undefined, `no playbook_on_stats, refused: ${this.refused.join("; ")}`);
    return found.event_data as Record<string, Record<string, number>>;
  }

  #answer(request: string): string {
    const [head = "", body = ""] = request.split("\r\n\r\n", 2);
    const problem = this.#take(head, body);
    if (problem === undefined) return "HTTP/1.1 204 No Content\r\n\r\n";
    this.refused.push(problem);
    return "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  }

  #take(head: string, body: string): string | undefined {
    const [line = "", ...headers] = head.split("\r\n");
    if (line !== "POST /events/ HTTP/1.1") return `request line ${line}`;
    const type = headers.map((text) => /^content-type: *([^;]*)/i.exec(text)?.[1]).find(Boolean);
    if (type !== "application/json") return `content type ${type}`;
    const event = JSON.parse(body) as JobEvent;
    // A status: dropped, with 204.
    if (event.uuid === undefined) return undefined;
    if (!this.#created.test(event.created)) return `created ${event.created}`;
    assert(Number.isInteger(event.counter) && typeof event.stdout === "string", body);
    this.events.push(event);
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver[Symbol.asyncDispose]();
    await this.scene[Symbol.asyncDispose]();
  }
}

for (
  const [title, release, env] of [
    ["from 1.36 on", "1.36", {}],
    ["up to 1.35 by RUNNER_EVENT_TIMES", "1.35", { RUNNER_EVENT_TIMES: "naive" }],
  ] as const
) {
  testOrSkip(`an Ansible operator ${title} gets every event`, missingAnsible(), async () => {
    await using operator = new Operator(release);
    const path = `${operator.dir}/project/playbook.yaml`;
    const { code, stdout, stderr } = await operator.run("6129484611666145821", ["-p", path], env);
    assertEquals([code, stderr, operator.refused], [0, "", []], stdout);
    const { ok, failures, ignored } = operator.stats();
    assertEquals([ok, failures, ignored], [{ localhost: 4 }, {}, { localhost: 1 }]);
    const counters = operator.events.map(({ counter }) => counter);
    assertEquals(counters, counters.map((_, index) => index + 1));
    const failed = operator.events.find(({ event }) => event === "runner_on_failed");
    const { res, ignore_errors } = failed?.event_data ?? {};
    assertEquals([(res as { msg: string }).msg, ignore_errors], ["not yet", true]);
    // What is logged when a run goes wrong.
    assertMatch(Deno.readTextFileSync(`${operator.dir}/artifacts/latest/stdout`), /PLAY RECAP/);
  });
}

const ROLE = "an Ansible operator runs a role again, under umask 0, beside its own link";
testOrSkip(ROLE, missingAnsible(), async () => {
  await using operator = new Operator("1.36", 0o777);
  const roles = `${operator.scene.root}/roles/`;
  Deno.mkdirSync(`${roles}memcached/tasks`, { recursive: true });
  Deno.writeTextFileSync(`${roles}memcached/tasks/main.yml`, "- debug: {var: size}\n");
  const how = ["--role", "memcached", "--roles-path", roles, "--hosts", "localhost"];
  const words = [...how, "-vv", "--role-skip-facts"];
  const refused = await operator.run("1", words);
  assertMatch(refused.stderr, /hint: .*RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR=1/);
  const env = { RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR: "1" };
  for (const ident of ["8674665223082153551", "6129484611666145821"]) {
    const { code, stderr } = await operator.run(ident, words, env);
    assertEquals([code, stderr, operator.refused], [0, "", []]);
    assertEquals(operator.stats()["ok"], { localhost: 1 });
  }
  assertEquals(namesIn(`${operator.dir}/artifacts`), ["6129484611666145821", "latest"]);
  assertEquals(namesIn(`${operator.dir}/project`), ["playbook.yaml"]);
});

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}
