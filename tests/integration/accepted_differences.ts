/**
 * Turns the places where we do not do what the recorded original does into a list with reasons.
 *
 * @module
 */

/** One accepted difference. */
export interface AcceptedDifference {
  /** What the original does. */
  readonly original: string;
  /** What we do. */
  readonly ours: string;
  /** Why. */
  readonly reason: string;
  /** What brings the original's behaviour back, if anything does. */
  readonly switchBack?: string;
}

/** All, by id. */
export const ACCEPTED = {
  "plugin-directory": {
    original: "has its callback plugin in its Python package",
    ours: "unpack ours into a private directory of the run",
    reason: "one program without installation",
  },
  "inventory-absolute": {
    original: "passes a relative --inventory as it is, though Ansible runs in another directory",
    ours:
      "look it up in the private data dir, its inventory and the caller's directory, and pass " +
      "it absolute",
    reason: "the file that was meant is the file that is read",
  },
  "inventory-host-list": {
    original: "overwrites inventory/hosts with the text of --inventory h1,h2,",
    ours: "pass a list of hosts as it is",
    reason: "a user's file is never overwritten",
  },
  "inventory-missing": {
    original: "overwrites inventory/hosts with an --inventory that is no path, and finds no hosts",
    ours: "stop with `Inventory not found: X`, exit code 1",
    reason: "a user's file is never overwritten, and a run without hosts is no success",
  },
  "arguments-not-dumped": {
    original: "writes --cmdline and other inputs into env/, where later runs find them",
    ours: "write nothing into env/",
    reason: "an argument of one run must not change the next, and may be a secret",
  },
  "awx-lib-directory": {
    original: "takes the callback plugin of AWX_LIB_DIRECTORY in place of its own",
    ours: "ignore AWX_LIB_DIRECTORY, with a warning",
    reason: "another plugin would speak another wire, and no events would come",
  },
  "role-playbook": {
    original: "names the generated play of a role with 32 hex digits, mode 0400",
    ours: "name it .runner-UUID.json, mode 0600",
    reason: "hidden from listings, and found again after a crash",
  },
  "roles-path": {
    original: "forgets the documented default PRIVATE_DATA_DIR/roles of role runs",
    ours: "set ANSIBLE_ROLES_PATH to it unless a flag or the environment says otherwise",
    reason: "the manual says so",
    switchBack: "ANSIBLE_ROLES_PATH",
  },
  "roles-path-absolute": {
    original: "passes a relative --roles-path as it is, though Ansible runs in another directory",
    ours: "make it absolute",
    reason: "the manual says so",
  },
  "bwrap-whole-host": {
    original:
      "1.4 shows bwrap the whole host, 2.x only some directories (and cannot run on Debian)",
    ours: "show the whole host, and end bwrap with its parent",
    reason: "works everywhere; paths are hidden by asking for it",
    switchBack: "process_isolation_root: minimal",
  },
  "bwrap-by-default": {
    original: "1.4 takes bwrap, 2.x podman when no executable is named",
    ours: "take podman when anything about containers is said, else bwrap",
    reason: "both lines' users get what they had",
    switchBack: "--process-isolation-executable podman",
  },
  "directory-isolation-copies": {
    original: "2.x runs in the base directory itself and then removes it, or fails",
    ours: "copy the project into BASE/runner_di_XXXX, run there, and remove the copy",
    reason: "as 1.4 and the manual have it",
  },
  "own-ssh-agent": {
    original: "wraps the command in ssh-agent and a shell, and prints what ssh-add says",
    ours: "start an agent of the run's own; the command is not wrapped",
    reason: "the key is never on disk, nothing extra is printed, several keys work",
  },
  "own-cgroups": {
    original: "1.4 calls cgcreate, cgexec and cgdelete, and a callback plugin of its own",
    ours: "make the cgroup and read it ourselves",
    reason: "no tools to install; works on cgroups v2",
  },
  "container-image-needed": {
    original: "takes quay.io/ansible/ansible-runner:devel when no image is given",
    ours: "stop: no image given",
    reason: "nothing is downloaded and run that nobody asked for",
    switchBack: "--container-image quay.io/ansible/ansible-runner:devel",
  },
  "container-inventory": {
    original: "passes /runner/inventory/hosts whatever the inventory is, also if there is none",
    ours: "pass the inventory of the run by its path in the container",
    reason: "the inventory that was meant is the one that is read",
  },
  "ident-checked": {
    original: "takes any ident, and writes outside artifacts/ with `..` or `/` in it",
    ours: 'refuse an ident with "/", control characters or more than 255 bytes, and "." and ".."',
    reason: "nothing outside the artifact directory is ever written",
  },
  "ident-empty": {
    original: "writes into artifacts/ itself when --ident is empty",
    ours: "take an empty ident as not given",
    reason: "an unset variable of a script does not mix runs",
  },
  "ident-reused": {
    original: "adds the events of a second run with the same ident to those of the first",
    ours: "remove the files of the first run that we know we wrote",
    reason: "counters and events of one run in one directory",
  },
  "malformed-files-stop": {
    original: "skips files of env/ that it cannot read, and prints what Python makes of odd values",
    ours: "stop before anything starts, naming file, line and what was expected",
    reason: "a run without its settings, passwords or environment is not the run that was meant",
  },
  "bare-call": {
    original: "1.4 ends with exit code 0 after its usage, 2.x with 2",
    ours: "print usage and common commands, exit code 0",
    reason: "asking is no mistake",
  },
  "why-it-ended": {
    original: "says nothing when a timeout ends a run",
    ours: "say on standard error, unless quiet, and in the file `reason` why a run ended",
    reason: "a timeout, a cancel and a signal can be told apart",
    switchBack: "-q",
  },
  "messages-on-stderr": {
    original: "prints `Unable to find process isolation executable` on standard output",
    ours: "print it on standard error",
    reason: "standard output is Ansible's",
  },
} as const satisfies Record<string, AcceptedDifference>;

/** Name of an accepted difference. */
export type DifferenceId = keyof typeof ACCEPTED;
