import { readFacts, writeFacts } from "../../../src/artifacts/fact_cache.ts";
import type { JsonObject } from "../../../src/config/options.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";

/** What ansible-core 2.19 and 2.21 write. */
const WRAPPED = JSON.stringify({
  __payload__: JSON.stringify({
    n: {
      value: 1,
      tags: [{ path: "/x.yml", __ansible_type: "Origin" }],
      __ansible_type: "_AnsibleTaggedInt",
    },
    list: {
      value: [{ value: "a", tags: [], __ansible_type: "_AnsibleTaggedStr" }],
      tags: [],
      __ansible_type: "_AnsibleTaggedList",
    },
    at: {
      value: {
        iso8601: "2020-01-01T00:00:00",
        fold: 0,
        __ansible_type: "AnsibleSerializableDateTime",
      },
      tags: [],
      __ansible_type: "_AnsibleTaggedDateTime",
    },
    secret: { ciphertext: "$ANSIBLE_VAULT;1.1;AES256\n61\n", __ansible_type: "EncryptedString" },
    plain: { value: "a fact of that name" },
  }),
});

const UNWRAPPED = {
  n: 1,
  list: ["a"],
  at: "2020-01-01T00:00:00",
  secret: { __ansible_vault: "$ANSIBLE_VAULT;1.1;AES256\n61\n" },
  plain: { value: "a fact of that name" },
};

async function inCache(
  check: (cache: { readonly dir: string; readonly config: RunConfig }) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const artifactDir = await Deno.makeTempDir();
  const dir = `${artifactDir}/fact_cache`;
  await Deno.mkdir(dir);
  try {
    await check({ dir, config: { artifactDir, settings: {}, env } as unknown as RunConfig });
  } finally {
    await Deno.remove(artifactDir, { recursive: true });
  }
}

/** Each row: files (later ones are newer), and the facts of host `web`. */
const READ: readonly (readonly [string, [string, string][], JsonObject])[] = [
  ["no file", [], {}],
  ["a plain file", [["web", '{"a": 1}']], { a: 1 }],
  ["a wrapped file", [["s1_web", WRAPPED]], UNWRAPPED],
  ["a newer wrapped file", [["web", '{"a": 1}'], ["s1_web", WRAPPED]], UNWRAPPED],
  ["a newer plain file", [["s1_web", WRAPPED], ["web", '{"a": 1}']], { a: 1 }],
  ["the plain file of a host s1_web", [["s1_web", '{"a": 1}']], {}],
];

for (const [title, files, facts] of READ) {
  Deno.test(`facts are read from ${title}`, () =>
    inCache(async ({ dir, config }) => {
      for (const [at, [name, text]] of files.entries()) {
        await Deno.writeTextFile(`${dir}/${name}`, text);
        await Deno.utime(`${dir}/${name}`, 1000 + at, 1000 + at);
      }
      assertEquals(readFacts(config, "web"), facts);
    }));
}

Deno.test("facts of the host s1_web are not those of the host web", () =>
  inCache(async ({ dir, config }) => {
    await Deno.writeTextFile(`${dir}/s1_web`, WRAPPED);
    assertEquals(readFacts(config, "s1_web"), {});
  }));

Deno.test("facts are written in the form of every version, behind the user's prefix", () =>
  inCache(async ({ dir, config }) => {
    writeFacts(config, { host: "web", facts: { a: "x" } });
    assertEquals(await Deno.readTextFile(`${dir}/p_web`), '{"a":"x"}');
    assertEquals(await Deno.readTextFile(`${dir}/p_s1_web`), '{"__payload__":"{\\"a\\":\\"x\\"}"}');
    assertEquals(readFacts(config, "web"), { a: "x" });
  }, { ANSIBLE_CACHE_PLUGIN_PREFIX: "p_" }));

Deno.test("a cache file that is no JSON, outside or inside, is named", () =>
  inCache(async ({ dir, config }) => {
    for (
      const text of ["{", '{"__payload__": "{"}', '{"__payload__": "' + "[".repeat(1e5) + '"}']
    ) {
      await Deno.writeTextFile(`${dir}/s1_web`, text);
      assertThrows(
        () => readFacts(config, "web"),
        `Cannot read "${dir}/s1_web": expected JSON`,
      );
    }
  }));
