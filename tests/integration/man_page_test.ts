import { manPage } from "../../scripts/release/man_page_text.ts";
import { COMMANDS } from "../../src/cli/flags/commands.ts";
import { FLAGS } from "../../src/cli/flags/table.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const hasGroff: boolean =
  new Deno.Command("sh", { args: ["-c", "command -v groff"], stdout: "null" })
    .outputSync().success;

testOrSkip(
  "the man page is roff without warnings and has every command and flag",
  hasGroff ? undefined : "no groff",
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".1" });
    await Deno.writeTextFile(path, manPage(ROOT));
    const args = ["-man", "-Tutf8", "-P-c", "-rLL=100n", "-ww", path];
    const { stdout, stderr } = await new Deno.Command("groff", { args }).output();
    await Deno.remove(path);
    const decoder = new TextDecoder();
    assertEquals(decoder.decode(stderr), "");
    // deno-lint-ignore no-control-regex -- bold by overstriking
    const text = decoder.decode(stdout).replace(/.\x08/gu, "").replaceAll("‐", "-");
    assertMatch(text, /^ANSIBLE-RUNNER\(1\) /);
    for (const { name } of COMMANDS) assertMatch(text, new RegExp(`^ {7}${name}\\b`, "m"));
    for (const { long } of FLAGS) {
      if (long !== undefined) assertStringIncludes(text.replaceAll("−", "-"), `--${long}`);
    }
  },
);
