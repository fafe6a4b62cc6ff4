import fc from "fast-check";
import { bodyEnd, whyNoBody } from "../../../../src/events/spool/body_check.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { samples } from "../../../testing/samples.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const check = (text: string): string | undefined => whyNoBody(bytes(text));
const DATA = '"event_data": {}';

Deno.test("whyNoBody takes what the plugin writes", () => {
  for (
    const body of [
      `{"event": "a", ${DATA}}`,
      `{"event": "runner_on_ok", "job_id": 1, "pid": 12, "created": "x", "parent_uuid": "p", ${DATA}}`,
      `{"event": "a", "event_data": {"uuid": "inside", "n": [1.0, -0.5e+10, 1E3, 123456789012345678901234567890]}}`,
      `{"event": "a", "event_data": {"": {"": [[], {}, [{}], true, false, null, "\\u00e9\\"\\\\\\/"]}}}`,
    ]
  ) {
    assertEquals(check(body), undefined, body);
    JSON.parse(body);
  }
});

for (
  const [title, body, problem] of [
    ["text between braces", "{no json}", "does not begin with an event"],
    ["another field first", `{"pid": 1, "event": "a", ${DATA}}`, "does not begin with an event"],
    ["an event that is no text", `{"event": 5, ${DATA}}`, "does not begin with an event"],
    ["an event without name", `{"event": "", ${DATA}}`, "no word"],
    ["an event with a path", `{"event": "../x", ${DATA}}`, "no word"],
    ["an event twice", `{"event": "a", "event": 5, ${DATA}}`, "field event "],
    ["our uuid", `{"event": "a", "uuid": "x", ${DATA}}`, "field uuid "],
    ["our counter", `{"event": "a", ${DATA}, "counter": 1}`, "field counter "],
    ["our stdout", `{"event": "a", "stdout": "", ${DATA}}`, "field stdout "],
    ["our start_line", `{"event": "a", "start_line": 0, ${DATA}}`, "field start_line "],
    ["our end_line", `{"event": "a", "end_line": 0, ${DATA}}`, "field end_line "],
    ["our ident", `{"event": "a", "runner_ident": "x", ${DATA}}`, "field runner_ident "],
    ["our field with an escape", `{"event": "a", "c\\u006funter": 1, ${DATA}}`, "field"],
    ["data that is no object", `{"event": "a", "event_data": null}`, "field event_data "],
    ["data twice", `{"event": "a", ${DATA}, "event_data": []}`, "field event_data "],
    ["no data", `{"event": "a"}`, "no event_data"],
    ["a time that is no text", `{"event": "a", "created": 1, ${DATA}}`, "field created "],
    ["a pid that is no number", `{"event": "a", "pid": {}, ${DATA}}`, "field pid "],
    ["two objects", `{"event": "a", ${DATA}}{}`, "behind its end"],
    ["no end", `{"event": "a", ${DATA}`, "no JSON"],
    ["a comma too many", `{"event": "a", ${DATA},}`, "no JSON"],
    ["a wrong bracket", `{"event": "a", "event_data": {"x": [}]}`, "no JSON"],
    ["an open string", `{"event": "a", "event_data": {"x": "y}}`, "no JSON"],
    ["a bad escape", `{"event": "a", "event_data": {"x": "\\x"}}`, "no JSON"],
    ["half an escape", `{"event": "a", "event_data": {"x": "\\u00g0"}}`, "no JSON"],
    ["a tab in a string", `{"event": "a", "event_data": {"x": "\t"}}`, "no JSON"],
    ["letters beyond ASCII", `{"event": "a", "event_data": {"x": "é"}}`, "no JSON"],
    ["NaN", `{"event": "a", "event_data": {"x": NaN}}`, "no JSON"],
    ["a leading zero", `{"event": "a", "event_data": {"x": 01}}`, "no JSON"],
    ["a bare point", `{"event": "a", "event_data": {"x": 1.}}`, "no JSON"],
    ["a bare sign", `{"event": "a", "event_data": {"x": -}}`, "no JSON"],
    ["a plus", `{"event": "a", "event_data": {"x": +1}}`, "no JSON"],
    ["an exponent without digits", `{"event": "a", "event_data": {"x": 1e}}`, "no JSON"],
    ["an exponent of a sign", `{"event": "a", "event_data": {"x": 1E-}}`, "no JSON"],
    ["half a word", `{"event": "a", "event_data": {"x": tru}}`, "no JSON"],
    ["deep nesting", `{"event": "a", "event_data": {"x": ${"[".repeat(5000)}`, "too deeply"],
  ] as const
) {
  Deno.test(`whyNoBody refuses ${title}`, () => {
    const why = check(body);
    assert(why?.includes(problem), `${why}: ${body.slice(0, 100)}`);
  });
}

