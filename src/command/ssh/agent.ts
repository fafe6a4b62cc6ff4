/**
 * An ssh-agent that only one run sees and that ends with it.
 *
 * @module
 * @see manual of ansible-runner, "env/ssh_key"
 */
import { kindOfRemains, REMAINS_PREFIX } from "../../remains.ts";
import { ConfigError, LaunchError } from "../../errors.ts";
import { callerPath, endGroup, findProgram } from "../../internal/programs.ts";
import { removeTree } from "../../internal/remove_tree.ts";
import { addKeys, type AgentKey, type PassphraseLookup, writeAskpass } from "./keys.ts";
import { endMasters, killByArgument } from "./control_masters.ts";
import { makeTemporaryDir } from "../temporary_dir.ts";

export type { AgentKey, PassphraseLookup } from "./keys.ts";

/** How long an agent may take to start or to end, in milliseconds. */
const AGENT_WAIT_MS = 5000;

/**
 * Runs the agent in the foreground of a shell that ends it when our end of the shell's stdin closes:
 * at dispose, and also when we are killed. (A parent-death signal would not do: the agent is
 * installed setgid in many places, and the kernel clears that signal then.)
 */
const AGENT_SCRIPT = `ulimit -c 0
"$0" -D -a "$1" </dev/null & agent=$!
trap 'kill "$agent"' HUP INT TERM
exec >/dev/null 2>&1
read -r _
kill "$agent"
wait "$agent"`;

/** What an agent of a run is made of. */
export interface AgentOptions {
  /** The keys, in the order in which ssh will offer them. */
  readonly keys: readonly AgentKey[];
  /** Gives the passphrase of a key by its name. @default {none is known} */
  readonly passphrase?: PassphraseLookup | undefined;
  /**
   * Directory below which the agent's own is made. Not XDG_RUNTIME_DIR: that goes when the user
   * logs out, and a run in the background may still need its agent. @default {"/tmp"}
   */
  readonly socketDir?: string;
  /** Private directory (0700) for the script that answers ssh-add. @default {the agent's own} */
  readonly scratchDir?: string;
  /** Whether ssh's shared connections get a directory of the run. @default {true} */
  readonly ownControlPath?: boolean;
  /** Where the ssh programs are looked up. @default {PATH of our environment} */
  readonly searchPath?: string;
  /** Told the agent's directory when it is made, for {@linkcode cleanUpAgent} after a crash. */
  readonly noteRemains?: (dir: string) => void;
}

/** An agent that holds the keys of a run. */
export interface Agent extends AsyncDisposable {
  /** Its directory (0700): must be visible to the run; given to {@linkcode cleanUpAgent} after a crash. */
  readonly dir: string;
  /** What the run's environment needs: SSH_AUTH_SOCK, SSH_AGENT_PID, ANSIBLE_SSH_CONTROL_PATH_DIR. */
  readonly env: Readonly<Record<string, string>>;
  /** Directory of the run's shared connections, if it has one of its own. */
  readonly controlPathDir: string | undefined;
}

/**
 * Starts an agent and gives it the keys. Nothing is printed.
 *
 * @returns the agent; dispose it after the run: shared connections, agent and directory go
 * @throws {ConfigError} when a key or its passphrase is wrong, naming the key
 * @throws {LaunchError} when there is no ssh-agent or it does not start
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const searchPath = options.searchPath ?? callerPath();
  const programs = { agent: find("ssh-agent", searchPath), add: find("ssh-add", searchPath) };
  const dir = makeTemporaryDir(options.socketDir ?? "/tmp", {
    prefix: REMAINS_PREFIX.agent,
    setting: "ssh agent",
  });
  options.noteRemains?.(dir);
  await using started = new AsyncDisposableStack();
  started.defer(() => void removeTree(dir));
  const socket = `${dir}/agent`;
  if (socket.length > 103) {
    throw new ConfigError("config.agent_socket", `Cannot start ssh-agent: "${socket}" is too long`);
  }
  const running = await launch(programs.agent, { socket, searchPath });
  started.use(running);
  const controlPathDir = options.ownControlPath === false ? undefined : `${dir}/cp`;
  if (controlPathDir !== undefined) {
    Deno.mkdirSync(controlPathDir, { mode: 0o700 });
    started.defer(() => endMasters(controlPathDir, searchPath));
  }
  const askpass = writeAskpass(options.scratchDir ?? dir);
  const env = { PATH: searchPath, SSH_AUTH_SOCK: socket, LC_ALL: "C" };
  try {
    for (const key of options.keys) {
      await addKeys(key, {
        passphrase: options.passphrase ?? (() => undefined),
        sshAdd: programs.add,
        env,
        askpass,
      });
    }
  } finally {
    Deno.removeSync(askpass);
  }
  const resources = started.move();
  return {
    dir,
    controlPathDir,
    env: {
      SSH_AUTH_SOCK: socket,
      SSH_AGENT_PID: String(running.pid),
      ...(controlPathDir === undefined ? {} : { ANSIBLE_SSH_CONTROL_PATH_DIR: controlPathDir }),
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/**
 * Ends and removes what a killed run left of its agent.
 *
 * @param dir the agent's directory; anything that is not named as one, or is not ours, is left alone
 * @param searchPath where `ssh` is looked up
 */
