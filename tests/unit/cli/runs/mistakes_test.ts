import { identHint, playbookHint, type PlaybookSearch } from "../../../../src/cli/runs/mistakes.ts";
import { RunnerError } from "../../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";

async function inScratch(work: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "mistakes_" });
  try {
    await Deno.mkdir(`${dir}/demo/project/plays`, { recursive: true });
    await Deno.mkdir(`${dir}/bare`);
    const files = ["demo/project/site.yml", "demo/project/plays/web.yml", "demo/near.yml", "a.yml"];
    for (const file of files) await Deno.writeTextFile(`${dir}/${file}`, "");
    work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const PLAYBOOKS: readonly (readonly [string, Partial<PlaybookSearch>, string | undefined])[] = [
  ["site.yml", {}, undefined],
  ["plays/web.yml", {}, undefined],
  ["/nowhere/x.yml", {}, undefined],
  ["sitr.yml", {}, 'DIR/demo/project: did you mean "site.yml"?'],
  ["nothing-like-it.yml", {}, "DIR/demo/project"],
  ["project/site.yml", {}, "DIR/demo/project: -p site.yml"],
  ["project/plays/web.yml", {}, "DIR/demo/project: -p plays/web.yml"],
  [
    "near.yml",
    {},
    "DIR/demo/project: put it there, or name the whole path, -p DIR/demo/near.yml",
  ],
  ["x.yml", { privateDataDir: "bare" }, "DIR/bare"],
  ["site.yml", { privateDataDir: "bare", projectDir: "DIR/demo/project" }, undefined],
  ["x.yml", { binary: "/bin/true" }, undefined],
  ["ns.collection.play", {}, undefined],
];
for (const [playbook, options, expected] of PLAYBOOKS) {
  Deno.test(`playbookHint of ${playbook} with ${JSON.stringify(options)}`, () =>
    inScratch((dir) => {
      const { privateDataDir = "demo", projectDir } = options;
      const hint = playbookHint({
        ...options,
        playbook,
        privateDataDir: `${dir}/${privateDataDir}`,
        projectDir: projectDir?.replace("DIR", dir),
      });
      const text = expected && `A playbook is looked for in ${expected}`.replaceAll("DIR", dir);
      assertEquals(hint, text);
    }));
}

Deno.test("playbookHint says nothing where an args file says what is run", () =>
  inScratch((dir) => {
    Deno.writeTextFileSync(`${dir}/demo/args`, "x");
    assertEquals(playbookHint({ playbook: "x.yml", privateDataDir: `${dir}/demo` }), undefined);
  }));

Deno.test("identHint tells whoever gave an inventory that -i names the run", () =>
  inScratch((dir) => {
    const hint = `-i names the run; an inventory is --inventory ${dir}/a.yml`;
    const error = assertThrows(() => identHint({ ident: `${dir}/a.yml` }));
    assert(error instanceof RunnerError);
    assertEquals([error.code, error.hint], ["config.ident", hint]);
    assertEquals(
      identHint({ ident: "web1,web2," }),
      "-i names the run; an inventory is --inventory web1,web2,",
    );
    const plain = [{}, { ident: "a" }, { ident: "1,2" }, { ident: "a,", inventory: "b," }];
    assertEquals(plain.map(identHint), [undefined, undefined, undefined, undefined]);
    const odd = assertThrows(() => identHint({ ident: ".." }));
    assertEquals(odd instanceof RunnerError && odd.hint, undefined);
  }));
