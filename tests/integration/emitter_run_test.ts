import { run } from "../../mod.ts";
import type { Emitter } from "../../src/emitters/emitter.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { findVenv } from "../testing/python_venv.ts";
import { runProgram } from "../testing/run_cli.ts";
import { TestServer } from "../testing/http_server.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const STATUSES = ["starting", "running", "successful"];

testOrSkip(
  "events and status are posted whole, kept in files or not",
  missingAnsible(),
  async () => {
    await using server = new TestServer();
    await using place = new LibraryDir();
    place.playbook("p.yml", "    - debug: {msg: one}\n    - raw: pwd\n");
    const handled: number[] = [];
    const runner = await run({
      ...place.base,
      playbook: "p.yml",
      ident: "a",
      settings: {
        runner_http_url: `${server.url}/hook`,
        runner_http_headers: { "X-Token": "t" },
        runner_http_path: "/not/for/urls",
      },
      eventHandler: (event) => {
        handled.push(event.counter);
        return event.counter !== 2;
      },
    });
    assertEquals(runner.status, "successful");
    assert(server.requests.every(({ method, path }) => method === "POST" && path === "/hook"));
    assertEquals(server.requests[0]?.headers["x-token"], "t");
    assertEquals(server.requests[0]?.headers["content-type"], "application/json");
    const bodies = server.bodies();
    const statuses = bodies.filter((body) => !("event" in body));
    assertEquals(statuses, STATUSES.map((status) => ({ status, runner_ident: "a" })));
    assertEquals(bodies.at(-1)?.status, "successful");
    const events = bodies.filter((body) => "event" in body);
    assertEquals(events.map((event) => event.counter), handled);
    const dir = `${place.dir}/artifacts/a/job_events`;
    const files = [...Deno.readDirSync(dir)].map(({ name }) => name);
    assertEquals(files.length, events.length - 1, "one was kept out of the files");
    for (const event of events) {
      if (event.counter === 2) continue;
      const text = Deno.readTextFileSync(`${dir}/${event.counter}-${event.uuid}.json`);
      assertEquals(server.requests.filter(({ body }) => body === text).length, 1);
    }
  },
);

for (
  const { title, env, settings, path } of [
    {
      title: "the environment's path on a unix socket wins over settings",
      env: { RUNNER_HTTP_PATH: "/from/env?x=1" },
      settings: { runner_http_url: "SOCKET", runner_http_path: "/from/settings" },
      path: "/from/env?x=1",
    },
    {
      title: "the environment's url wins over settings",
      env: { RUNNER_HTTP_URL: "SOCKET" },
      settings: { runner_http_url: "http://127.0.0.1:1/", runner_http_path: "/p" },
      path: "/p",
    },
  ]
) {
  Deno.test(`run posts to a unix socket: ${title}`, async () => {
    await using scene = new Scene();
    const socket = `${scene.root}/socket`;
    {
      await using server = new TestServer({ path: socket });
      const fill = (text: string) => text.replace("SOCKET", socket);
      scene.write("env/settings", fill(JSON.stringify(settings)));
      const filled = Object.entries(env).map(([name, value]) => [name, fill(value)]);
      const { code, stderr } = await scene.cli(["run", ".", "-b", "/bin/echo", "-i", "a"], {
        env: Object.fromEntries(filled),
      });
      assertEquals([code, stderr], [0, ""]);
      assert(server.requests.every((request) => request.path === path), server.requests[0]?.path);
      assertEquals(server.bodies().map((body) => body.status ?? body.event), [
        "starting",
        "running",
        "verbose",
        "successful",
      ]);
    }
    await scene.assertNothingLeft();
  });
}

Deno.test("a run whose events cannot be posted succeeds and says so; with `fail` it does not", async () => {
  await using place = new LibraryDir();
  await using server = new TestServer({ status: 500 });
  const logged: string[] = [];
  const options = {
    ...place.fixture("slow_lines"),
    log: (level: string, message: string) => void (level === "warning" && logged.push(message)),
  };
  const settings = { runner_http_url: server.url };
  const runner = await run({ ...options, binary: "/bin/true", settings });
  assertEquals(runner.status, "successful");
  assertEquals(logged, [
    "Cannot deliver to emitter http: HTTP 500 Internal Server Error",
    "Emitter http: 3 messages were not delivered",
  ]);
  await assertRejects(
    () =>
      run({
        ...place.fixture("forever"),
        ident: "f",
        settings: { ...settings, emitter_on_error: "fail" },
      }),
    "Cannot deliver to emitter http: HTTP 500 Internal Server Error",
  );
  assertEquals(Deno.readTextFileSync(`${place.dir}/artifacts/f/status`), "failed");
  assertMatch(Deno.readTextFileSync(`${place.dir}/artifacts/f/reason`), /"handler": "Emitter"/);
});

