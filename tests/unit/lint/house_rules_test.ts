import { THREE_PARAMETERS } from "../../../scripts/lint/exceptions.ts";
import plugin from "../../../scripts/lint/house_rules.ts";
import { assertEquals } from "../../testing/assert.ts";

/** What the rules find in a source, by the names of the rules. */
function found(source: string, path = "src/config/new.ts"): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id }) => id.replace("house/", ""));
}

const SOURCES: readonly (readonly [string, string[]])[] = [
  ["function f(a, b) {}", []],
  ["function f(a, b, options = {}) {}", []],
  ["function f(a, b, { c }: C) {}", []],
  ["function f(a, b, c) {}", ["two-parameters"]],
  ["function f(a, b, c, options) {}", ["two-parameters"]],
  ["export default function (a, b, c) {}", ["two-parameters"]],
  ["class A { constructor(a, b, c) {} #m(a, b, c = 1) {} }", ["two-parameters", "two-parameters"]],
  ["x.replace(y, (a, b, c) => a);", []],
  ["const f = () => 1;", ["no-top-level-arrow"]],
  ["export const f = async () => 1;", ["no-top-level-arrow"]],
  ["function f() { const g = () => 1; }", []],
  ['throw new ConfigError("config.x", "Cannot read it: expected a mapping");', []],
  ['throw new ConfigError("config.x", "Cannot read it.");', ["error-message"]],
  ['throw new ConfigError("config.x", "cannot read it");', ["error-message"]],
  ['throw new UsageError("Failed to read it");', ["error-message"]],
  ["throw new LaunchError(code, `Cannot start ${name}.`);", ["error-message"]],
  ["throw new LaunchError(code, `${name} fails`);", []],
  ['const message = "Something is wrong" + x;', ["error-message"]],
  ['throw new SyntaxError("nested too deeply");', []],
];
for (const [source, rules] of SOURCES) {
  Deno.test(`the house rules find ${rules.join(", ") || "nothing"} in: ${source}`, () => {
    assertEquals(found(source), rules);
    assertEquals(found(source, "tests/unit/any_test.ts"), [], "tests are free");
  });
}

Deno.test("the exceptions of the house rules hold for their files alone", () => {
  const source = "function f(a, b, c) {}";
  for (const [path, names] of Object.entries(THREE_PARAMETERS)) {
    for (const name of names.filter((each) => /^\w+$/.test(each))) {
      const named = source.replace("f(", `${name}(`);
      assertEquals(found(named, path), [], `${path}: ${name}`);
      assertEquals(found(named, `src/other/${path}`), ["two-parameters"], `${path}: ${name}`);
    }
  }
});
