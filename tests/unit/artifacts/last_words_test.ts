import {
  readLastWords,
  settleDeadRun,
  writeLastWords,
  writeUntoldEnd,
} from "../../../src/artifacts/last_words.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("the last words are reason, rc, status in this order, whoever writes them", () => {
  const written: [string, string][] = [];
  const ending = writeLastWords(
    { reason: "job_timeout", seconds: 2 },
    (name, text) => void written.push([name, text]),
  );
  assertEquals(ending, { rc: 254, status: "timeout" });
  assertEquals(written, [
    ["reason", '{"reason": "job_timeout", "seconds": 2, "rc": 254, "status": "timeout"}\n'],
    ["rc", "254"],
    ["status", "timeout"],
  ]);
});

Deno.test("an end that a worker did not tell is the word error, without an exit code", () => {
  const written: [string, string][] = [];
  writeUntoldEnd("no end", (name, text) => void written.push([name, text]));
  assertEquals(written, [
    ["reason", '{"reason": "runner_died", "error": "no end", "status": "error"}\n'],
    ["status", "error"],
  ]);
});

Deno.test("a dead run is settled once; what it had said itself stays", () => {
  const dir = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${dir}/rc.12-1.new`, "half");
    Deno.writeTextFileSync(`${dir}/pid`, "12");
    settleDeadRun(dir, { reason: "runner_died" });
    const names = Array.from(Deno.readDirSync(dir), ({ name }) => name).sort();
    assertEquals(names, ["rc", "reason", "status"]);
    assertEquals(Deno.readTextFileSync(`${dir}/status`), "failed");
    settleDeadRun(dir, { reason: "canceled", by: "stop" });
    assertEquals(Deno.readTextFileSync(`${dir}/status`), "failed");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

for (
  const text of [
    "null",
    "5",
    "{}",
    '{"reason": 5}',
    '{"reason": "exit", "code": {"toString": 1}}',
    '{"reason": "canceled", "survivors": 5}',
    '{"reason": "canceled", "undelivered": [null]}',
    '{"reason": "runner_died", "error": {"toString": 1}}',
    '{"reason": "could_not_start", "program": {"toString": 1}}',
  ]
) {
  Deno.test(`a reason that cannot be told is none: ${text}`, () => {
    const dir = Deno.makeTempDirSync();
    try {
      Deno.writeTextFileSync(`${dir}/reason`, text);
      Deno.writeTextFileSync(`${dir}/status`, "failed");
      assertEquals(readLastWords(dir), { status: "failed", rc: undefined, reason: undefined });
    } finally {
      Deno.removeSync(dir, { recursive: true });
    }
  });
}
