/**
 * Reads what a run printed.
 *
 * @module
 */
import { RunnerError } from "../errors.ts";
import { type Growth, readGrowing } from "./growing_file.ts";
import { ARTIFACT } from "../run_layout.ts";

/**
 * Reads a whole output file, as it is now.
 *
 * @throws {RunnerError} when there is none
 */
export async function readOutput(
  artifactDir: string,
  name: "stdout" | "stderr",
): Promise<string> {
  const path = `${artifactDir}/${ARTIFACT[name]}`;
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new RunnerError("artifacts.output", `Cannot read "${path}": the run has no ${name}`, {
      cause,
    });
  }
}

/** The terminal's output, from its first byte on and as it grows; each call makes a stream. */
export function streamStdout(
  artifactDir: () => string,
  growth: Growth,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const path = (): string => `${artifactDir()}/${ARTIFACT.stdout}`;
  return ReadableStream.from(readGrowing(path, growth));
}
