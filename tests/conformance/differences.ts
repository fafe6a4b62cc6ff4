/**
 * The list of accepted differences: what the original left as what we are meant to leave.
 *
 * @module
 */
import type { AnsibleStack } from "../testing/original.ts";
import type { Case } from "./cases.ts";
import { NAIVE_TIME, UTC_TIME } from "./blanks.ts";
import { applyGoldenText, goldenName } from "./golden_text.ts";
import { memberOf, textOf } from "./json_tree.ts";
import type { EventFile, Outcome } from "./normalize.ts";
import { jsonLines, plainLines } from "./plain_lines.ts";
import {
  artifactDirectory,
  asDeprecation,
  commandEnvironment,
  gatheredEnvironments,
  rewriteEvents,
  rewriteTexts,
  setMember,
} from "./rewrite.ts";
import { neutralRoot } from "./snapshot.ts";

/** One accepted difference. */
export interface Difference {
  /** Stable name. */
  readonly id: string;
  /** What the original does. */
  readonly original: string;
  /** What we do. */
  readonly ours: string;
  /** Why. */
  readonly reason: string;
  /** What brings the original's behaviour back, if anything does. */
  readonly switchBack?: string;
  /** The first ansible-core with which it shows. @default {any} */
  readonly since?: "2.13" | "2.14" | "2.19";
  /** The first release of the original that does as we do. @default {none} */
  readonly mendedIn?: "2.4";
  /** Picks events of the original that we do not make. */
  readonly leaveOut?: (event: EventFile, context: DifferenceContext) => boolean;
  /** Rewrites the original's outcome, in place, to what ours has to be. */
  readonly expect?: (outcome: Outcome, context: DifferenceContext) => void;
}

/** What a difference may depend on. */
export interface DifferenceContext {
  /** The case. */
  readonly theCase: Case;
  /** The original and its ansible-core. */
  readonly stack: AnsibleStack;
}

