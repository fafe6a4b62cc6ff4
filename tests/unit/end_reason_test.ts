import { describeEnd, type EndReason, hintFor, rcOf, statusOf } from "../../src/end_reason.ts";
import { assertEquals } from "../testing/assert.ts";

const ROWS: readonly (readonly [EndReason, number, string, string | undefined])[] = [
  [{ reason: "exit", code: 0 }, 0, "successful", undefined],
  [{ reason: "exit", code: 4 }, 4, "failed", undefined],
  [{ reason: "signal", signal: 9 }, 137, "failed", "signal 9"],
  [{ reason: "canceled" }, 254, "canceled", "canceled"],
  [{ reason: "canceled", by: "SIGTERM" }, 254, "canceled", "canceled by SIGTERM"],
  [
    { reason: "job_timeout", seconds: 1.5 },
    254,
    "timeout",
    "job_timeout: not finished after 1.5 s",
  ],
  [{ reason: "idle_timeout", seconds: 2 }, 254, "timeout", "idle_timeout: no output for 2 s"],
  [
    { reason: "prompt_not_answered", prompt: 'a "b": ' },
    254,
    "failed",
    String.raw`prompt not answered: "a \"b\": "`,
  ],
  [{ reason: "runner_died" }, 254, "failed", "the runner process died"],
  [
    { reason: "runner_died", error: "the stream was cut" },
    254,
    "failed",
    "the worker did not say how it ended: the stream was cut",
  ],
];
for (const [reason, rc, status, text] of ROWS) {
  Deno.test(`a run that ended by ${JSON.stringify(reason)} is ${status}`, () => {
    assertEquals([rcOf(reason), statusOf(reason), describeEnd(reason)], [rc, status, text]);
  });
}

Deno.test("describeEnd names what is still running", () => {
  const survivors = [{ pid: 7, command: "sudo x " }];
  const text = "still running: 7 (sudo x)";
  assertEquals(describeEnd({ reason: "canceled", survivors }), `canceled; ${text}`);
  assertEquals(describeEnd({ reason: "exit", code: 0, survivors }), `ended; ${text}`);
});

Deno.test("a program that could not be started exits as a shell would", () => {
  const reason: EndReason = { reason: "could_not_start", program: "/x", error: "No such file" };
  assertEquals([rcOf(reason), describeEnd(reason)], [127, "could not start: /x (No such file)"]);
});

Deno.test("hintFor names doctor where a program is not there that it looks at", () => {
  const programs = ["ansible-playbook", "ansible", "podman", "my-ansible", "/opt/ansible"];
  const hints = programs.map((program) => hintFor({ reason: "could_not_start", program }));
  const doctor = "ansible-runner doctor says what this host has and lacks";
  assertEquals(hints, [doctor, doctor, doctor, undefined, undefined]);
});
