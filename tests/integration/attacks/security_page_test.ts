import { assert, assertEquals } from "../../testing/assert.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

Deno.test("every test and file that SECURITY.md names is there", () => {
  const page = Deno.readTextFileSync(`${ROOT}.github/SECURITY.md`);
  for (const [path] of page.matchAll(/\b(src|tests)\/[\w/.-]+\.ts\b/g)) Deno.statSync(ROOT + path);
  const titles = namedTitles(page);
  assert(titles.length > 10);
  const sources = Array.from(testSources(`${ROOT}tests`)).join("\n");
  // Titles of a table of tests are named by their beginning, or as one of them is.
  const beginnings = Array.from(
    sources.matchAll(/`([^`$\n]{15,})\$\{/g),
    ([, text = ""]) => text.trimEnd(),
  );
  const missing = titles.filter((title) =>
    !sources.includes(`"${title.replaceAll('"', '\\"')}`) && !sources.includes(`\`${title}`) &&
    !beginnings.some((text) => title.startsWith(text))
  );
  assertEquals(missing, []);
});

/** The last cells of the tables whose last column is `test`, without the names of files. */
function namedTitles(page: string): string[] {
  const titles: string[] = [];
  let isNaming = false;
  for (const line of page.split("\n")) {
    const last = line.split(" | ").at(-1)?.replace(/ ?\|$/, "").trim() ?? "";
    if (!line.startsWith("|")) isNaming = false;
    else if (line.startsWith("| attacker")) isNaming = last === "test";
    else if (isNaming && !/^\|[-|]+$/.test(line)) {
      titles.push(last.replace(/^tests\/\S+: /, "").replace(/ \(`?tests\/[^)]*\)$/, ""));
    }
  }
  return titles;
}

function* testSources(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) yield* testSources(path);
    else if (entry.name.endsWith("_test.ts")) yield Deno.readTextFileSync(path);
  }
}
