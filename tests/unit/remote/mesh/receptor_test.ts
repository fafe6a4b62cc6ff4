import { messageOf } from "../../../../src/errors.ts";
import { unlessAborted } from "../../../../src/internal/sleep.ts";
import { Receptor } from "../../../../src/remote/mesh/receptor.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";
import { type TestDir, withDir } from "../../../testing/zips.ts";

const GREETING = "Receptor Control, node control\n";

/** A control service that says what it is told to, whatever it is asked, and hears everything. */
class Service implements AsyncDisposable {
  readonly heard: string[] = [];
  readonly path: string;
  readonly #answers: string[];
  readonly #listener: Deno.UnixListener;
  readonly #done: Promise<void>;
  #isClosed = false;

  /** One answer for each connection, the last one for all that follow. */
  constructor(dir: TestDir, ...answers: string[]) {
    this.path = `${dir.path}/socket`;
    this.#answers = answers;
    this.#listener = Deno.listen({ transport: "unix", path: this.path });
    this.#done = this.#serve();
  }

  get receptor(): Receptor {
    return new Receptor(this.path);
  }

  async #serve(): Promise<void> {
    for await (const conn of this.#listener) {
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      const bytes = new TextEncoder().encode(answer);
      try {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
        await conn.closeWrite();
      } catch {
        // It has heard enough.
      }
      this.heard.push(await new Response(conn.readable).text().catch(() => ""));
    }
  }

  /** Takes no more, and waits until all was heard. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
    await this.#done;
  }
}

const WORK = { node: "exec1", workType: "ansible-runner", isSigned: false };

async function send(output: WritableStream<Uint8Array>): Promise<void> {
  const writer = output.getWriter();
  await writer.write(new TextEncoder().encode("JOB"));
}

Deno.test("work is submitted in one connection, all values texts, its input behind the command", async () => {
  await using dir = await withDir();
  const said = "Work unit created with ID a-B_9. Send stdin data and EOF.\n" +
    '{"result": "Job Started", "unitid": "a-B_9"}\n';
  await using service = new Service(dir, GREETING + said);
  assertEquals(await service.receptor.submit({ ...WORK, isSigned: true }, send), "a-B_9");
  await service[Symbol.asyncDispose]();
  const [line = "", input] = service.heard[0]?.split("\n") ?? [];
  assertEquals(JSON.parse(line), {
    command: "work",
    subcommand: "submit",
    node: "exec1",
    worktype: "ansible-runner",
    signwork: "true",
  });
  assertEquals(input, "JOB");
});

for (
  const [what, answer, message] of [
    ["no greeting", "220 mail\n", 'Cannot use Receptor: it answered "220 mail"'],
    ["nothing", "", "Cannot use Receptor: it closed the connection"],
    ["half a line", "Receptor Con", "Cannot use Receptor: it closed the connection"],
    [
      "an error",
      `${GREETING}ERROR: no \x1b[31m such\n`,
      "Cannot use Receptor: no \\u001b[31m such",
    ],
    ["a unit with a path", `${GREETING}Work unit created with ID ../x. Send stdin data and EOF.\n`],
    ["no unit", `${GREETING}{"unitid": 7}\n`],
    ["a line without end", `${GREETING}${"x".repeat(17 << 20)}`, "its answer is too long"],
  ] as const
) {
  Deno.test(`a control service that says ${what} is told as an error`, async () => {
    await using dir = await withDir();
    await using service = new Service(dir, answer);
    await assertRejects(
      () => service.receptor.submit(WORK, send),
      message ?? "Cannot use Receptor: it answered",
    );
  });
}

Deno.test("a job that cannot be sent is released, so that none of it stays there", async () => {
  await using dir = await withDir();
  const created = `${GREETING}Work unit created with ID u1. Send stdin data and EOF.\n`;
  await using service = new Service(dir, created, `${GREETING}{"released": "u1"}\n`);
  const failing = (): Promise<void> => Promise.reject(new Error("mine"));
  await assertRejects(() => service.receptor.submit(WORK, failing), "mine");
  await service[Symbol.asyncDispose]();
  assertEquals(JSON.parse(service.heard[1] ?? ""), {
    command: "work",
    subcommand: "release",
    unitid: "u1",
  });
});

Deno.test("a service that claims more results for ever is believed once", async () => {
  await using dir = await withDir();
  await using service = new Service(
    dir,
    `${GREETING}Streaming results for work unit u1\nab`,
    `${GREETING}{"StateName": "Succeeded", "StdoutSize": 1000}\n`,
    `${GREETING}Streaming results for work unit u1\n`,
    `${GREETING}{"StateName": "Succeeded", "StdoutSize": 1000}\n`,
  );
  const pieces: string[] = [];
  for await (const bytes of service.receptor.results("u1", new AbortController().signal)) {
    pieces.push(new TextDecoder().decode(bytes));
  }
  assertEquals(pieces, ["ab"]);
  assert(service.heard[2]?.includes('"startpos":2'));
});

Deno.test("a node that is not known is waited for until the signal says no", async () => {
  await using dir = await withDir();
  await using service = new Service(dir, `${GREETING}{"NodeID": "control", "RoutingTable": 7}\n`);
  const { receptor } = service;
  const never = new AbortController().signal;
  await receptor.waitForNode("control", never);
  await receptor.waitForNode("localhost", never);
  const stop = AbortSignal.abort("enough");
  assertEquals(await receptor.waitForNode("exec1", stop).catch((reason) => reason), "enough");
});

Deno.test("a service that says nothing is not waited for when somebody is in a hurry", async () => {
  await using dir = await withDir();
  const path = `${dir.path}/silent`;
  using listener = Deno.listen({ transport: "unix", path });
  const connected = listener.accept();
  const stop = new AbortController();
  const asked = new Receptor(path).waitForNode("exec1", stop.signal);
  const why = asked.then(() => "it is known", messageOf);
  using _conn = await connected;
  stop.abort();
  // An answer may take 30 s otherwise.
  assertEquals(
    await unlessAborted(why, AbortSignal.timeout(20_000)),
    "Cannot use Receptor: it does not answer",
  );
});