export async function cleanUpAgent(dir: string, searchPath = callerPath()): Promise<void> {
  if (kindOfRemains(dir) !== "agent") return;
  try {
    const info = Deno.lstatSync(dir);
    if (!info.isDirectory || info.uid !== Deno.uid()) return;
  } catch {
    return;
  }
  await endMasters(`${dir}/cp`, searchPath);
  await killByArgument(`${dir}/cp/`, "ssh");
  await killByArgument(`${dir}/agent`, "ssh-agent");
  removeTree(dir);
}

interface RunningAgent extends AsyncDisposable {
  readonly pid: number;
}

async function launch(
  program: string,
  { socket, searchPath }: { readonly socket: string; readonly searchPath: string },
): Promise<RunningAgent> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", AGENT_SCRIPT, program, socket],
    cwd: "/",
    clearEnv: true,
    env: { PATH: searchPath },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A Ctrl-C on our terminal is for us: the run still needs its keys while it ends.
    detached: true,
  }).spawn();
  const complaint = new Response(child.stderr).text();
  const output = child.stdout.getReader();
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    // What was started may be no agent, and never end by itself.
    endGroup(child.pid);
  }, AGENT_WAIT_MS);
  const pid = await readPid(output);
  clearTimeout(limit);
  const drained = drain(output);
  const end = async () => {
    child.ref();
    await child.stdin.close().catch(() => {});
    const timer = setTimeout(() => killAll(child, pid), AGENT_WAIT_MS);
    await Promise.all([child.status, complaint, drained]);
    clearTimeout(timer);
  };
  if (pid === undefined) {
    await end();
    const late = `it did not say that its socket is ready within ${AGENT_WAIT_MS / 1000} s`;
    const said = (await complaint).trim().split("\n")[0];
    const reason = isLate ? late : said || howItEnded(await child.status);
    throw new LaunchError("launch.agent", `Cannot start ssh-agent: ${reason}`);
  }
  // An agent that nobody disposes of must not keep the program alive.
  child.unref();
  return { pid, [Symbol.asyncDispose]: end };
}

/** The shell ends as the agent did. */
function howItEnded({ code }: Deno.CommandStatus): string {
  const how = code > 128 ? `was ended by signal ${code - 128}` : `ended with exit code ${code}`;
  return `it ${how} before its socket was ready`;
}

/** What an agent may say before its pid, in characters. */
const MAX_GREETING = 1 << 16;

/** The agent says its pid when its socket is ready. */
async function readPid(
  output: ReadableStreamDefaultReader<Uint8Array>,
): Promise<number | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const { value, done } = await output.read();
    if (done) return undefined;
    text = (text + decoder.decode(value, { stream: true })).slice(-MAX_GREETING);
    const pid = /Agent pid (\d+);/.exec(text)?.[1];
    if (pid !== undefined) return Number(pid);
  }
}

async function drain(output: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await output.read()).done);
}

function killAll(child: Deno.ChildProcess, pid: number | undefined): void {
  try {
    if (pid !== undefined) Deno.kill(pid, "SIGKILL");
    child.kill("SIGKILL");
  } catch {
    // Gone in between.
  }
}

function find(name: string, searchPath: string): string {
  const program = findProgram(name, searchPath);
  if (program !== undefined) return program;
  throw new LaunchError("launch.agent", `Cannot start ssh-agent: no ${name} in PATH`, {
    hint: "Install openssh-client, which the private key needs",
  });
}
