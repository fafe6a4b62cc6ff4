/**
 * Zips as Python's `zipfile` makes and reads them, and directories as text.
 *
 * @module
 */
import { Spool } from "../../src/remote/archive/spool.ts";

/** A directory that goes at the end. */
export interface TestDir extends AsyncDisposable {
  readonly path: string;
}

/** Makes a directory. */
export async function withDir(): Promise<TestDir> {
  const path = await Deno.makeTempDir({ prefix: "runner_zips_" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Runs a Python program; returns what it printed. */
export async function python(program: string, args: string[], input = ""): Promise<string> {
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-c", program, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout } = await child.output();
  if (code !== 0) throw new Error(`Cannot run Python: it exited with ${code}`);
  return new TextDecoder().decode(stdout);
}

const LIST = `
import base64, hashlib, io, json, struct, sys, zipfile
how = sys.argv[1]
z = zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.stdin.read())))
assert z.testzip() is None
rows = []
for i in z.infolist():
    data = z.read(i)
    if how == "hash": last = hashlib.sha256(data).hexdigest()
    elif how == "time":
        utc = struct.unpack("<i", i.extra[5:9])[0] if i.extra else "-"
        last = "%d-%d-%d %d:%d:%d" % i.date_time + " %s" % utc
    else: last = data.decode()
    rows.append([i.filename, i.external_attr >> 16, last])
json.dump(sorted(rows), sys.stdout)
`;

/** Name, mode and content of the members as Python sees them, sorted. */
export async function listInPython(
  zip: Uint8Array,
  show: { readonly hash?: boolean; readonly time?: boolean } = {},
): Promise<[string, number, string][]> {
  const how = show.hash ? "hash" : show.time ? "time" : "text";
  return JSON.parse(await python(LIST, [how], zip.toBase64()));
}

const MAKE = `
import base64, io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    for m in json.load(sys.stdin):
        i = zipfile.ZipInfo(m["name"], m.get("time", (1990, 1, 1, 0, 0, 0)))
        i.create_system = 3
        i.external_attr = m["mode"] << 16
        i.compress_type = zipfile.ZIP_STORED if m.get("stored") else zipfile.ZIP_DEFLATED
        z.writestr(i, m["data"], compress_type=i.compress_type)
sys.stdout.write(base64.b64encode(out.getvalue()).decode())
`;

/** Makes a zip. */
export async function zipByPython(members: readonly unknown[]): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.fromBase64(await python(MAKE, [], JSON.stringify(members)));
}

/** Bytes as a spool. */
export function spoolOf(bytes: Uint8Array): Spool {
  const spool = new Spool();
  spool.append(bytes);
  return spool;
}

/** All bytes of a spool. */
export function bytesOf(spool: Spool): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(spool.length);
  spool.readAt(0, bytes);
  return bytes;
}

/** A line for each thing below a directory: path, mode, content; sorted. */
export function treeOf(dir: string, below = ""): string[] {
  return [...Deno.readDirSync(`${dir}/${below}`)].flatMap(({ name }) => {
    const path = `${below}${name}`;
    const { mode, isSymlink, isDirectory } = Deno.lstatSync(`${dir}/${path}`);
    if (isSymlink) return [`${path} -> ${Deno.readLinkSync(`${dir}/${path}`)}`];
    const shown = `${path} ${(mode ?? 0).toString(8)}`;
    if (isDirectory) return [shown, ...treeOf(dir, `${path}/`)];
    return [`${shown} ${Deno.readTextFileSync(`${dir}/${path}`)}`];
  }).sort();
}
