/**
 * The flags of the command line: parser, types, help, completions and reference follow from this
 * table.
 *
 * @module
 */
import { ANSIBLES_OWN } from "./ansibles_own.ts";
import { ISOLATION_FLAGS } from "./isolation.ts";
import { ANEW, DIR, JOB, REMOTE } from "./command_sets.ts";
import { inGroup } from "./grouped.ts";
import { OUTPUT_FLAGS } from "./output.ts";
import { REMOTE_FLAGS } from "./remote.ts";
import { PAST_RUN_FLAGS } from "./past_runs.ts";
import { REPORT_FLAGS } from "./report.ts";
import type { CommandName, Flag, FlagValuesOf } from "./flag.ts";

const ALL: readonly CommandName[] = [
  ...DIR,
  "retry",
  "diff",
  "prune",
  ...REMOTE,
  "doctor",
  "completions",
];

const WHAT = inGroup({ group: "What to run", commands: JOB }, [
  {
    key: "playbook",
    long: "playbook",
    short: "p",
    kind: "path",
    value: "PLAYBOOK",
    env: "RUNNER_PLAYBOOK",
    commands: [...JOB, "status"],
    doc: "playbook to run, relative to the project directory; of status: whose runs are listed",
    conflicts: ["module", "role"],
  },
  {
    key: "module",
    long: "module",
    short: "m",
    kind: "text",
    value: "MODULE",
    env: "RUNNER_MODULE",
    doc: "module to run without a playbook",
    conflicts: ["playbook", "role"],
  },
  {
    key: "role",
    long: "role",
    short: "r",
    kind: "text",
    value: "ROLE",
    env: "RUNNER_ROLE",
    doc: "role to run without a playbook",
    conflicts: ["playbook", "module"],
  },
  {
    key: "binary",
    long: "binary",
    short: "b",
    kind: "path",
    value: "PROGRAM",
    env: "RUNNER_BINARY",
    doc: "program to run instead of ansible or ansible-playbook; playbook, module and hosts " +
      "are not appended then",
  },
]);

const RUNNER = inGroup({ group: "Runner", commands: JOB }, [
  {
    key: "ident",
    long: "ident",
    short: "i",
    kind: "text",
    value: "IDENT",
    default: "a random UUID",
    commands: [...DIR, "transmit", "process"],
    doc: "name of the run and of its artifact directory",
  },
  {
    key: "artifactDir",
    long: "artifact-dir",
    kind: "path",
    value: "DIR",
    default: "PRIVATE_DATA_DIR/artifacts",
    commands: [...DIR, "retry", "diff", "prune", "transmit", "process"],
    doc: "root of the artifact directories",
  },
  {
    key: "projectDir",
    long: "project-dir",
    kind: "path",
    value: "DIR",
    default: "PRIVATE_DATA_DIR/project",
    doc: "directory of the playbooks, also the working directory",
  },
  {
    key: "inventory",
    long: "inventory",
    kind: "path",
    value: "INVENTORY",
    default: "PRIVATE_DATA_DIR/inventory",
    doc: "inventory file or directory, or a list of hosts: h1,h2,",
  },
  {
    key: "rotateArtifacts",
    long: "rotate-artifacts",
    kind: "int",
    value: "N",
    default: "0, keep all",
    commands: [...ANEW, "transmit"],
    doc: "keep only the N newest artifact directories",
  },
  {
    key: "suppressEnvFiles",
    long: "omit-env-files",
    kind: "flag",
    origin: "2",
    doc: "accepted; inputs given as options are never written into env/",
  },
  {
    key: "credential",
    long: "credential",
    kind: "text",
    value: "NAME=SOURCE",
    repeatable: true,
    origin: "ours",
    commands: [...ANEW, "transmit"],
    doc: "secret for a prompt, from file:PATH or env:VARIABLE; NAME is ssh, become, vault, " +
      "vault@ID, ssh_key_passphrase or ssh_key_passphrase@FILE; repeatable",
  },
  {
    key: "allowUnsafePrivateDataDir",
    long: "allow-unsafe-private-data-dir",
    kind: "flag",
    origin: "ours",
    commands: [...ANEW, "deliver", ...REMOTE],
    doc: "accept a private data directory that others may write to",
  },
]);

const ANSIBLE = inGroup({ group: "Ansible", commands: JOB }, [
  {
    key: "verbosity",
    short: "v",
    kind: "count",
    commands: [...ANEW, "transmit"],
    doc: "more output from Ansible; up to five: -vvvvv",
  },
  {
    key: "limit",
    long: "limit",
    short: "l",
    kind: "text",
    value: "HOSTS",
    doc: "limit the inventory to these hosts",
  },
  {
    key: "forks",
    long: "forks",
    kind: "text",
    value: "N",
    commands: [...ANEW, "transmit"],
    doc: "number of hosts at a time",
  },
  {
    key: "hosts",
    long: "hosts",
    kind: "text",
    value: "HOSTS",
    commands: [...ANEW, "transmit"],
    doc: "hosts to run on; only with -m or -r; of retry: failed, unreachable or both (the default)",
  },
  ...ANSIBLES_OWN,
  {
    key: "cmdline",
    long: "cmdline",
    kind: "text",
    value: "WORDS",
    anyValue: true,
    doc: "more arguments for Ansible, as one string; replaces env/cmdline",
  },
]);

const ROLE = inGroup({ group: "Role", commands: JOB }, [
  {
    key: "rolesPath",
    long: "roles-path",
    kind: "path",
    value: "DIRS",
    env: "ANSIBLE_ROLES_PATH",
    default: "PRIVATE_DATA_DIR/roles",
    doc: "where roles are searched",
  },
  {
    key: "roleVars",
    long: "role-vars",
    kind: "text",
    value: "VARS",
    doc: "variables of the role: 'k=v k=v', with Python literals as values where they are",
  },
  {
    key: "roleSkipFacts",
    long: "role-skip-facts",
    kind: "flag",
    doc: "gather no facts before the role",
  },
]);

const MODULE = inGroup({ group: "Module", commands: JOB }, [
  {
    key: "moduleArgs",
    long: "args",
    short: "a",
    kind: "text",
    value: "ARGS",
    anyValue: true,
    doc: "arguments of the module, as one string",
  },
]);

const GENERAL = inGroup({ group: "General", commands: ALL }, [
  {
    key: "help",
    long: "help",
    short: "h",
    kind: "flag",
    doc: "this help; after a command, the help of that command",
  },
  {
    key: "version",
    long: "version",
    kind: "flag",
    doc: "version",
  },
]);

const ROWS = [
  ...WHAT,
  ...RUNNER,
  ...OUTPUT_FLAGS,
  ...ANSIBLE,
  ...ROLE,
  ...MODULE,
  ...ISOLATION_FLAGS,
  ...REMOTE_FLAGS,
  ...PAST_RUN_FLAGS,
  ...REPORT_FLAGS,
  ...GENERAL,
] as const;

/** Every flag, in the order of the help. */
export const FLAGS: readonly Flag[] = ROWS;

/** What was typed, by the flag's key; a flag that was not typed has no entry. */
export type FlagValues = FlagValuesOf<typeof ROWS[number]>;

/** Key of a flag in {@linkcode FlagValues}. */
export type FlagKey = keyof FlagValues;
