import { CommandLineError, parseCommandLine } from "../../../../src/cli/parse/command_line.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../testing/assert.ts";

function usageError(...args: string[]): CommandLineError {
  const error = assertThrows(() => parseCommandLine(args));
  assert(error instanceof CommandLineError, `expected a CommandLineError, got ${error}`);
  assertEquals(error.exitCode, 2);
  return error;
}

const ERRORS: readonly (readonly [string[], string, string?])[] = [
  [["run"], 'Command "run" needs a private data directory'],
  [["run", ""], 'Command "run" needs a private data directory'],
  [["bogus", "/private"], 'Unknown command "bogus"', "Expected one of run, start"],
  [["rnu", "demo"], 'Unknown command "rnu"', 'Did you mean "run"?'],
  [["isalive", "demo"], 'Unknown command "isalive"', 'Did you mean "is-alive"?'],
  [["-q"], "Missing command: expected one of run"],
  [["run", "d", "-p", "x", "-m", "y"], "-m/--module is not allowed with -p/--playbook"],
  [["run", "d", "-r", "y", "-p", "x"], "-r/--role is not allowed with -p/--playbook"],
  [["run", "d", "-r", "y", "-m", "x"], "-r/--role is not allowed with -m/--module"],
  [["run", "d", "--rotate-artifacts", "abc"], 'needs a whole number, got "abc"'],
  [["run", "d", "--rotate-artifacts", "1.5"], 'needs a whole number, got "1.5"'],
  [["run", "d", "--resource-profiling-cpu-poll-interval", "0"], 'needs a number above 0, got "0"'],
  [["run", "d", "--resource-profiling-cpu-poll-interval", ""], 'needs a number above 0, got ""'],
  [["run", "d", "--color", "blue"], 'needs auto or always or never, got "blue"'],
  [["run", "d", "-p"], 'Option "-p" needs a value'],
  [["run", "d", "--cmdline"], 'Option "--cmdline" needs a value'],
  [["run", "d", "-p", "-q"], 'Option "-p" needs a value, got the option "-q"', "--playbook=-q"],
  [["run", "d", "-p", "-vvv"], 'got the option "-vvv"'],
  [["run", "d", "--limit", "--json"], 'got the option "--json"'],
  [["-p", "--ident=x", "run", "d"], 'got the option "--ident=x"'],
  [["run", "d", "--quiet=yes"], 'Option "--quiet" takes no value, got "yes"'],
  [["run", "d", "-q=yes"], 'Option "-q" takes no value, got "yes"'],
  [["run", "d", "--quite"], 'Unknown option "--quite"', "-q/--quiet"],
  [["run", "d", "--inventry", "x"], 'Unknown option "--inventry"', "--inventory"],
  [["run", "d", "--zzzzzz"], 'Unknown option "--zzzzzz"'],
  [["run", "d", "-vz"], 'Unknown option "-vz"'],
  [["run", "d", "--flush-cache"], "Unknown option", 'say --cmdline "--flush-cache"'],
  [["run", "d", "--vault-id=x@y"], 'option "--vault-id"', 'say --cmdline "--vault-id VALUE"'],
  [["run", "d", "-vK"], 'Unknown option "-vK"', 'say --cmdline "-K"'],
  [["run", "d", "-t", "x"], 'Unknown option "-t"', "Did you mean --tags?"],
  [["run", "d", "--verbose"], 'Unknown option "--verbose"', "Did you mean -v?"],
  [["run", "d", "-e"], 'Option "-e" needs a value'],
  [["stop", "d", "-l", "-C"], 'needs a value, got the option "-C"'],
  [["worker", "d"], 'Unexpected argument "d"'],
  [["worker", "cleanup", "more"], 'Unexpected argument "more"'],
  [["run", "d", "cleanup"], 'Unexpected argument "cleanup"'],
  [["transmit", "d", "-p", "x", "--process-isolation"], 'does not apply to "transmit"'],
  [["run", "d", "-pfoo", "extra"], 'Unexpected argument "extra"'],
  [["doctor", "extra"], 'Unexpected argument "extra"'],
  [["run", "d", "--follow"], 'Option -f/--follow does not apply to "run"'],
  [["status", "d", "-r", "x"], 'Option -r/--role does not apply to "status"'],
  [["completions"], 'Command "completions" needs a shell'],
  [["completions", "tcsh"], 'Unknown shell "tcsh": expected bash, zsh or fish'],
  [
    ["run", "--process-isolation-hide-paths", "demo", "-p", "x"],
    "needs a private data directory",
    "Put it right after",
  ],
];
for (const [args, message, hint] of ERRORS) {
  Deno.test(`parseCommandLine refuses ${args.join(" ")}`, () => {
    const error = usageError(...args);
    assertStringIncludes(error.message, message);
    if (hint !== undefined) assertStringIncludes(error.hint ?? "", hint);
    assert(!error.message.includes("\n") && !error.message.endsWith("."), error.message);
  });
}

Deno.test("parseCommandLine lists the candidates of an ambiguous prefix", () => {
  const { message } = usageError("run", "demo", "--role", "x", "--ro", "x");
  assertEquals(
    message,
    'Option "--ro" is ambiguous: it may be --role, --rotate-artifacts, --roles-path, --role-vars, ' +
      "--role-skip-facts",
  );
});

Deno.test("parseCommandLine has no hint where nothing is near", () => {
  for (const option of ["--zzzzzz", "--x", "-z", "--constructor"]) {
    assertEquals(usageError("run", "demo", option).hint, undefined, option);
  }
});

Deno.test("parseCommandLine refuses to guess which list holds the directory", () => {
  const error = usageError(
    ..."run --process-isolation-hide-paths a b --process-isolation-ro-paths c d".split(" "),
  );
  assertStringIncludes(error.message, "needs a private data directory");
});

Deno.test("parseCommandLine tells the command of an error when it is known", () => {
  assertEquals(usageError("stop", "demo", "--quite").command, "stop");
  assertEquals(usageError("bogus", "demo").command, undefined);
});