Deno.test("whyNoBody takes each character and each escape that the plugin writes, and no other", () => {
  for (let code = 0; code < 0x80; code++) {
    const char = String.fromCharCode(code);
    const isPlain = char >= " " && char <= "~" && char !== '"' && char !== "\\";
    for (
      const [text, isTaken] of [[char, isPlain], [`\\${char}`, '"\\/bfnrt'.includes(char)]] as const
    ) {
      const body = `{"event": "a", "event_data": {"x": "${text}."}}`;
      assertEquals(check(body), isTaken ? undefined : "it is no JSON", body);
    }
  }
  for (
    const [at, char] of [..."/:@G`g"].flatMap((char) => [0, 1, 2, 3].map((n) => [n, char] as const))
  ) {
    const body = `{"event": "a", "event_data": {"x": "\\u${"09aF".slice(0, at)}${char}${
      "09aF".slice(at + 1)
    }"}}`;
    assertEquals(check(body), "it is no JSON", body);
  }
  const deep = `${"[".repeat(900)}${"]".repeat(900)}`;
  assertEquals(check(`{"event": "a", "event_data": {"x": ${deep}}}`), undefined);
});

/** Bodies, and bodies of which a byte was changed. */
function bodies(): fc.Arbitrary<string> {
  const body = fc.json({ maxDepth: 5 }).map((json) =>
    `{"event": "a", "event_data": {"x": ${ascii(json)}}}`
  );
  const change = fc.tuple(body, fc.nat(), fc.constantFrom(...'{}[]",:\\0.-eE+tu \x00'));
  return fc.oneof(
    body,
    change.map(([text, at, char]) =>
      text.slice(0, at % text.length) + char + text.slice(at % text.length + 1)
    ),
  );
}

function ascii(json: string): string {
  return json.replace(
    /[\x7f-\uffff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

Deno.test("whyNoBody lets through JSON alone, and all of it that is ours", () => {
  fc.assert(
    fc.property(bodies(), (body) => {
      let value: unknown;
      try {
        value = JSON.parse(body);
      } catch {
        assert(check(body) !== undefined, `taken: ${body}`);
        return;
      }
      const event = value as Record<string, unknown>;
      const isOurs = typeof event["event"] === "string" && /^\w+$/.test(event["event"]) &&
        body.startsWith('{"event": "') && Object.keys(event).join() === "event,event_data" &&
        typeof event["event_data"] === "object" && event["event_data"] !== null &&
        !/^\{"event": "\w*\\/.test(body);
      if (isOurs) assertEquals(check(body), undefined, body);
    }),
    { numRuns: samples(1000) },
  );
});

Deno.test("bodyEnd finds the end of what whyNoBody lets through, among other bytes", () => {
  const body = '{"event": "a", "event_data": {"x": "}\\n\\u00e9", "y": [1, null, {}]}}';
  for (const behind of ["", "\n", "\n1.2 u {", " ", "}"]) {
    assertEquals(bodyEnd(bytes("1.1 u " + body + behind), 6), 6 + body.length);
  }
  // Cut anywhere it is none, however little is missing.
  for (let end = 0; end < body.length; end++) {
    assertEquals(bodyEnd(bytes(body.slice(0, end)), 0), -1);
    assertEquals(bodyEnd(bytes(body.slice(0, end) + "\n"), 0), -1);
  }
});
