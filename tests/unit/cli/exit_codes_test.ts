/**
 * The command lines of the recorded runs of the original that end, or get past, in the parser:
 * same exit code and, where users know it, the same text.
 */
import { buildOptions } from "../../../src/cli/parse/run_request.ts";
import { parseCommandLine } from "../../../src/cli/parse/command_line.ts";
import { RunnerError } from "../../../src/errors.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

/** `run` when a run would be made, else exit code and, if it is contract, the text. */
function outcome(args: readonly string[]): "run" | number | readonly [number, string] {
  try {
    const parsed = parseCommandLine(args);
    if (parsed.kind !== "command") return 0;
    if (parsed.command !== "run" && parsed.command !== "start") return "run";
    buildOptions(parsed, { env: {}, hasArgsFile: false });
    return "run";
  } catch (error) {
    assert(error instanceof RunnerError, `${error}`);
    return error.verbatim ? [error.exitCode, error.message] : error.exitCode;
  }
}

const NO_FORM = [1, "The -p option must be specified when not using -m or -r"] as const;
const HOSTS = [1, "The --hosts option can only be used with -m or -r"] as const;

const RECORDED: readonly (readonly [string, readonly string[], ReturnType<typeof outcome>])[] = [
  ["no args", [], 0],
  ["command only", ["run"], 2],
  ["bad command", ["bogus", "/private"], 2],
  ["private data dir does not exist", ["run", "/no", "-p", "simple.yml", "-i", "x"], "run"],
  ["missing playbook", ["run", "/private", "-i", "x"], NO_FORM],
  ["start without -p", ["start", "/private"], NO_FORM],
  ["-p and -m", ["run", "/private", "-p", "simple.yml", "-m", "ping", "-i", "x"], 2],
  ["-p and -r", ["run", "/private", "-p", "simple.yml", "-r", "testrole", "-i", "x"], 2],
  ["-m without --hosts", ["run", "/private", "-m", "ping", "-i", "x"], "run"],
  ["--hosts with -p", ["run", "/private", "-p", "simple.yml", "--hosts", "host1"], HOSTS],
  ["-r without --hosts", ["run", "/private", "-r", "testrole", "--role-skip-facts"], "run"],
  ["ident with slash", ["run", "/private", "-p", "simple.yml", "-i", "a/b"], "run"],
  ["ident empty", ["run", "/private", "-p", "simple.yml", "-i", ""], "run"],
  ["ident with space and unicode", ["run", "/private", "-p", "simple.yml", "-i", "a b é"], "run"],
  ["is-alive", ["is-alive", "/private"], "run"],
  ["stop", ["stop", "/private"], "run"],
  ["-b real binary, with -p", ["run", "/private", "-p", "x", "-b", "/bin/true"], "run"],
  ["--forks notanumber", ["run", "/private", "-p", "simple.yml", "--forks", "abc"], "run"],
  ["--rotate-artifacts abc", ["run", "/private", "-p", "x", "--rotate-artifacts", "abc"], 2],
  ["--rotate-artifacts 2", ["run", "/private", "-p", "x", "--rotate-artifacts", "2"], "run"],
];
for (const [title, args, expected] of RECORDED) {
  Deno.test(`the command line "${title}" ends as recorded`, () => {
    assertEquals(outcome(args), expected);
  });
}
