/**
 * How the worker of a node is reached, by the node's name.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";

/** A node of the Receptor mesh. */
export interface ReceptorNode {
  readonly kind: "receptor";
  readonly name: string;
}

/** A host that `ssh` reaches. */
export interface SshNode {
  readonly kind: "ssh";
  /** As it was given. */
  readonly name: string;
  /** `[user@]host`, as `ssh` takes it. */
  readonly target: string;
  readonly port: string | undefined;
  /** The program there. */
  readonly program: string;
}

/** Where a job runs. */
export type Node = ReceptorNode | SshNode;

const SSH =
  /^ssh:\/\/((?:[\w.+-]+@)?)(\[[\da-fA-F:.%\w]+\]|[\w.-]+)(?::(\d{1,5}))?(\/[^\x00-\x1f\x7f]*)?$/;

/**
 * Reads the name of a node: `ssh://[user@]host[:port][/path/of/ansible-runner]`, else one of Receptor.
 *
 * @throws {ConfigError} when it is neither
 */
export function parseNode(name: string): Node {
  if (!name.includes("://")) {
    if (/^[\w.:@+-]+$/.test(name)) return { kind: "receptor", name };
    throw wrong(name, "expected a name of a node, or ssh://[user@]host[:port]");
  }
  const [, user = "", host = "", port, path = ""] = SSH.exec(name) ?? [];
  // What begins with a dash would be an option of ssh.
  if (host === "" || host.startsWith("-") || user.startsWith("-")) {
    throw wrong(name, "expected ssh://[user@]host[:port][/path/of/ansible-runner]");
  }
  const target = `${user}${host.replace(/^\[|\]$/g, "")}`;
  const program = path.length > 1 ? path : "ansible-runner";
  return { kind: "ssh", name, target, port, program };
}

/**
 * The ident of a node's run: the run's own where there is one node.
 *
 * @param ident of the run on all nodes
 * @returns an ident for each, no two the same
 */
export function identsOf(ident: string, nodes: readonly Node[]): string[] {
  if (nodes.length === 1) return [ident];
  const seen = new Set<string>();
  return nodes.map(({ name }) => {
    const plain = `${ident}-${name.replace(/^ssh:\/\//, "").replaceAll(/[^\w.-]+/g, "-")}`;
    let own = plain;
    for (let count = 2; seen.has(own); count++) own = `${plain}-${count}`;
    seen.add(own);
    return own;
  });
}

function wrong(name: string, expected: string): ConfigError {
  return new ConfigError("remote.node", `Cannot use node ${JSON.stringify(name)}: ${expected}`);
}
