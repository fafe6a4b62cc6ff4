import { assert, assertEquals } from "../testing/assert.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const page = Deno.readTextFileSync(`${ROOT}.github/API.md`);

/** Names of the members of an interface. */
function membersOf(path: string, name: string): string[] {
  const text = Deno.readTextFileSync(`${ROOT}${path}`);
  const body = text.slice(text.indexOf(`export interface ${name} `));
  const end = body.indexOf("\n}\n");
  return Array.from(
    body.slice(0, end).matchAll(/^ {2}readonly (\w+)\??:/gm),
    ([, member]) => member ?? "",
  );
}

Deno.test("every option of a run is on the API page", () => {
  const options = [
    ...membersOf("src/config/options.ts", "InputOptions"),
    ...membersOf("src/config/settings/declarations.ts", "SettingOptions"),
    ...membersOf("src/run/run_options.ts", "CallOptions"),
  ];
  assert(options.length > 60);
  assertEquals(options.filter((name) => !page.includes(`\`${name}\``)), []);
});

Deno.test("every function and class of the public API is on the API page", async () => {
  const api = await import("../../mod.ts");
  const names = Object.keys(api).filter((name) => !/Async$|Error$/.test(name));
  assertEquals(names.filter((name) => !page.includes(name)), []);
  // Jobs on other machines have one form only, as transmit, work and process.
  const withAsync = Object.keys(api).filter((name) =>
    /^(get|run)[A-Z].*(?<!Async)$/.test(name) && name !== "runOnNodes"
  );
  assertEquals(withAsync.filter((name) => !(`${name}Async` in api)), []);
});

Deno.test("every property of a Runner is on the API page", async () => {
  const { Runner } = await import("../../mod.ts");
  const names = Object.getOwnPropertyNames(Runner.prototype)
    .filter((name) => name !== "constructor");
  assertEquals(names.filter((name) => !page.includes(name)), []);
});

Deno.test("the permissions on the API page are those that are tested", () => {
  const test = Deno.readTextFileSync(`${ROOT}tests/integration/permissions_test.ts`);
  const row = /--allow-read=PDD,\/usr\/bin .*(?=`)/.exec(page)?.[0] ?? "";
  const flags = row.split("`")[0]?.split(" ") ?? [];
  assertEquals(flags.length, 5);
  for (const flag of flags) {
    assert(test.includes(flag.replace("PDD", "${data.dir}")), `${flag} is not tested`);
  }
});

Deno.test("every code of an error is on the API page", () => {
  const source = Deno.readTextFileSync(`${ROOT}src/errors.ts`);
  const [union = ""] = source.slice(source.indexOf("export type ErrorCode")).split(";\n");
  const codes = Array.from(union.matchAll(/\| "([a-z_.]+)"/g), ([, code]) => code ?? "");
  assert(codes.length > 60);
  assertEquals(codes.filter((code) => !page.includes(`\`${code}\``)), []);
});
