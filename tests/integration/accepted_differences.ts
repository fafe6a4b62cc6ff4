/**
 * Where we do not do what the recorded original does, and why.
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
    ours: "unpacks its own into a private directory of the run",
    reason: "one program without installation",
  },
  "inventory-absolute": {
    original: "passes a relative --inventory as it is, though Ansible runs in another directory",
    ours: "looks it up in the private data dir, its inventory and the caller's directory, and " +
      "passes it as an absolute path",
    reason: "the file that was meant is the one that is read",
  },
  "inventory-host-list": {
    original: "overwrites inventory/hosts with the text of --inventory h1,h2,",
    ours: "passes a list of hosts as it is",
    reason: "a user's file is never overwritten",
  },
  "inventory-missing": {
    original:
      "overwrites inventory/hosts with an --inventory that is not a path, and finds no hosts",
    ours:
      "stops with `Inventory not found: X`, exit code 1; `localhost` and IP addresses are hosts, other hosts have a comma: `web1,`",
    reason: "a user's file is never overwritten, and a run without hosts is no success",
  },
  "arguments-not-dumped": {
    original: "writes --cmdline and other inputs into env/, where later runs find them",
    ours: "writes nothing into env/",
    reason: "an argument of one run must not change the next, and may be secret",
  },
  "awx-lib-directory": {
    original: "loads the callback plugin of AWX_LIB_DIRECTORY instead of its own",
    ours: "ignores AWX_LIB_DIRECTORY, with a warning",
    reason: "another plugin would use another protocol, and no events would arrive",
  },
  "role-playbook": {
    original: "names the generated play of a role with 32 hex digits, mode 0400",
    ours: "names it .runner-UUID.json, mode 0600",
    reason: "hidden from listings, and found again after a crash",
  },
  "roles-path": {
    original: "forgets the documented default PRIVATE_DATA_DIR/roles of role runs",
    ours: "sets ANSIBLE_ROLES_PATH to it unless a flag or the environment says otherwise",
    reason: "the manual says so",
    switchBack: "ANSIBLE_ROLES_PATH",
  },
  "roles-path-absolute": {
    original: "passes a relative --roles-path as it is, though Ansible runs in another directory",
    ours: "makes it absolute",
    reason: "the manual says so",
  },
  "bwrap-whole-host": {
    original:
      "1.4 shows bwrap the whole host, 2.x only some directories (and cannot run on Debian)",
    ours: "shows the whole host, and ends bwrap with its parent",
    reason: "works everywhere; paths are hidden by asking for it",
    switchBack: "process_isolation_root: minimal",
  },
  "bwrap-root-capabilities": {
    original:
      "leaves root all capabilities under bwrap, with which a job unmounts what hides a path",
    ours: "keep twelve that plays need, `/dev` without disks, `/sys` and `/proc/sys` read-only",
    reason: "what is hidden stays hidden (.github/SECURITY.md has what works)",
    switchBack: "process_isolation_caps: [all]",
  },
  "records-hidden": {
    original: "has nothing of its own that a job must not see",
    ours: "hides the directories with its records of live runs (/run/ansible-runner …) under bwrap",
    reason: "no job can make the runner believe what it wrote there",
  },
  "envvars-stay-inside": {
    original: "starts bwrap and the container engine's client with the variables of env/envvars",
    ours:
      "start them with the caller's alone, but for what says where the engine is (DOCKER_HOST …)",
    reason: "LD_PRELOAD or PATH there would change what isolates",
  },
  "bwrap-by-default": {
    original: "1.4 takes bwrap, 2.x podman when no executable is named",
    ours: "takes podman when any container option is given, else bwrap",
    reason: "users of both get what they had",
    switchBack: "--process-isolation-executable podman",
  },
  "directory-isolation-copies": {
    original: "2.x runs in the base directory itself and then removes it, or fails",
    ours: "copies the project into BASE/runner_di_XXXX, runs there, and removes the copy",
    reason: "as 1.4 and the manual have it",
  },
  "own-ssh-agent": {
    original: "wraps the command in ssh-agent and a shell, and prints what ssh-add says",
    ours: "starts an agent for the run; the command is not wrapped",
    reason: "the key is never on disk, nothing extra is printed, several keys work",
  },
  "own-cgroups": {
    original: "1.4 calls cgcreate, cgexec and cgdelete, and a callback plugin of its own",
    ours: "makes the cgroup and reads it itself",
    reason: "no tools to install; works with cgroups v2",
  },
  "container-image-needed": {
    original: "takes quay.io/ansible/ansible-runner:devel when no image is given",
    ours: "stops: no image given",
    reason: "nothing is downloaded and run that nobody asked for",
    switchBack: "--container-image quay.io/ansible/ansible-runner:devel",
  },
  "container-inventory": {
    original: "passes /runner/inventory/hosts whatever the inventory is, also if there is none",
    ours: "passes the inventory of the run by its path in the container",
    reason: "the inventory that was meant is the one that is read",
  },
  "ident-checked": {
    original: "takes any ident, and writes outside artifacts/ with `..` or `/` in it",
    ours: 'refuses an ident with "/", control characters or more than 255 bytes, and "." and ".."',
    reason: "nothing outside the artifact directory is ever written",
  },
  "ident-empty": {
    original: "writes into artifacts/ itself when --ident is empty",
    ours: "treats an empty ident as not given",
    reason: "an unset variable in a script does not mix runs",
  },
  "ident-reused": {
    original: "adds the events of a second run with the same ident to those of the first",
    ours: "removes the files of the first run that it knows to be its own",
    reason: "one directory holds the counters and events of one run",
  },
  "malformed-files-stop": {
    original: "skips files of env/ that it cannot read, and prints what Python makes of odd values",
    ours: "stops before anything starts and names file, line and what was expected",
    reason: "a run without its settings, passwords or environment is not the run that was meant",
  },
  "bare-call": {
    original: "1.4 exits with 0 after its usage, 2.x with 2",
    ours: "prints usage and common commands, exits with 0",
    reason: "asking is not a mistake",
  },
  "why-it-ended": {
    original: "says nothing when a timeout ends a run",
    ours: "says why a run ended, on standard error unless quiet, and in the file `reason`",
    reason: "a timeout, a cancel and a signal can be told apart",
    switchBack: "-q",
  },
  "messages-on-stderr": {
    original: "prints `Unable to find process isolation executable` on standard output",
    ours: "prints it on standard error",
    reason: "standard output is Ansible's",
  },
} as const satisfies Record<string, AcceptedDifference>;

/** Name of an accepted difference. */
export type DifferenceId = keyof typeof ACCEPTED;
