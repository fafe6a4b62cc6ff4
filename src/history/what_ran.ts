/**
 * What a run ran, by its command: a playbook, a module, a role, a program.
 *
 * @module
 */
import { baseName } from "../internal/paths.ts";

/** What a run ran; one of these, or none when nothing is known. */
export interface WhatRan {
  /** Playbook, as it was given to Ansible. */
  readonly playbook?: string;
  /** Module. */
  readonly module?: string;
  /** Program, when it was no playbook and no module. */
  readonly program?: string;
}

/** Options of Ansible without value: the last word after them may still be the playbook. */
const PLAYBOOK = /^ansible-playbook$/;

/** Finds what an argv runs, within whatever it is wrapped in. */
export function whatRan(argv: readonly string[]): WhatRan {
  const at = argv.findIndex((word) => /^ansible(-playbook)?$/.test(baseName(word)));
  if (at === -1) return argv[0] === undefined ? {} : { program: baseName(argv[0]) };
  const words = argv.slice(at + 1);
  if (PLAYBOOK.test(baseName(argv[at] ?? ""))) {
    // Contract: the playbook comes last.
    const last = words.at(-1);
    return last === undefined || last.startsWith("-")
      ? { program: "ansible-playbook" }
      : { playbook: last };
  }
  const module = words[words.indexOf("-m") + 1];
  return words.includes("-m") && module !== undefined ? { module } : { program: "ansible" };
}

/** Names it for people. */
export function whatText({ playbook, module, program }: WhatRan): string {
  return playbook ?? (module === undefined ? program ?? "" : `-m ${module}`);
}
