/**
 * The playbook of a run, by its playbook or role option: its path and, when it is inline, its text.
 *
 * @module
 */
import { generatedFileName } from "../remains.ts";
import type { TakenInputs } from "./options.ts";
import type { Material } from "./run_config.ts";

/** Where generated playbooks go. */
export interface PlaybookPlaces {
  /** Directory of playbooks: Ansible resolves roles and vars relative to the playbook. */
  readonly projectDir: string;
  /** Makes a random UUID. */
  readonly newId: () => string;
}

/** A playbook to run. */
export interface ResolvedPlaybook {
  /** What Ansible gets: as given, or the absolute path of the generated file. */
  readonly path: string;
  /** The generated file. */
  readonly material: Material | undefined;
}

/**
 * Resolves the playbook.
 *
 * @param options the caller's options; a role wins over a playbook
 */
export function playbookMaterial(options: TakenInputs, places: PlaybookPlaces): ResolvedPlaybook {
  const plays = options.role === undefined
    ? inlinePlays(options)
    : [rolePlay(options, options.role)];
  if (plays === undefined) return { path: String(options.playbook), material: undefined };
  const path = `${places.projectDir}/${generatedFileName(places.newId(), ".json")}`;
  return { path, material: { path, text: JSON.stringify(plays) + "\n" } };
}

function inlinePlays(options: TakenInputs): readonly unknown[] | undefined {
  const { playbook } = options;
  if (playbook === undefined || typeof playbook === "string") return undefined;
  return Array.isArray(playbook) ? playbook : [playbook];
}

function rolePlay(options: TakenInputs, name: string): unknown {
  const hasVars = options.roleVars !== undefined && Object.keys(options.roleVars).length > 0;
  return {
    hosts: options.hosts ?? "all",
    gather_facts: options.roleSkipFacts !== true,
    roles: [hasVars ? { name, vars: options.roleVars } : { name }],
  };
}
