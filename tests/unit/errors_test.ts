import {
  CallbackError,
  ConfigError,
  messageOf,
  RunnerError,
  UsageError,
} from "../../src/errors.ts";
import { assert, assertEquals } from "../testing/assert.ts";

Deno.test("errors carry a name, a code, a hint and an exit code", () => {
  const error = new ConfigError("config.words", "Cannot do it", { hint: "Do that" });
  assert(error instanceof RunnerError);
  assertEquals(
    [error.name, error.code, error.hint, error.exitCode, error.verbatim],
    ["ConfigError", "config.words", "Do that", 1, false],
  );
  assertEquals([new UsageError("Wrong").exitCode, new UsageError("Wrong").code], [2, "usage"]);
});

Deno.test("CallbackError keeps what the handler threw", () => {
  const cause = new TypeError("no");
  const error = new CallbackError("Event", cause);
  assertEquals([error.message, error.cause], ["Exception in Event Callback: no", cause]);
  assertEquals(new CallbackError("Event", 7).message, "Exception in Event Callback: 7");
});

Deno.test("messageOf takes errors and anything else", () => {
  assertEquals([messageOf(new Error("a")), messageOf("b"), messageOf(null)], ["a", "b", "null"]);
});
