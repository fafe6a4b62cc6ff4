/**
 * A temporary private data dir for runs made with the library.
 *
 * @module
 */
import type { RunOptions } from "../../mod.ts";
import { assertEquals } from "./assert.ts";
import { waitForNone } from "./leaks.ts";

/** Directory of the fixture programs. */
const BIN = new URL("../fixtures/bin", import.meta.url).pathname;

/** A private data dir; all that runs for it carries its mark in the environment. */
export class LibraryDir implements AsyncDisposable {
  /** Path of the directory. */
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_library_" });
  readonly #mark = crypto.randomUUID();

  /** Makes the directory, with an inventory of this host alone, called `here`. */
  constructor() {
    Deno.chmodSync(this.dir, 0o700);
    this.write(
      "inventory/hosts",
      "here ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n",
    );
  }

  /** What a run of this directory is made with, besides what it runs. */
  get base(): Pick<RunOptions, "privateDataDir" | "envvars"> & { envvars: Record<string, string> } {
    return { privateDataDir: this.dir, envvars: { RUNNER_TEST_MARK: this.#mark } };
  }

  /**
   * Options that run a fixture program in place of Ansible.
   *
   * @param name its file name
   * @param env more variables
   * @returns the options
   */
  fixture(name: string, env: Readonly<Record<string, string>> = {}): RunOptions {
    const { privateDataDir, envvars } = this.base;
    return { privateDataDir, envvars: { ...envvars, ...env }, binary: `${BIN}/${name}` };
  }

  /**
   * Writes a file.
   *
   * @param name its path in the directory
   * @param text its text
   */
  write(name: string, text: string): void {
    const path = `${this.dir}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  /**
   * Writes a playbook for the host of the inventory.
   *
   * @param name its file name
   * @param tasks YAML of its tasks, indented by four
   */
  playbook(name: string, tasks: string): void {
    this.write(`project/${name}`, `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  }

  /** Fails when a process of a run is left. */
  async assertNothingRuns(): Promise<void> {
    assertEquals(await waitForNone(this.#mark, 3000), []);
  }

  /** Removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.assertNothingRuns();
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** How many descriptors this process has open. */
export function openDescriptors(): number {
  return Array.from(Deno.readDirSync("/proc/self/fd")).length;
}

/** What this process, whatever other tests do in it, has open below a directory. */
export function openBelow(dir: string): string[] {
  return Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => targetOf(name))
    .filter((target) => target.startsWith(`${dir}/`));
}

function targetOf(descriptor: string): string {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}

/** All items of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Waits that long. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
