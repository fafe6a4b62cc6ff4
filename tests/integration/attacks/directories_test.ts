/**
 * Directories whose content becomes code, and that others could write to or replace.
 */
import { assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const NOT_ROOT = Deno.uid() === 0 ? undefined : "not root";
const ECHO = ["-b", "/bin/echo", "-i", "a"];

/** What an attacker prepared, and what is said of it. */
const PREPARED: Readonly<
  Record<string, {
    spoil: (scene: Scene) => void;
    says: string;
    args?: (scene: Scene) => string[];
  }>
> = {
  "a parent that everybody may write to": {
    spoil: (scene) => Deno.chmodSync(scene.root, 0o777),
    says: "everybody may replace it in ",
  },
  "a parent of another user": {
    spoil: (scene) => Deno.chownSync(scene.root, 65534, 65534),
    says: "another user (uid 65534) may replace it in ",
  },
  "an env/ that everybody may write to": {
    spoil: (scene) => Deno.chmodSync(`${scene.dir}/env`, 0o777),
    says: 'everybody may write to "env"',
  },
  "a project/ of another user": {
    spoil: (scene) => Deno.chownSync(`${scene.dir}/project`, 65534, 65534),
    says: '"project" belongs to another user (uid 65534)',
  },
  "a data dir of uid 65534 and group 0": {
    spoil: (scene) => Deno.chownSync(scene.dir, 65534, 0),
    says: "it belongs to another user (uid 65534)",
  },
  "a project dir elsewhere that everybody may write to": {
    spoil: (scene) => makeOther(scene, () => Deno.chmodSync(`${scene.root}/other`, 0o777)),
    says: "everybody may write to it",
    args: (scene) => ["--project-dir", `${scene.root}/other`],
  },
  "a base of project copies of another user": {
    spoil: (scene) => makeOther(scene, () => Deno.chownSync(`${scene.root}/other`, 65534, 65534)),
    says: "another user (uid 65534) may replace it in ",
    args: (scene) => ["--directory-isolation-base-path", `${scene.root}/other`],
  },
  "a base of project copies that everybody may write to": {
    spoil: (scene) => makeOther(scene, () => Deno.chmodSync(`${scene.root}/other`, 0o777)),
    says: "everybody may replace it in ",
    args: (scene) => ["--directory-isolation-base-path", `${scene.root}/other`],
  },
};

function makeOther(scene: Scene, spoil: () => void): void {
  Deno.mkdirSync(`${scene.root}/other`);
  spoil();
}

for (const [what, { spoil, says, args }] of Object.entries(PREPARED)) {
  testOrSkip(`root refuses ${what}, unless it is allowed`, NOT_ROOT, async () => {
    await using scene = new Scene();
    spoil(scene);
    const words = ["run", ".", ...ECHO, ...args?.(scene) ?? []];
    const { code, stderr } = await scene.cli(words);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, says);
    const env = { RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR: "1" };
    assertEquals((await scene.cli(words, { env })).code, 0);
  });
}

Deno.test("the variable covers artifacts/ too", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.dir}/artifacts`);
  Deno.chmodSync(scene.dir, 0o777);
  Deno.chmodSync(`${scene.dir}/artifacts`, 0o777);
  const env = { RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR: "1" };
  const { code, stderr } = await scene.cli(["run", ".", ...ECHO], { env });
  assertEquals([code, stderr], [0, ""]);
});
