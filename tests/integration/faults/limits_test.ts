/** Limits that are reached at the very start: one clear line, nothing left, and the files agree. */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { Mount, whyNoMount } from "../../testing/mount.ts";
import { BIN, type Finished, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

testOrSkip("a disk without room for files costs one line with the path", whyNoMount(), async () => {
  for (const files of [2, 4, 7, 10, 11]) {
    await using scene = new Scene();
    Deno.mkdirSync(`${scene.root}/disk`);
    using disk = Mount.fewFiles(`${scene.root}/disk`, files);
    const finished = await scene.cli([
      ...["run", ".", "-i", "a", "--artifact-dir", `${disk.path}/runs`],
      ...["-b", `${BIN}/fake_ansible_events`],
    ]);
    checkEnd(finished, `${disk.path}/runs/a`, /: No space left on device$/m);
    await scene.assertNothingLeft();
  }
});

Deno.test("few file descriptors cost one line, and nothing is left", async () => {
  let tried = 0;
  for (const number of [20, 22, 24, 26]) {
    await using scene = new Scene();
    const before = ["sh", "-c", `ulimit -n ${number}; exec "$@"`, "sh"];
    const finished = await scene.cli(["run", ".", "-i", "a", "-b", "/bin/true"], { before });
    // Deno itself needs some.
    if (/Deno has panicked|Import 'file/.test(finished.stderr)) continue;
    tried++;
    checkEnd(finished, `${scene.dir}/artifacts/a`, /: Too many open files/);
    // A place for records may be made in TMPDIR, where no other could be; it stays, empty.
    await scene.assertNothingLeft({ except: /^ansible-runner-\d+$/ });
  }
  assert(tried > 0, "Deno starts with none of them");
});

Deno.test("a limit of the length of files is an error of that file, and the job has it by default", async () => {
  await using scene = new Scene();
  const job = `${scene.root}/job`;
  const print = "grep SigIgn /proc/self/status; seq -f 'line %05.0f, and some more of it' 1 2500";
  Deno.writeTextFileSync(job, `#!/bin/sh\n${print}\n`, { mode: 0o755 });
  // In blocks of 512 bytes. Deno's own caches are written before.
  await scene.ok(["run", ".", "-q", "-i", "warm", "-b", job]);
  const before = ["sh", "-c", 'ulimit -f 128; exec "$@"', "sh"];
  const finished = await scene.cli(["run", ".", "-i", "a", "-b", job], { before });
  checkEnd(finished, `${scene.dir}/artifacts/a`, /: File too large$/m);
  assertEquals(finished.code, 1);
  const [, ignored = ""] = /^SigIgn:\s*([0-9a-f]+)/.exec(finished.stdout) ?? [];
  assertEquals(BigInt(`0x${ignored}`) >> 24n & 1n, 0n, "SIGXFSZ is ignored");
  await scene.assertNothingLeft();
});

function checkEnd({ code, stderr }: Finished, dir: string, cause: RegExp): void {
  assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
  assertMatch(stderr, /^error: Cannot /);
  assertMatch(stderr, cause);
  const read = (name: string): string => {
    try {
      return Deno.readTextFileSync(`${dir}/${name}`);
    } catch {
      return "";
    }
  };
  const { reason = "" } = JSON.parse(read("reason") || "{}");
  const found = [read("rc"), read("status"), reason].join(" ");
  const agreed = ["  ", "254 failed artifacts_failed", "127 failed could_not_start"];
  assert(agreed.includes(found), `${found}: ${stderr}`);
}
