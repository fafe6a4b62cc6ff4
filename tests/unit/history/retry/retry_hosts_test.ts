/**
 * Which hosts a run is run again for, and the limit that says so.
 */
import { chooseHosts, failedHosts, limitTo } from "../../../../src/history/retry/retry_hosts.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

const STATS = {
  skipped: {},
  ok: { a: 1, b: 1, c: 1 },
  dark: { c: 1 },
  failures: { a: 1, b: 0 },
  ignored: { b: 1 },
  rescued: {},
  processed: { a: 1, b: 1, c: 1 },
  changed: {},
};

const FAILURES = [
  { host: "x", task: "t", message: "", unreachable: false, counter: 1 },
  { host: "y", task: "t", message: "", unreachable: true, counter: 2 },
  { host: "x", task: "t", message: "", unreachable: false, counter: 3 },
];

Deno.test("hosts come from the statistics; without them from the failures", () => {
  assertEquals(failedHosts(STATS, FAILURES), { failed: ["a"], unreachable: ["c"] });
  assertEquals(failedHosts(undefined, FAILURES), { failed: ["x"], unreachable: ["y"] });
  const found = failedHosts(STATS, []);
  assertEquals(chooseHosts(found, "both"), ["a", "c"]);
  assertEquals(chooseHosts(found, "failed"), ["a"]);
  assertEquals(chooseHosts(found, "unreachable"), ["c"]);
});

/** Former limit, and the limit for the hosts a and b. */
const LIMITS: readonly (readonly [string | undefined, string])[] = [
  [undefined, "a,b"],
  ["web", "a,b,&web"],
  ["web:!old", "a,b,&web,!old"],
  ["web,!old,&north", "a,b,&web,!old,&north"],
  ["a,b,c", "a,b"],
  ["web,db", "a,b"],
  ["a", "a,b,&a"],
];

for (const [former, expected] of LIMITS) {
  Deno.test(`the limit ${former} holds in the new run as well`, () => {
    assertEquals(limitTo(["a", "b"], former), expected);
  });
}

Deno.test("a name from events that means more than one host is refused", () => {
  for (const name of ["all", "*", "a,b", "!a", "&a", "~.*", "a:b", "@file", "web[0:9]", "", "-x"]) {
    assertThrows(() => limitTo([name], undefined), "its name is a pattern");
  }
  assertEquals(
    limitTo(["web-1.example.com", "fe80::1", "all2"], undefined),
    "web-1.example.com,fe80::1,all2",
  );
});
