/**
 * Makes a user with a password, who may become root with it, for the time of a test.
 *
 * @module
 */
import { findProgram } from "../../src/internal/programs.ts";

/** A user of the system. */
export interface ThrowawayUser extends Disposable {
  /** Its name. */
  readonly name: string;
  /** Its home. */
  readonly home: string;
}

/**
 * Says why no user can be made.
 *
 * @returns a reason, or undefined when one can
 */
export function missingUserTools(): string | undefined {
  if (Deno.uid() !== 0) return "not root, so no user can be made";
  const names = ["useradd", "userdel", "chpasswd", "sudo", "sshpass"];
  const missing = names.find((name) => findProgram(name, searchPath()) === undefined);
  return missing === undefined ? undefined : `no ${missing}`;
}

/**
 * Makes a user.
 *
 * @param password for login and sudo
 * @returns the user; disposing removes it
 */
export function makeUser(password: string): ThrowawayUser {
  const name = `rt${crypto.randomUUID().slice(0, 8)}`;
  const home = `/tmp/${name}`;
  const rule = `/etc/sudoers.d/${name}`;
  system("useradd", ["--create-home", "--home-dir", home, "--shell", "/bin/sh", name]);
  const remove = (): void => {
    Deno.removeSync(rule);
    system("userdel", ["--force", "--remove", name]);
  };
  try {
    // Whoever went by sudo a moment ago would not be asked again.
    const rules = `Defaults:${name} timestamp_timeout=0\n${name} ALL=(ALL) ALL\n`;
    Deno.writeTextFileSync(rule, rules, { mode: 0o440 });
    system("chpasswd", [], `${name}:${password}\n`);
  } catch (error) {
    remove();
    throw error;
  }
  return { name, home, [Symbol.dispose]: remove };
}

function system(program: string, args: string[], input = ""): void {
  const { code, stderr } = new Deno.Command("sh", {
    args: [
      "-c",
      'printf %s "$0" | "$@"',
      input,
      findProgram(program, searchPath()) ?? program,
      ...args,
    ],
    stdin: "null",
  }).outputSync();
  const text = new TextDecoder().decode(stderr);
  if (code !== 0 && program !== "userdel") throw new Error(`${program}: ${text}`);
}

function searchPath(): string {
  return `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
}
