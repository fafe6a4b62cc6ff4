import { type Item, scan } from "../../../../src/cli/parse/scan.ts";
import { assertEquals } from "../../../testing/assert.ts";

/** Items in short: `--forks=4`, `run`, `! problem`. */
function short(item: Item): string {
  if (item.type === "operand") return item.value;
  if (item.type === "problem") return `! ${item.problem.message}`;
  const words = item.type === "list" ? item.words.join("+") : item.value;
  return `--${item.flag.long ?? item.flag.short}${words === undefined ? "" : `=${words}`}`;
}

for (
  const [args, items] of [
    ["run p --forks 4", ["run", "p", "--forks=4"]],
    ["--forks=4 run", ["--forks=4", "run"]],
    ["--for 4", ["--forks=4"]],
    ["-vvp x", ["--v", "--v", "--playbook=x"]],
    ["-px -m=ping", ["--playbook=x", "--module=ping"]],
    ["--cmdline --check", ["--cmdline=--check"]],
    ["--process-isolation-hide-paths /a /b -q", [
      "--process-isolation-hide-paths=/a+/b",
      "--quiet",
    ]],
    ["run -- -q", ["run", "-q"]],
    ["- run", ["-", "run"]],
    ["--quiet=yes", ['! Option "--quiet" takes no value, got "yes"']],
    ["-p", ['! Option "-p" needs a value']],
    ["-p -q", ['! Option "-p" needs a value, got the option "-q"', "--quiet"]],
    ["--plabook x", ['! Unknown option "--plabook"', "x"]],
  ] as const
) {
  Deno.test(`scan reads ${args}`, () => {
    assertEquals(scan(args.split(" ")).map(short), [...items]);
  });
}
