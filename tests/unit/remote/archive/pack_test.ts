import { packDirectory } from "../../../../src/remote/archive/pack.ts";
import { Spool } from "../../../../src/remote/archive/spool.ts";
import { assertEquals, assertRejects } from "../../../testing/assert.ts";
import { askPython } from "../../../testing/python3.ts";
import { bytesOf, listInPython, withDir } from "../../../testing/zips.ts";

async function packed(dir: string): Promise<Uint8Array> {
  using spool = new Spool();
  await packDirectory(dir, { spool });
  return bytesOf(spool);
}

Deno.test("Python reads what we pack: files, links, modes, empty directories, names", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/in/empty`, { recursive: true });
  Deno.writeTextFileSync(`${dir.path}/in/ünï`, "x".repeat(50));
  Deno.chmodSync(`${dir.path}/in/ünï`, 0o751);
  Deno.writeTextFileSync(`${dir.path}/in/none`, "");
  Deno.chmodSync(`${dir.path}/in/none`, 0);
  Deno.symlinkSync("/nowhere", `${dir.path}/in/away`);
  Deno.symlinkSync("empty", `${dir.path}/in/empty/../to_dir`);
  Deno.chmodSync(`${dir.path}/in/empty`, 0o700);
  assertEquals(await listInPython(await packed(`${dir.path}/in`)), [
    ["away", 0o120777, "/nowhere"],
    ["empty/", 0o40700, ""],
    ["none", 0o100000, ""],
    ["to_dir", 0o120777, "empty"],
    ["ünï", 0o100751, "x".repeat(50)],
  ]);
});

Deno.test("pipes and sockets are left out, and that is said", async () => {
  await using dir = await withDir();
  const code = "os.mkfifo(data + '/fifo')\n" +
    "socket.socket(socket.AF_UNIX).bind(data + '/sock')\nresult = None";
  await askPython(code, dir.path, ["os", "socket"]);
  const warnings: string[] = [];
  using spool = new Spool();
  await packDirectory(dir.path, { spool, warn: (text) => warnings.push(text) });
  assertEquals(await listInPython(bytesOf(spool)), []);
  assertEquals(bytesOf(spool).length, 22);
  assertEquals(warnings.sort(), [
    'Left out "fifo": it is a named pipe',
    'Left out "sock": it is a socket or a device',
  ]);
});

Deno.test("a name that is not UTF-8 is an error that names it", async () => {
  await using dir = await withDir();
  const code = "open(os.fsencode(data) + b'/a\\xff', 'w').close()\nresult = None";
  await askPython(code, dir.path, ["os"]);
  await assertRejects(
    () => packed(dir.path),
    'Cannot send "a\ufffd": its name is not UTF-8',
  );
});

Deno.test("a large file goes in pieces, through a file when it is too long for memory", async () => {
  await using dir = await withDir();
  for (const isShort of [true, false]) {
    const bytes = new Uint8Array(2_200_001);
    // Zeros become few bytes; noise stays as long as it is.
    for (let at = 0; at < bytes.length && !isShort; at += 1 << 16) {
      crypto.getRandomValues(bytes.subarray(at, at + (1 << 16)));
    }
    Deno.writeFileSync(`${dir.path}/large`, bytes);
    const zip = await packed(dir.path);
    assertEquals(zip.length < 1 << 20, isShort);
    const [row] = await listInPython(zip, { hash: true });
    assertEquals(row?.[2], await sha256(bytes));
  }
});

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("times before 1980 and after 2107 are those that the format ends at; UTC beside them", async () => {
  await using dir = await withDir();
  for (const [name, seconds] of [["a", 1000], ["b", 4_500_000_000], ["c", 1e9 + 1]] as const) {
    Deno.writeTextFileSync(`${dir.path}/${name}`, "");
    Deno.utimeSync(`${dir.path}/${name}`, seconds, seconds);
  }
  const times = await listInPython(await packed(dir.path), { time: true });
  const local = new Date((1e9 + 1) * 1000);
  assertEquals(times.map((row) => row[2]), [
    "1980-1-1 0:0:0 1000",
    "2107-12-31 23:59:58 -",
    `2001-9-${local.getDate()} ${local.getHours()}:46:40 1000000001`,
  ]);
});

Deno.test("extra members are in the zip and not in the directory", async () => {
  await using dir = await withDir();
  using spool = new Spool();
  await packDirectory(dir.path, { spool, extra: [{ name: "project/x", text: "[]" }] });
  assertEquals(await listInPython(bytesOf(spool)), [["project/x", 0o100600, "[]"]]);
  assertEquals([...Deno.readDirSync(dir.path)], []);
});
