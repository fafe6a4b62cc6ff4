import { caseVariants } from "../../../../src/python/regex/case_variants.ts";
import { assertEquals } from "../../../testing/assert.ts";

function variantsOf(char: string, isAscii = false): string {
  return caseVariants(char.codePointAt(0) ?? 0, isAscii).map((code) => String.fromCodePoint(code))
    .sort()
    .join("");
}

Deno.test("caseVariants finds all cases of a letter, also those beyond ASCII", () => {
  assertEquals(variantsOf("k"), "Kk\u212a");
  assertEquals(variantsOf("s"), "Ssſ");
  assertEquals(variantsOf("σ"), "Σςσ");
  assertEquals(variantsOf("𐐀"), "𐐀𐐨");
});

Deno.test("caseVariants stays within ASCII when told to", () => {
  assertEquals([variantsOf("k", true), variantsOf("É", true)], ["Kk", "É"]);
});

Deno.test("caseVariants leaves what has no case alone", () => {
  assertEquals([variantsOf("1"), variantsOf("_", true), variantsOf("漢")], ["1", "_", "漢"]);
});
