/**
 * The options of Ansible itself that are flags of ours, and what to say of those that are not.
 *
 * @module
 */
import type { FlagRow } from "./grouped.ts";

/** Options of Ansible that are handed to it. */
export const ANSIBLES_OWN = [
  {
    key: "tags",
    long: "tags",
    kind: "text",
    value: "TAGS",
    repeatable: true,
    origin: "ours",
    doc: "only tasks with these tags; repeatable",
  },
  {
    key: "skipTags",
    long: "skip-tags",
    kind: "text",
    value: "TAGS",
    repeatable: true,
    origin: "ours",
    doc: "no tasks with these tags; repeatable",
  },
  {
    key: "extravarsWords",
    long: "extra-vars",
    short: "e",
    kind: "text",
    value: "VARS",
    repeatable: true,
    origin: "ours",
    commands: ["run", "start", "retry"],
    doc: "extra vars, 'k=v k=v', JSON, YAML or @FILE; they win over all others; repeatable",
  },
  {
    key: "check",
    long: "check",
    short: "C",
    kind: "flag",
    origin: "ours",
    doc: "change nothing, say what would be changed",
  },
  {
    key: "diff",
    long: "diff",
    kind: "flag",
    origin: "ours",
    doc: "show the differences in changed files",
  },
  {
    key: "startAtTask",
    long: "start-at-task",
    kind: "text",
    value: "TASK",
    origin: "ours",
    doc: "start at the task of this name",
  },
  {
    key: "become",
    long: "become",
    kind: "flag",
    origin: "ours",
    doc: "become another user (root) on the hosts",
  },
  {
    key: "user",
    long: "user",
    kind: "text",
    value: "USER",
    origin: "ours",
    doc: "log in to the hosts as this user",
  },
] as const satisfies readonly FlagRow[];

/** Options of ansible and ansible-playbook that are no flags of ours, with a value or without. */
const OTHERS: Readonly<Record<string, "" | "VALUE">> = {
  "--ask-become-pass": "",
  "--ask-pass": "",
  "--ask-vault-pass": "",
  "--ask-vault-password": "",
  "--background": "VALUE",
  "--become-method": "VALUE",
  "--become-pass-file": "VALUE",
  "--become-password-file": "VALUE",
  "--become-user": "VALUE",
  "--conn-pass-file": "VALUE",
  "--connection": "VALUE",
  "--connection-password-file": "VALUE",
  "--flush-cache": "",
  "--force-handlers": "",
  "--inventory-file": "VALUE",
  "--key-file": "VALUE",
  "--list-hosts": "",
  "--list-tags": "",
  "--list-tasks": "",
  "--module-path": "VALUE",
  "--one-line": "",
  "--playbook-dir": "VALUE",
  "--poll": "VALUE",
  "--private-key": "VALUE",
  "--scp-extra-args": "VALUE",
  "--sftp-extra-args": "VALUE",
  "--ssh-common-args": "VALUE",
  "--ssh-extra-args": "VALUE",
  "--step": "",
  "--syntax-check": "",
  "--task-timeout": "VALUE",
  "--timeout": "VALUE",
  "--tree": "VALUE",
  "--vault-id": "VALUE",
  "--vault-pass-file": "VALUE",
  "--vault-password-file": "VALUE",
  "-B": "VALUE",
  "-K": "",
  "-M": "VALUE",
  "-P": "VALUE",
  "-T": "VALUE",
  "-c": "VALUE",
  "-k": "",
  "-o": "",
};

/** Options of Ansible that are flags of ours under another name. */
const RENAMED: Readonly<Record<string, string>> = {
  "-D": "--diff",
  "-n": "--hosts",
  "-t": "--tags",
  "-u": "--user",
  "--module-name": "--module",
  "--verbose": "-v",
};

/**
 * Says how an option of Ansible is written here.
 *
 * @param option as typed, less its value: `--name`, or one letter
 * @returns a hint, or undefined when Ansible has no such option
 */
export function hintForAnsibleOption(option: string): string | undefined {
  const ours = RENAMED[option];
  if (ours !== undefined) return `Did you mean ${ours}?`;
  const value = OTHERS[option];
  if (value === undefined) return undefined;
  return `It is Ansible's: say --cmdline "${`${option} ${value}`.trimEnd()}"`;
}
