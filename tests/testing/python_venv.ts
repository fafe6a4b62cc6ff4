/**
 * Makes Python environments for tests, kept in the cache.
 *
 * @module
 */
import { testCacheDirectory } from "./original.ts";

/** Which environment. */
export interface VenvOptions {
  /** Its directory. */
  readonly dir: string;
  /** What pip installs: its words behind `install`. */
  readonly requirements: readonly string[];
}

/**
 * Makes an environment beside its place and moves it there, so that a half-made one is never found.
 *
 * @returns why that went wrong, or undefined
 */
export function makeVenv({ dir, requirements }: VenvOptions): string | undefined {
  const scratch = `${dir}.${Deno.pid}.${crypto.randomUUID().slice(0, 8)}`;
  const steps = [
    ["/usr/bin/python3", "-m", "venv", scratch],
    [`${scratch}/bin/pip`, "install", "--quiet", "--no-compile", ...requirements],
    ["rm", "-rf", dir],
    ["mv", "-T", scratch, dir],
  ];
  try {
    for (const [program = "", ...args] of steps) {
      const { success } = new Deno.Command(program, {
        args,
        stdout: "null",
        stderr: "null",
        signal: AbortSignal.timeout(300_000),
      }).outputSync();
      if (!success) return `cannot install ${requirements.join(" ")} (${program})`;
    }
    return undefined;
  } catch (error) {
    return `cannot install ${requirements.join(" ")}: ${
      error instanceof Error ? error.message : error
    }`;
  } finally {
    new Deno.Command("rm", { args: ["-rf", scratch] }).outputSync();
  }
}

/**
 * Finds an environment with some packages, or makes it; its scripts name its directory only when it
 * was made there, so start them by its Python.
 *
 * @param name of its directory in the cache
 * @param requirements what pip installs
 * @returns path of its Python, or what is missing
 */
export function findVenv(
  name: string,
  requirements: readonly string[],
): { readonly python: string } | { readonly missing: string } {
  const dir = `${testCacheDirectory()}/${name}`;
  const python = `${dir}/bin/python`;
  try {
    Deno.statSync(`${dir}/bin/pip`);
    return { python };
  } catch {
    Deno.mkdirSync(testCacheDirectory(), { recursive: true });
    const missing = makeVenv({ dir, requirements });
    return missing === undefined ? { python } : { missing };
  }
}
