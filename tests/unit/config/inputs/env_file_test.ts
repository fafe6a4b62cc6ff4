import { parseMapping, readMapping, readTextFile } from "../../../../src/config/inputs/env_file.ts";
import { ConfigError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";
import { testOrSkip } from "../../../testing/skip.ts";
import { samples } from "../../../testing/samples.ts";

const SHORT = { waitMs: 150 };

Deno.test("readTextFile gives the text of a file, without a byte order mark", async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/f`, "\ufeffé\r\n漢\n");
    assertEquals(await readTextFile(`${dir}/f`), "é\r\n漢\n");
    await Deno.writeTextFile(`${dir}/empty`, "");
    assertEquals(await readTextFile(`${dir}/empty`), "");
  });
});

Deno.test("readTextFile gives undefined when there is no file", async () => {
  await inTempDir(async (dir) => {
    assertEquals(await readTextFile(`${dir}/none`), undefined);
    assertEquals(await readTextFile(`${dir}/none/none`), undefined);
    await Deno.writeTextFile(`${dir}/f`, "");
    assertEquals(await readTextFile(`${dir}/f/below`), undefined);
  });
});

Deno.test("readTextFile follows links and reads devices", async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/f`, "x");
    await Deno.symlink("f", `${dir}/link`);
    assertEquals(await readTextFile(`${dir}/link`), "x");
    assertEquals(await readTextFile("/dev/null"), "");
  });
});

Deno.test("readTextFile refuses what it cannot read, naming it", async () => {
  await inTempDir(async (dir) => {
    await Deno.symlink("nowhere", `${dir}/dangling`);
    await Deno.symlink("loop", `${dir}/loop`);
    await Deno.mkdir(`${dir}/dir`);
    await Deno.writeFile(`${dir}/latin1`, new Uint8Array([0x61, 0x0a, 0xe9, 0x0a]));
    const big = await Deno.create(`${dir}/big`);
    await big.truncate(1024 * 1024 + 1);
    big.close();
    const rows = [
      ["dangling", `the link leads to "nowhere", which does not exist`],
      ["loop", "the link leads to itself"],
      ["dir", "expected a file, got a directory"],
      ["latin1", "expected UTF-8 text, got other bytes (line 2)"],
      ["big", "expected at most 1 MiB, got more"],
    ] as const;
    for (const [name, reason] of rows) {
      const error = await assertRejects(() =>
        readTextFile(`${dir}/${name}`, { label: `env/${name}` })
      );
      if (!(error instanceof ConfigError)) throw error;
      assertEquals(error.message, `Cannot read "env/${name}": ${reason}`);
      assertEquals(error.code, "config.env_file");
    }
    await assertRejects(() => readTextFile("/dev/zero"), "expected at most 1 MiB, got more");
  });
});

