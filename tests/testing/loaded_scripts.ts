/**
 * The modules that V8 is given for a command line of ours: Deno's own, Node's, ours.
 *
 * @module
 */

/** How long the inspector may take to say where it listens, and the program to end. */
const LIMIT_MS = 120_000;

/**
 * Runs a program under Deno's inspector.
 *
 * @param args words after `deno run`
 * @param options environment on top of ours, and what it reads
 * @returns the addresses of all modules it loaded, such as `ext:deno_web/01_console.js`, `node:path`
 */
export async function loadedScripts(
  args: readonly string[],
  { env = {}, input }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: Uint8Array<ArrayBuffer> | undefined;
  } = {},
): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    // Not --inspect-brk: a program that is started under it does not go on.
    args: ["run", "-A", "--no-lock", "--inspect-wait=127.0.0.1:0", ...args],
    env,
    stdin: input === undefined ? "null" : "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const fed = input === undefined ? undefined : new Blob([input]).stream().pipeTo(child.stdin);
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const lines = child.stderr.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = "";
  let address: string | undefined;
  while (address === undefined) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Cannot inspect a program: ${text}`);
    text += value;
    address = /ws:\/\/\S+(?=\s)/.exec(text)?.[0];
  }
  const socket = new WebSocket(address);
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  const scripts: string[] = [];
  let sent = 0;
  socket.onmessage = ({ data }) => {
    const { method, params } = JSON.parse(data);
    if (method === "Debugger.scriptParsed") scripts.push(params.url);
  };
  socket.onopen = () => {
    for (const method of ["Runtime.enable", "Debugger.enable", "Runtime.runIfWaitingForDebugger"]) {
      socket.send(JSON.stringify({ id: ++sent, method }));
    }
  };
  while (true) {
    const { value, done } = await lines.next();
    if (done) break;
    text += value;
    if (text.includes("debugger to disconnect")) socket.close();
  }
  await fed;
  const { success } = await child.status;
  clearTimeout(timer);
  if (socket.readyState !== WebSocket.CLOSED) socket.close();
  await closed;
  if (!success) throw new Error(`Cannot inspect a program: ${text}`);
  return scripts;
}
