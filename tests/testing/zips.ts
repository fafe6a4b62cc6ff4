/**
 * Zips as Python's `zipfile` makes and reads them, and directories as text.
 *
 * @module
 */
import { Spool } from "../../src/remote/archive/spool.ts";
import { askPython } from "./python3.ts";

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

const LIST = `
z = zipfile.ZipFile(data["path"])
assert z.testzip() is None
rows = []
for i in z.infolist():
    content = z.read(i)
    if data["how"] == "hash": last = hashlib.sha256(content).hexdigest()
    elif data["how"] == "time":
        utc = struct.unpack("<i", i.extra[5:9])[0] if i.extra else "-"
        last = "%d-%d-%d %d:%d:%d" % i.date_time + " %s" % utc
    else: last = content.decode()
    rows.append([i.filename, i.external_attr >> 16, last])
result = sorted(rows)
`;

/** Name, mode and content of the members as Python sees them, sorted. */
export async function listInPython(
  zip: Uint8Array,
  show: { readonly hash?: boolean; readonly time?: boolean } = {},
): Promise<[string, number, string][]> {
  const how = show.hash ? "hash" : show.time ? "time" : "text";
  await using dir = await withDir();
  const path = `${dir.path}/zip`;
  Deno.writeFileSync(path, zip);
  const rows = await askPython(LIST, { path, how }, ["hashlib", "struct", "zipfile"]);
  return rows as [string, number, string][];
}

const MAKE = `
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    for m in data:
        i = zipfile.ZipInfo(m["name"], m.get("time", (1990, 1, 1, 0, 0, 0)))
        i.create_system = 3
        i.external_attr = m["mode"] << 16
        i.compress_type = zipfile.ZIP_STORED if m.get("stored") else zipfile.ZIP_DEFLATED
        z.writestr(i, m["data"], compress_type=i.compress_type)
result = base64.b64encode(out.getvalue()).decode()
`;

/** Makes a zip. */
export async function zipByPython(members: readonly unknown[]): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.fromBase64(
    await askPython(MAKE, members, ["base64", "io", "zipfile"]) as string,
  );
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
