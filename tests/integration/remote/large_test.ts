/**
 * A file that is larger than 4 GiB goes to a worker in flat memory, and its holes stay holes.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import { WHY_NOT_LONG } from "../../testing/interop.ts";
import { cliCommand } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { withDir } from "../../testing/zips.ts";

const MEASURE = new URL("../../bench/measure.py", import.meta.url).pathname;

/** So long is the file, in bytes: its numbers need 64 bits in a zip. */
const SIZE = 5 * 2 ** 30;

/** Most memory that either end may take, in megabytes. */
const MOST_MB = 120;

/** Runs a command of ours; returns the most memory that it took, in megabytes. */
async function measured(
  args: readonly string[],
  { stdin = "/dev/null", stdout }: { readonly stdin?: string; readonly stdout: string },
): Promise<number> {
  const { code, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: [MEASURE, stdin, stdout, "0", ...cliCommand(), ...args],
    stdout: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0);
  const [, mb = NaN] = new TextDecoder().decode(stderr).trim().split("\n").at(-1)?.split(" ")
    .map(Number) ?? [];
  return mb;
}

testOrSkip("a file of 5 GiB, nearly all of it a hole", WHY_NOT_LONG, async () => {
  await using dir = await withDir();
  const [sent, work] = [`${dir.path}/sent`, `${dir.path}/work`];
  Deno.mkdirSync(`${sent}/project`, { recursive: true });
  Deno.writeTextFileSync(`${sent}/project/play.yml`, "[]");
  const ends = ["the first bytes", "the last bytes"].map((text) => new TextEncoder().encode(text));
  {
    using file = Deno.createSync(`${sent}/project/large`);
    file.truncateSync(SIZE);
    ends.forEach((bytes, at) => {
      file.seekSync(at === 0 ? 0 : SIZE - bytes.length, Deno.SeekMode.Start);
      file.writeSync(bytes);
    });
  }
  const [stream, back] = [`${dir.path}/stream`, `${dir.path}/results`];
  const job = ["-i", "x", "-p", "play.yml", "-b", "/bin/true"];
  const peaks = [
    await measured(["transmit", sent, ...job], { stdout: stream }),
    await measured(["worker", "--private-data-dir", work], { stdin: stream, stdout: back }),
  ];
  assert(peaks.every((mb) => mb > 0 && mb <= MOST_MB), `${peaks} MB`);
  const { size, blocks } = Deno.statSync(`${work}/project/large`);
  assertEquals(size, SIZE);
  assert((blocks ?? Infinity) * 512 < 100 << 20, `${blocks} blocks are on the disk`);
  using file = Deno.openSync(`${work}/project/large`);
  ends.forEach((bytes, at) => {
    const found = new Uint8Array(bytes.length);
    file.seekSync(at === 0 ? 0 : SIZE - bytes.length, Deno.SeekMode.Start);
    file.readSync(found);
    assertEquals(found, bytes);
  });
});
