import { SpoolFile } from "../../../../src/events/spool/spool_file.ts";
import { assertEquals } from "../../../testing/assert.ts";

function withFile(use: (file: SpoolFile, path: string) => void): void {
  const dir = Deno.makeTempDirSync();
  try {
    using file = SpoolFile.create(`${dir}/spool`, "header\n");
    use(file, `${dir}/spool`);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const append = (path: string, more: string): void =>
  Deno.writeTextFileSync(path, more, { append: true });

Deno.test("SpoolFile reads on behind its header, whatever was read again or wiped meanwhile", () => {
  withFile((file, path) => {
    append(path, "one two ");
    assertEquals(text(file.readNext(Infinity)), "one two ");
    assertEquals(text(file.readAt(7, 3)), "one");
    file.wipe(7, 3);
    append(path, "three");
    assertEquals(text(file.readNext(Infinity)), "three");
    assertEquals(Deno.readTextFileSync(path), "header\n    two three");
    assertEquals([file.position, file.size()], [20, 20]);
  });
});

Deno.test("SpoolFile stays with the file that it made", () => {
  withFile((file, path) => {
    append(path, "ours");
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "header\nanother");
    assertEquals(text(file.readNext(Infinity)), "ours");
    assertEquals(text(file.readAt(7, 100)), "ours", "no more than there is");
  });
});
