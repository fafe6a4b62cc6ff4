import { ShownAnswers } from "../../../../src/run/prompts/shown_answers.ts";
import { MASK, Redactor } from "../../../../src/internal/redact.ts";
import { assertEquals } from "../../../testing/assert.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const ANSWER = "production";

function marker(key: string): string {
  return `\x1b]8473;${TOKEN};${key}\x07text\x1b]8473;${TOKEN}\x07`;
}

function body(event: string, data: object, key = "1.1") {
  const json = `{"event": "${event}", "event_data": ${JSON.stringify(data)}}`;
  return { key, uuid: "u", json: new TextEncoder().encode(json) };
}

const SHOWN = body("playbook_on_vars_prompt", { varname: "a", private: false });

/** What is asked by which event, and whether the answer may be seen afterwards. */
const ROWS: readonly (readonly [
  title: string,
  of: ReturnType<typeof body>,
  question: string,
  isSeen: boolean,
])[] = [
  ["vars_prompt that shows", SHOWN, "Which site: ", true],
  ["vars_prompt that hides", body("playbook_on_vars_prompt", { private: true }), "Word: ", false],
  ["vars_prompt that does not say", body("playbook_on_vars_prompt", {}), "Word: ", false],
  ["pause", body("playbook_on_task_start", { task_action: "pause" }), "Go on:", true],
  [
    "pause of a host",
    body("runner_on_start", { task_action: "ansible.builtin.pause" }),
    "Go:",
    true,
  ],
  ["pause that displays", body("verbose", { task_action: "pause" }), "Go on:", true],
  [
    "pause without echo",
    body("playbook_on_task_start", { task_action: "pause" }),
    "Go on (output is hidden):",
    false,
  ],
  ["another task", body("playbook_on_task_start", { task_action: "command" }), "Go on:", false],
  ["another event", body("runner_on_ok", { task_action: "pause" }), "Go on:", false],
  [
    "an event before the last one",
    body("playbook_on_vars_prompt", { private: false }, "1.0"),
    "x:",
    false,
  ],
  ["a login, whatever a job says", SHOWN, "SSH password: ", false],
  ["sudo, whatever a job says", SHOWN, "BECOME password: ", false],
];

for (const [title, event, question, isSeen] of ROWS) {
  for (const isEarly of [true, false]) {
    Deno.test(`ShownAnswers: ${title}, its event ${isEarly ? "before" : "after"} the answer`, () => {
      const redactor = new Redactor([ANSWER, "another-secret"]);
      const shown = new ShownAnswers({ token: TOKEN, redactor, always: new Set() });
      if (isEarly) shown.sawBody(event);
      shown.sawText(`${marker("1.0")}${marker("1.1")}${question}`);
      shown.answered(ANSWER, question);
      if (!isEarly) shown.sawBody(event);
      assertEquals(redactor.redact(`${ANSWER}-web1`), `${isSeen ? ANSWER : MASK}-web1`);
      assertEquals(redactor.redact("another-secret"), MASK);
    });
  }
}

Deno.test("ShownAnswers: a credential stays a secret", () => {
  const redactor = new Redactor([ANSWER]);
  const shown = new ShownAnswers({ token: TOKEN, redactor, always: new Set([ANSWER]) });
  shown.sawBody(SHOWN);
  shown.sawText(marker("1.1"));
  shown.answered(ANSWER, "Site: ");
  assertEquals(redactor.redact(ANSWER), MASK);
});

Deno.test("ShownAnswers: a body that is no JSON shows nothing", () => {
  const redactor = new Redactor([ANSWER]);
  const shown = new ShownAnswers({ token: TOKEN, redactor, always: new Set() });
  const json = new TextEncoder().encode('{"event": "playbook_on_vars_prompt", x');
  shown.sawBody({ key: "1.1", uuid: "u", json });
  shown.sawText(marker("1.1"));
  shown.answered(ANSWER, "Site: ");
  assertEquals(redactor.redact(ANSWER), MASK);
});