Deno.test("a wrong url is an error before anything is written", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "runner_http_url: nonsense\n");
  const { code, stderr } = await scene.cli(["run", ".", "-b", "/bin/true"]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    'error: Cannot use runner_http_url: expected a URL or the absolute path of a unix socket, got "nonsense"\n',
  );
  assertEquals([...Deno.readDirSync(scene.dir)].map(({ name }) => name).sort(), ["env", "project"]);
});

Deno.test("the library's own emitters are told, closed at the end, and never hold Ansible up", async () => {
  await using place = new LibraryDir();
  const told: string[] = [];
  let closed = 0;
  const emitter: Emitter = {
    name: "own",
    async send({ kind, json }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push(kind === "status" ? JSON.parse(json).status : JSON.parse(json).stdout);
    },
    close: () => void closed++,
  };
  const runner = await run({
    ...place.base,
    binary: "/bin/sh",
    cmdline: "-c 'for n in 1 2 3 4 5; do echo $n; done'",
    emitters: [emitter],
  });
  assertEquals(runner.rc, 0);
  assertEquals(told, ["starting", "running", "1", "2", "3", "4", "5", "successful"]);
  assertEquals(closed, 1);
});

Deno.test("secrets are masked in what is posted", async () => {
  await using place = new LibraryDir();
  await using server = new TestServer();
  const secret = "correct horse battery";
  await run({
    ...place.base,
    binary: "/bin/echo",
    cmdline: `'${secret}'`,
    credentials: { become: secret },
    settings: { runner_http_url: server.url },
  });
  const all = server.requests.map(({ body }) => body).join("\n");
  assert(!all.includes("horse"), all);
  assert(all.includes('"stdout": "********'), all);
});

/** The original with its plugin. */
const VENV = missingAnsible() === undefined
  ? findVenv("ansible-runner-http", ["ansible-runner==2.4.*", "ansible-runner-http==1.*"])
  : { missing: "no ansible" };

/** What differs from run to run. */
const OF_ONE_RUN = /^(uuid|parent_uuid|\w+_uuid|pid|created|start|end|delta|duration|atime|mtime)$/;

/** A value with the places and ids of one run masked. */
function masked(value: unknown, dir: string): unknown {
  if (typeof value === "string") return value.replaceAll(dir, "DIR");
  if (Array.isArray(value)) return value.map((item) => masked(item, dir));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      OF_ONE_RUN.test(key) ? [key, typeof item] : [key, masked(item, dir)]
    ),
  );
}

/** Ours says no command and no environment with `starting`: they have secrets in them. */
function withoutLaunch(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { command: _command, env: _env, cwd: _cwd, ...others } = body;
  return others;
}

testOrSkip(
  "the same is posted as by the original's http plugin, field by field, in its order",
  "missing" in VENV ? VENV.missing : undefined,
  async () => {
    const seen: Record<string, unknown[]> = {};
    for (const who of ["original", "ours"]) {
      await using scene = new Scene();
      scene.write(
        "project/p.yml",
        `- hosts: localhost
  gather_facts: false
  tasks:
    - {ping: }
    - {debug: {msg: "é {{ item }}"}, loop: [1, 2]}
    - {fail: {msg: no}, ignore_errors: true}
`,
      );
      const socket = `${scene.root}/socket`;
      await using server = new TestServer({ path: socket });
      const settings = {
        runner_http_url: socket,
        runner_http_path: "/a/b",
        runner_http_headers: { "X-One": "1" },
      };
      scene.write("env/settings", JSON.stringify(settings));
      const args = ["run", scene.dir, "-p", "p.yml", "-i", "a", "-q"];
      if (who === "ours") await scene.cli(args);
      else if ("python" in VENV) await runProgram([VENV.python, "-m", "ansible_runner", ...args]);
      seen[who] = server.requests.map(({ method, path, headers, body }) => ({
        ...{ method, path, type: headers["content-type"], one: headers["x-one"] },
        body: masked(withoutLaunch(JSON.parse(body)), scene.dir),
      }));
    }
    assert((seen["original"]?.length ?? 0) > 12, `${seen["original"]?.length} requests`);
    assertEquals(seen["ours"], seen["original"]);
  },
);
