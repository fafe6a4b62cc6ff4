/**
 * Turns answers to questions that show what is typed into values that are no secrets any more.
 *
 * Every value of env/passwords is a secret from the start. `vars_prompt` with `private: false` and
 * `pause` with echo show what is typed to everybody: a host pattern or a release, mostly, which would
 * be missing from host names otherwise. The question belongs to the event whose marker came last
 * before it; the event itself may be read before or after the answer is typed.
 *
 * @module
 */
import type { EventBody } from "../../events/spool/spool.ts";
import { lastKey } from "../../events/tokenizer.ts";
import type { Redactor } from "../../internal/redact.ts";
import { credentialFor } from "../../config/prompts.ts";

/** What is seen of a run's questions and answers. */
export interface ShownAnswersOptions {
  /** The run's random token. */
  readonly token: string;
  /** Masks its secrets. */
  readonly redactor: Redactor;
  /** Secrets whatever they answer, such as credentials. */
  readonly always: ReadonlySet<string>;
}

/** What `pause` says behind its question when it does not show what is typed. */
const HIDDEN = "(output is hidden)";

const VARS_PROMPT = '{"event": "playbook_on_vars_prompt"';
/** Events of a task that comes to its question; from core 2.13 on that is displayed, as `verbose`. */
const TASK_EVENTS = ["playbook_on_task_start", "runner_on_start", "verbose"]
  .map((event) => `{"event": "${event}"`);

/** Questions or answers that wait for their other half: one at a time is asked. */
const MAX_WAITING = 100;

/** Answers of one run to questions that show them. */
export class ShownAnswers {
  readonly #options: ShownAnswersOptions;
  #key: string | undefined;
  /** Keys of events whose questions show what is typed. */
  readonly #shows = new Set<string>();
  /** Answers by the key of the event before their question. */
  readonly #answers: { readonly key: string; readonly answer: string }[] = [];

  /**
   * Begins with every answer a secret.
   *
   * @param options what is known of the run
   */
  constructor(options: ShownAnswersOptions) {
    this.#options = options;
  }

  /** Takes terminal text with its markers, before the questions in it are answered. */
  sawText(text: string): void {
    this.#key = lastKey(text, this.#options.token) ?? this.#key;
  }

  /**
   * Takes an answer.
   *
   * @param answer what is typed, less the return key
   * @param question the line that is answered
   */
  answered(answer: string, question: string): void {
    const key = this.#key;
    const isHidden = question.includes(HIDDEN) || credentialFor(question) !== undefined ||
      this.#options.always.has(answer);
    if (key === undefined || isHidden || this.#answers.length >= MAX_WAITING) return;
    this.#answers.push({ key, answer });
    this.#match();
  }

  /** Takes the body of an event. */
  sawBody(body: EventBody): void {
    if (!showsAnswers(body)) return;
    if (this.#shows.size >= MAX_WAITING) this.#shows.clear();
    this.#shows.add(body.key);
    this.#match();
  }

  #match(): void {
    for (let at = this.#answers.length - 1; at >= 0; at--) {
      const { key = "", answer = "" } = this.#answers[at] ?? {};
      if (!this.#shows.has(key)) continue;
      this.#answers.splice(at, 1);
      this.#options.redactor.reveal(answer);
    }
  }
}

/** Whether the question that follows an event shows what is typed. */
function showsAnswers({ json }: EventBody): boolean {
  const head = new TextDecoder().decode(json.subarray(0, VARS_PROMPT.length));
  const isPrompt = head === VARS_PROMPT;
  if (!isPrompt && !TASK_EVENTS.some((start) => head.startsWith(start))) return false;
  try {
    const { event_data: data } = JSON.parse(new TextDecoder().decode(json));
    return isPrompt ? data.private === false : /^(.*\.)?pause$/.test(data.task_action);
  } catch {
    return false;
  }
}
