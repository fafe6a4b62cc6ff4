/**
 * Starts a real sshd on a loopback port, for tests of keys and shared connections.
 *
 * @module
 */
import { findProgram } from "../../src/internal/programs.ts";

/** An sshd that accepts the given public keys for the current user. */
export interface TestSshd extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
}

/**
 * Says why no sshd can be started.
 *
 * @returns a reason, or undefined when it can
 */
export function missingSshd(): string | undefined {
  if (Deno.uid() !== 0) return "not root, so no sshd can be started";
  const names = ["ssh", "sshd", "ssh-keygen", "ssh-agent", "ssh-add"];
  const missing = names.find((name) => findProgram(name, searchPath()) === undefined);
  return missing === undefined ? undefined : `no ${missing}`;
}

/**
 * Makes a key pair.
 *
 * @param path of the private key; the public one is `path`.pub
 * @param options type and passphrase
 * @returns text of the private key
 */
export function makeKey(
  path: string,
  options: { readonly type?: string; readonly passphrase?: string; readonly pem?: boolean } = {},
): string {
  // One round of the key derivation is enough here, and quick.
  const rounds = options.pem === true ? [] : ["-a", "1"];
  const type = options.type ?? "ed25519";
  // Long RSA keys take up to a second to find.
  const bits = type === "rsa" ? ["-b", "2048"] : [];
  const args = [
    "-q",
    "-t",
    type,
    ...bits,
    ...rounds,
    "-N",
    options.passphrase ?? "",
    "-C",
    "test",
    "-f",
    path,
  ];
  if (options.pem === true) args.push("-m", "PEM");
  run("ssh-keygen", args);
  return Deno.readTextFileSync(path);
}

/**
 * Starts an sshd.
 *
 * @param dir where its files go
 * @param publicKeys who may log in
 * @param options more `-o` options
 * @returns the running server
 */
export async function startSshd(
  dir: string,
  publicKeys: readonly string[],
  options: readonly string[] = [],
): Promise<TestSshd> {
  makeKey(`${dir}/host_key`);
  Deno.writeTextFileSync(`${dir}/authorized_keys`, publicKeys.join("\n"));
  Deno.mkdirSync("/run/sshd", { recursive: true });
  const port = freePort();
  const settings = [
    `HostKey=${dir}/host_key`,
    `AuthorizedKeysFile=${dir}/authorized_keys`,
    "ListenAddress=127.0.0.1",
    "PidFile=none",
    "StrictModes=no",
    "UsePAM=yes",
    "PermitRootLogin=yes",
    ...options,
  ];
  const child = new Deno.Command(findProgram("sshd", searchPath()) ?? "sshd", {
    args: [
      "-D",
      "-f",
      "/dev/null",
      "-p",
      String(port),
      ...settings.flatMap((each) => ["-o", each]),
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await answers(port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/**
 * Runs a program to its end.
 *
 * @param name program
 * @param args arguments
 * @param env more environment variables
 * @returns exit code and output
 */
export function run(
  name: string,
  args: string[],
  env: Record<string, string> = {},
): { code: number; text: string } {
  const output = new Deno.Command(name, { args, env, stdin: "null" }).outputSync();
  const decoder = new TextDecoder();
  return { code: output.code, text: decoder.decode(output.stdout) + decoder.decode(output.stderr) };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`sshd does not answer on port ${port}`);
}

function searchPath(): string {
  return `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/usr/local/sbin`;
}
