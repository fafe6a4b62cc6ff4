import { programVersion } from "../../testing/program_version.ts";
import { assertEquals } from "../../testing/assert.ts";

/** Directory of a program that counts how often it is started. */
class Place implements Disposable {
  readonly #dir = Deno.makeTempDirSync();
  readonly #program = `${this.#dir}/program`;

  write(text: string): void {
    const script = `#!/bin/sh\necho x >> ${this.#dir}/starts\n${text}\n`;
    Deno.writeTextFileSync(this.#program, script, { mode: 0o755 });
  }

  async version(): Promise<[version: string | undefined, starts: number]> {
    const options = { cache: `${this.#dir}/cache`, env: { PATH: "/usr/bin:/bin" } };
    const version = await programVersion(this.#program, options);
    return [version, Deno.readTextFileSync(`${this.#dir}/starts`).length / 2];
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

Deno.test("a program is asked for its version once, and again when it changed", async () => {
  using place = new Place();
  place.write("echo program 1.2.3");
  assertEquals(await place.version(), ["1.2.3", 1]);
  assertEquals(await place.version(), ["1.2.3", 1]);
  place.write("echo program 1.2.30");
  assertEquals(await place.version(), ["1.2.30", 2]);
  assertEquals(await place.version(), ["1.2.30", 2]);
});

Deno.test("a program that fails or says no version is asked each time", async () => {
  using place = new Place();
  place.write("echo 1.2.3; exit 1");
  assertEquals(await place.version(), [undefined, 1]);
  assertEquals(await place.version(), [undefined, 2]);
  place.write("echo none");
  assertEquals(await place.version(), [undefined, 3]);
  assertEquals(await place.version(), [undefined, 4]);
});
