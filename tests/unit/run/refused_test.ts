import { reasonOf, withPath } from "../../../src/run/refused.ts";
import { assertEquals } from "../../testing/assert.ts";

const FULL = "No space left on device (os error 28)";

Deno.test("withPath names the artifact directory, or what else the system refused", () => {
  const shown = (message: string) => (withPath(new Error(message), "/a/x") as Error).message;
  assertEquals(shown(FULL), 'Cannot write to "/a/x": No space left on device');
  assertEquals(
    shown(`${FULL}: mkdir '/proc/self/fd/24/.run-1'`),
    'Cannot write to "/a/x": No space left on device',
  );
  assertEquals(
    shown(`${FULL}: writefile '/run/ansible-runner/1/launch'`),
    'Cannot write to "/run/ansible-runner/1/launch": No space left on device',
  );
  const ours = new Error("cannot happen");
  assertEquals(withPath(ours, "/a/x"), ours);
});

Deno.test("reasonOf tells a disk that fails from a program that cannot be started", () => {
  assertEquals(reasonOf(new Error(FULL), "p"), {
    reason: "artifacts_failed",
    error: "No space left on device",
  });
  assertEquals(reasonOf(new Error("no terminal"), "p"), {
    reason: "could_not_start",
    program: "p",
    error: "no terminal",
  });
});