const root = Deno.uid() === 0 ? "root may read everything" : undefined;
testOrSkip("readTextFile refuses a file without permission", root, async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/f`, "x", { mode: 0o000 });
    await assertRejects(() => readTextFile(`${dir}/f`), "permission denied");
  });
});

Deno.test("readTextFile reads a named pipe to its end", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    const writer = shell(`{ echo one; sleep 0.1; printf 'two é'; } > ${pipe}`);
    assertEquals(await readTextFile(pipe), "one\ntwo é");
    await writer;
  });
});

Deno.test("readTextFile waits for a late writer of a named pipe", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    const writer = shell(`sleep 0.2; echo late > ${pipe}`);
    assertEquals(await readTextFile(pipe), "late\n");
    await writer;
  });
});

Deno.test("readTextFile reads much through a named pipe", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    const writer = shell(`head -c 3000000 /dev/zero | tr '\\0' x > ${pipe}`);
    assertEquals((await readTextFile(pipe, { maxBytes: 3_000_000 }))?.length, 3_000_000);
    await writer;
  });
});

Deno.test("readTextFile gives up on a named pipe that nobody writes to", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    const error = await assertRejects(() =>
      readTextFile(pipe, { ...SHORT, label: "env/passwords" })
    );
    assert(error instanceof ConfigError);
    assertEquals(
      error.message,
      `Cannot read "env/passwords": nobody wrote to the named pipe within 0.15 s`,
    );
  });
});

Deno.test("readTextFile gives up on a named pipe whose writer is silent", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    using writer = openForWriting(pipe);
    writer.writeSync(new TextEncoder().encode("a\n"));
    await assertRejects(() => readTextFile(pipe, SHORT), "silent for 0.15 s and did not close it");
  });
});

Deno.test("readTextFile stops waiting for a named pipe when told to", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    const start = performance.now();
    await assertRejects(() => readTextFile(pipe, { signal: AbortSignal.timeout(50) }), "aborted");
    assert(performance.now() - start < 5000);
  });
});

Deno.test("readMapping reads JSON and YAML, and counts an empty file as missing", async () => {
  await inTempDir(async (dir) => {
    const rows = [
      ['{"a": 1, "b": "x"}', { a: 1, b: "x" }],
      ["a: 1\nb: yes\n", { a: 1, b: true }],
      ["", undefined],
      [" \n\t\n", undefined],
      ["# nothing\n", undefined],
      ["---\n", undefined],
      ["{}", {}],
    ] as const;
    for (const [text, value] of rows) {
      await Deno.writeTextFile(`${dir}/f`, text);
      assertEquals(await readMapping(`${dir}/f`, "env/settings"), value, text);
    }
    assertEquals(await readMapping(`${dir}/none`, "env/settings"), undefined);
  });
});

Deno.test("parseMapping tells what is wrong and where", async () => {
  const rows = [
    ["- a\n", "expected a mapping, got a list (line 1)"],
    ["[1]", "expected a mapping, got a list (line 1)"],
    ["# c\n---\n\nsome text\n", "expected a mapping, got a string (line 4)"],
    ["12", "expected a mapping, got a number (line 1)"],
    ["!!set {a}", "expected a mapping, got a set (line 1)"],
    ["a: 1\nb: *c\n", "no anchor for this alias (line 2, column 4)"],
    ["a: 1\nb: 2020-02-30\n", "not a valid date (line 2, column 4)"],
  ] as const;
  for (const [text, reason] of rows) {
    const error = await assertRejects(() => parseMapping(text, "env/settings"));
    assert(error instanceof ConfigError);
    assertEquals(error.message, `Cannot read "env/settings": ${reason}`);
  }
});

Deno.test("parseMapping reads long values, and says what is wrong with long texts", async () => {
  const long = "x".repeat(samples(100_000));
  for (const text of [`a: ${long}`, `a: '${long}'`, `a: "${long}"`, `{"a": "${long}"}`]) {
    assertEquals((await parseMapping(text, "f"))?.["a"], long);
  }
  assertEquals(await parseMapping(`{"a": "${long}", "b": NaN}`, "f"), { a: long, b: NaN });
  for (
    const text of [long, `'${long}`, "[".repeat(5000), "*a".repeat(20_000), `a: !${long} b`]
  ) {
    const error = await assertRejects(() => parseMapping(text, "f"));
    assert(error instanceof ConfigError, error.name);
    assert(error.message.length < 300, error.message);
  }
});

async function inTempDir(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function makePipe(dir: string): Promise<string> {
  await shell(`mkfifo ${dir}/pipe`);
  return `${dir}/pipe`;
}

/** Opens a named pipe that nobody reads yet, which only who reads as well may do. */
function openForWriting(pipe: string): Deno.FsFile {
  return Deno.openSync(pipe, { read: true, write: true });
}

/** Runs a shell line; a writer whose reader has gone may die of SIGPIPE. */
async function shell(line: string): Promise<void> {
  await new Deno.Command("sh", {
    args: ["-c", line],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  })
    .output();
}

Deno.test("readTextFile does not wait for ever for a writer that is never done", async () => {
  await inTempDir(async (dir) => {
    const pipe = await makePipe(dir);
    using writer = openForWriting(pipe);
    const write = (): void => void writer.writeSync(new Uint8Array([0x78]));
    const timer = setInterval(write, 50);
    try {
      await assertRejects(() => readTextFile(pipe, { waitMs: 200 }), "was not done after 2 s");
    } finally {
      clearInterval(timer);
    }
  });
});
