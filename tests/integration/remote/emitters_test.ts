/**
 * Runs of other machines tell the same emitters as runs here, by the same rules: `process`, and
 * `run --node` over a stand-in of Receptor.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { FaultyReceiver, type FaultyReceiverOptions } from "../../testing/faulty_receiver.ts";
import { LibzmqPeer, missingLibzmq, wordsOf } from "../../testing/libzmq_peer.ts";
import { TestReceptor } from "../../testing/receptor.ts";
import { cliCommand, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const SCRIPT = "#!/bin/sh\nseq 3\n";
const WORDS = ["starting", "running", "1", "2", "3", "successful"];
const JOB = ["-b", "/bin/sh", "--cmdline", "job"];

type Env = Readonly<Record<string, string>>;

/** Runs a job elsewhere; what its artifact directory is called. */
type RunElsewhere = (scene: Scene, env: Env) => Promise<{ stderr: string; ident: string }>;

const WAYS: Readonly<Record<string, RunElsewhere>> = {
  async process(scene, env) {
    const there = `${scene.root}/there`;
    Deno.mkdirSync(`${there}/project`, { recursive: true });
    Deno.writeTextFileSync(`${there}/project/job`, SCRIPT);
    // The worker has none of the variables that name receivers.
    const without = Object.keys(env).map((name) => `-u ${name}`).join(" ");
    const cli = cliCommand().join(" ");
    const chain = `env ${without} ${cli} transmit ${there} -i x ${JOB.join(" ")} | ` +
      `env ${without} ${cli} worker | ${cli} process ${scene.dir} -i x -q`;
    const { success, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", chain],
      env: { TMPDIR: scene.tmp, ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    assert(success);
    return { stderr: new TextDecoder().decode(stderr), ident: "x" };
  },
  async "run --node"(scene, env) {
    Deno.writeTextFileSync(`${scene.dir}/project/job`, SCRIPT);
    const dir = `${scene.root}/receptor`;
    Deno.mkdirSync(dir);
    const worker = `${scene.root}/worker`;
    const text = `#!/bin/sh\nexport TMPDIR='${scene.tmp}'\nexec ${cliCommand().join(" ")} "$@"\n`;
    Deno.writeTextFileSync(worker, text, { mode: 0o755 });
    await using receptor = new TestReceptor({ dir, command: [worker, "worker"] });
    const socket = ["--receptor-socket", receptor.socket];
    const words = ["run", ".", "-i", "x", ...JOB, "--node", "exec1", ...socket];
    const { code, stderr } = await scene.cli(words, { env });
    assertEquals(code, 0, stderr);
    return { stderr, ident: "x" };
  },
};

/** A receiver of spans that keeps their bodies. */
function spansTo(bodies: string[]): FaultyReceiverOptions {
  return {
    nameOf: () => "traces",
    take: ({ body }) => {
      bodies.push(new TextDecoder().decode(body));
      return Promise.resolve("{}");
    },
  };
}

for (const [way, runElsewhere] of Object.entries(WAYS)) {
  Deno.test(`${way}: an HTTP receiver that fails gets all in order, and the rest by deliver`, async () => {
    await using scene = new Scene();
    let isBroken = true;
    await using receiver = new FaultyReceiver((name, count) => {
      if (name === "1" && count === 1) return "reset";
      if (name === "running" && count === 1) return { status: 429, headers: "retry-after: 1\r\n" };
      return name === "2" && isBroken ? { status: 500 } : undefined;
    });
    scene.write("env/settings", JSON.stringify({ runner_http_url: receiver.url }));
    const { ident, stderr } = await runElsewhere(scene, {});
    assertEquals(receiver.acknowledged, WORDS.filter((word) => word !== "2"), stderr);
    isBroken = false;
    const { code, stdout } = await scene.cli(["deliver", "."]);
    assertEquals([code, stdout], [0, `Delivered 1 message of run "${ident}" to http\n`]);
    assertEquals(receiver.acknowledged.slice(5), ["2"]);
  });

  testOrSkip(`${way}: a PULL of libzmq gets all in order`, missingLibzmq(), async () => {
    await using scene = new Scene();
    await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*" });
    scene.write("env/settings", JSON.stringify({ runner_zmq_url: await peer.line() }));
    const { stderr } = await runElsewhere(scene, {});
    assertEquals(stderr, "");
    assertEquals(wordsOf(await peer.messages()), WORDS);
  });

  Deno.test(`${way}: a collector gets one trace, below that of the caller`, async () => {
    await using scene = new Scene();
    const bodies: string[] = [];
    await using receiver = new FaultyReceiver(
      (_name, count) => count === 1 ? "close" : undefined,
      spansTo(bodies),
    );
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const { stderr } = await runElsewhere(scene, {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}v1/traces`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      TRACEPARENT: `00-${trace}-b7ad6b7169203331-01`,
    });
    assertEquals(stderr, "");
    const all = bodies.join("\n");
    assertEquals(bodies.length, 1, all);
    assertMatch(all, new RegExp(`"traceId":"${trace}"`));
    assertMatch(all, /"parentSpanId":"b7ad6b7169203331"/);
    assertMatch(all, /"ansible\.run\.status","value":\{"stringValue":"successful"\}/);
  });
}