/** All accepted differences, in the order in which they are applied. */
export const differences: readonly Difference[] = [
  {
    id: "private-modes",
    original: "leaves artifacts/ and files that are not events readable by everyone",
    ours: "makes all directories 0700, all files 0600 (Ansible makes fact_cache)",
    reason: "results and environment of a run may contain secrets",
    expect: (outcome) => {
      outcome.files = outcome.files.map((line) =>
        line.replace(/^0755 (?=artifacts(?:\/[^/]+)?$)/, "0700 ")
          .replace(/^0644 (?=artifacts\/[^/]+\/[^/]+$)/, "0600 ")
      );
    },
  },
  {
    id: "reason-file",
    original: "does not say why a run ended",
    ours: "adds the file artifacts/<ident>/reason",
    reason: "a timeout, a cancel and a signal can be told apart afterwards",
    expect: (outcome) => {
      const directory = artifactDirectory(outcome);
      if (directory === undefined) return;
      outcome.files = [...outcome.files, `0600 ${directory}/reason`].sort();
      const { rc, status } = outcome.texts;
      outcome.texts["reason"] =
        `{"reason": "exit", "code": ${rc}, "rc": ${rc}, "status": "${status}"}\n`;
    },
  },
  {
    id: "arguments-not-dumped",
    original: "writes --cmdline to env/cmdline, where later runs find it",
    ours: "writes nothing into env/",
    reason: "an argument of one run must not change the next, and may be secret",
    expect: (outcome) => {
      outcome.files = outcome.files.filter((line) => !/ env(?:\/cmdline)?$/.test(line));
    },
  },
  {
    id: "plain-lines",
    original:
      "of several plain lines that arrive with the next event writes the last one only to " +
      "the stdout file and the console; with -j it mixes them into the JSON lines",
    ours: "writes all of them, with -j as verbose events",
    reason: "no output is lost, and every line is JSON; the events are the same",
    expect: (outcome, { theCase }) => {
      if (theCase.plainText === undefined) return;
      const json = theCase.args.includes("-j");
      const lines = json ? jsonLines(outcome.events) : plainLines(outcome.events);
      outcome.texts["stdout"] = lines;
      outcome.consoleOut = lines;
    },
  },
  {
    id: "playbook-hint",
    original: "leaves it to Ansible to say that there is no such playbook",
    ours: "adds a hint on standard error: where it is looked for, and what was perhaps meant",
    reason: "a path that is relative to another directory is the usual mistake",
    switchBack: "-q",
    expect: (outcome, { theCase }) => {
      if (!outcome.texts["stdout"]?.includes("could not be found")) return;
      const project = `${neutralRoot}/${theCase.name}/private/project`;
      outcome.consoleErr += `hint: A playbook is looked for in ${project}\n`;
    },
  },
  {
    id: "plugin-directory",
    original: "has its callback plugin in its Python package",
    ours: "unpacks its own into a directory of the run, which comes first in " +
      "ANSIBLE_CALLBACK_PLUGINS; where an awx_display lies next to the playbook, ours is called " +
      "runner_awx_display",
    reason: "one program without installation, and no other program's plugin",
    expect: (outcome, { theCase }) => {
      const own = `${neutralRoot}/${theCase.name}/private/${
        artifactDirectory(outcome)
      }/.run/callback`;
      for (const environment of [commandEnvironment(outcome), ...gatheredEnvironments(outcome)]) {
        if (environment === undefined) continue;
        const value = textOf(environment, "ANSIBLE_CALLBACK_PLUGINS");
        if (value === undefined) continue;
        const users = value.split(":").slice(0, -1);
        setMember(environment, "ANSIBLE_CALLBACK_PLUGINS", [own, ...users].join(":"));
      }
    },
  },
  {
    id: "run-marker",
    original: "leaves no trace in the environment by which a run's processes are found",
    ours: "sets RUNNER_RUN_ID, and RUNNER_EVENTS_OWNER once Ansible has started",
    reason: "cancel and timeout end processes that left the terminal's session, and an Ansible " +
      "that a task starts makes no events",
    expect: (outcome) => {
      const command = commandEnvironment(outcome);
      if (command !== undefined) setMember(command, "RUNNER_RUN_ID", "<run id>");
      for (const environment of gatheredEnvironments(outcome)) {
        setMember(environment, "RUNNER_RUN_ID", "<run id>");
        setMember(environment, "RUNNER_EVENTS_OWNER", "<pid>");
      }
    },
  },
  {
    id: "event-times",
    original: "writes times of events without zone before 2.4, with `+00:00` from then on",
    ours: "writes them with `+00:00`",
    reason: "operators of today parse just that; programs made for older releases want the other",
    switchBack: "`event_times: naive` or RUNNER_EVENT_TIMES=naive",
    mendedIn: "2.4",
    expect: (outcome) => {
      const withZone = (text: string): string => text.replaceAll(NAIVE_TIME, UTC_TIME);
      rewriteTexts(outcome, withZone);
    },
  },
  {
    id: "facts-full-name",
    original: "removes ansible_env from the facts of setup and gather_facts, but not when the " +
      "task names them ansible.builtin.setup or ansible.builtin.gather_facts",
    ours: "removes it under every name",
    reason:
      "the controller's environment may contain secrets, and the full names are what is taught",
    expect: (outcome) => {
      for (const { body } of outcome.events) {
        const action = textOf(body, "event_data", "task_action") ?? "";
        const facts = memberOf(body, "event_data", "res", "ansible_facts");
        if (!/^ansible\.builtin\.(?:setup|gather_facts)$/.test(action)) continue;
        if (facts?.kind !== "object") continue;
        facts.members = facts.members.filter(([key]) => key !== "ansible_env");
      }
    },
  },
  {
    id: "nan-as-text",
    original: "writes NaN and Infinity into event files, which is not JSON",
    ours: "writes them as strings",
    reason: "every event file can be read by every JSON reader",
    expect: (outcome) => {
      rewriteEvents(
        outcome,
        (leaf) =>
          leaf.kind === "literal" && /^(?:NaN|-?Infinity)$/.test(leaf.text)
            ? { kind: "string", value: leaf.text }
            : leaf,
      );
    },
  },
  {
    id: "redacted-answers",
    original: "writes what was answered to a hidden prompt wherever it is printed",
    ours: "writes ******** instead",
    reason: "an answer from env/passwords does not get into artifacts",
    switchBack: "redact: false in env/settings",
    expect: (outcome, { theCase }) => {
      if (theCase.name !== "prompts") return;
      rewriteTexts(outcome, (text) => text.replaceAll("hunter2", "********"));
    },
  },
  {
    id: "result-format",
    original: "ignores the options of the default callback that are younger than itself " +
      "(callback_result_format, callback_format_pretty)",
    ours: "honours them, because its plugin has all options of the one it extends",
    reason: "the user's setting is what counts",
    switchBack: "ansible.cfg without callback_result_format",
    since: "2.13",
    mendedIn: "2.4",
    expect: (outcome, { theCase, stack }) => {
      if (theCase.name === "result_format") applyGoldenText(outcome, goldenName(theCase, stack));
    },
  },
  {
    id: "worker-output",
    original: "makes an event without text in a worker process of what that shows through the " +
      "main process; ansible-core 2.19 warns of it in the middle of the output",
    ours: "makes the event with the text, in the main process, only",
    reason: "what is shown once is one event, and the warnings are about the tool, not about " +
      "the playbook",
    since: "2.14",
    mendedIn: "2.4",
    leaveOut: ({ body }, { theCase }) => {
      const event = textOf(body, "event") ?? "";
      const text = textOf(body, "stdout") ?? "";
      if (!/^(?:verbose|warning|deprecated)$/.test(event)) return false;
      // An empty line has no text either, but ends on the next line.
      const [start, end] = [memberOf(body, "start_line"), memberOf(body, "end_line")];
      if (text === "") return JSON.stringify(start) === JSON.stringify(end);
      return theCase.name === "pause" &&
        (text.includes("errantly sent data") || /^(?:\x1b\[[\d;]*m)*$/.test(text));
    },
  },
  {
    id: "deprecator",
    original: "stands between a deprecation and its origin, so that ansible-core 2.19 cannot " +
      "tell which collection and version it belongs to",
    ours: "leaves deprecations as they are without a runner",
    reason: "the text is what ansible-playbook prints by itself",
    since: "2.19",
    expect: (outcome, { theCase }) => {
      if (theCase.name !== "warnings") return;
      const [lost, kept] = ["in the future.", "from ansible-core version 2.23."];
      const begin = "{{ }} or {% %}. This feature will be removed ";
      rewriteTexts(outcome, (text) => text.replace(begin + lost, begin + kept));
      const origin = /\/deprecations\/\*\/(?:collection_name|deprecator\/resolved_name)$/;
      rewriteEvents(
        outcome,
        (leaf, path) =>
          origin.test(path) && leaf.kind === "literal" && leaf.text === "null"
            ? { kind: "string", value: "ansible.builtin" }
            : leaf,
      );
    },
  },
  {
    id: "callback-deprecation",
    original: "makes plain verbose events of what the stdout callback says when it is loaded",
    ours: "makes events of the message's own kind (deprecated)",
    reason: "a deprecated callback can be told from other text",
    since: "2.19",
    // From then on that case cannot be compared (originalFails).
    mendedIn: "2.4",
    expect: (outcome, { theCase }) => {
      if (theCase.name !== "stdout_callback_oneline") return;
      outcome.events = outcome.events.map(asDeprecation);
      outcome.consoleOut = outcome.texts["stdout"] = plainLines(outcome.events);
    },
  },
  {
    id: "role-playbook",
    original: "names the playbook that it makes for a role with 32 hex digits",
    ours: "names it .runner-<uuid>.json",
    reason: "one that a killed run left behind is recognised and removed",
    expect: (outcome) =>
      rewriteTexts(
        outcome,
        (text) => text.replaceAll("/project/<hex>", "/project/.runner-<uuid>.json"),
      ),
  },
  {
    id: "roles-path",
    original: "does not set ANSIBLE_ROLES_PATH for -r without --roles-path, against its manual",
    ours: "sets it to <private data dir>/roles",
    reason: "the manual says so",
    expect: (outcome, { theCase }) => {
      const command = commandEnvironment(outcome);
      if (!theCase.args.includes("-r") || command === undefined) return;
      const path = `${neutralRoot}/${theCase.name}/private/roles`;
      setMember(command, "ANSIBLE_ROLES_PATH", path);
    },
  },
];
