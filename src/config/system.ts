/**
 * The system's answers as a value, so that deciding a run stays pure.
 *
 * @module
 */
import type { PathKind } from "./inputs/private_data_dir.ts";

/** What `resolve` asks the system. */
export interface Host {
  /** Our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The caller's working directory. */
  readonly cwd: string;
  /** What a path is. */
  readonly kindOf: (path: string) => PathKind | undefined;
  /** Makes a random UUID. */
  readonly newId: () => string;
}
