/**
 * Functions that take three parameters all the same: the list only gets shorter.
 *
 * @module
 */

/** By the path of their module. */
export const THREE_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  // The signature is the language's: a reviver of JSON.parse.
  "src/python/json_read.ts": ["exactNumber"],
  // On the hot path: an object per call would cost.
  "src/events/body_check.ts": ["hasAt"],
  "src/events/pairing.ts": ["#emit"],
  "src/events/spool.ts": ["#refuse"],
  "src/events/tokenizer.ts": ["#marker", "#text"],
  // From before the rule.
  "src/ansible_tools/answer.ts": ["checkChoice"],
  "src/ansible_tools/command.ts": ["startCommand"],
  "src/cli/commands/doctor_checks.ts": ["failed"],
  "src/command/container/argv.ts": ["hasInside", "allPairs"],
  "src/command/environment.ts": ["buildRunEnvironment"],
  "src/command/generated_files.ts": ["intoCopy"],
  "src/command/launch.ts": ["sandboxed", "contained"],
  "src/command/ssh/agent.ts": ["launch"],
  "src/command/ssh/control_masters.ts": ["askToExit"],
  "src/command/ssh/keys.ts": ["addKeys", "keyError"],
  "src/config/resolve.ts": ["resolve"],
  "src/emitters/emitter_queue.ts": ["constructor"],
  "src/emitters/http/http_target.ts": ["problemOf"],
  "src/internal/held_directory.ts": ["constructor"],
  "src/internal/programs.ts": ["findProgram"],
  "src/process/pty.ts": ["constructor"],
  "src/python/regex/atoms.ts": ["rangeText"],
  "src/python/regex/flags.ts": ["checkFlags"],
  "src/python/regex/translate.ts": ["#readPiece", "#wrap", "#readFlagGroup"],
  "src/python/yaml/scalar.ts": ["isDate", "zoneText"],
  "src/run/between_pipes.ts": ["perform"],
  "src/run/one_run.ts": ["constructor", "#status"],
};
