/**
 * Every flag of `run` by what it does.
 */
import type { FlagKey } from "../../src/cli/flags/table.ts";
import { FLAGS } from "../../src/cli/flags/table.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import {
  argvHas,
  dataOfEvents,
  DIE,
  envHas,
  fileHas,
  INVENTORY,
  isolatedCall,
  playOf,
  refuses,
  type Row,
  type Seen,
  testRows,
} from "../testing/input_rows.ts";

const SECRET = "s3cret-from-elsewhere";

const COLOURED = {
  text: "#!/bin/sh\nprintf '\\033[0;31mred\\033[0m\\nplain\\n'\n",
  mode: 0o755,
};
const SHOWN = "\x1b[0;31mred\x1b[0m\r\nplain\r\n";
const SIZE = { text: "#!/bin/sh\nstty size\n", mode: 0o755 };

/** Flags by key. */
const FLAG_ROWS: Partial<Record<FlagKey, readonly Row[]>> = {
  playbook: [
    { title: "is the last word", bare: true, args: ["-p", "x.yml"], check: argvHas("x.yml") },
    {
      title: "may stand before the command",
      bare: true,
      before: ["-p", "x.yml"],
      check: ({ place }) => assertEquals(place.call().argv.at(-1), "x.yml"),
    },
    {
      title: "comes from RUNNER_PLAYBOOK",
      bare: true,
      env: { RUNNER_PLAYBOOK: "x.yml" },
      check: argvHas("x.yml"),
    },
  ],
  module: [
    {
      title: "runs ansible",
      bare: true,
      args: ["-m", "ping", "--hosts", "h"],
      check: ({ place }) =>
        assertEquals(place.call().argv, [
          "ansible",
          "-i",
          `${place.dir}/inventory`,
          "-m",
          "ping",
          "h",
        ]),
    },
    {
      title: "comes from RUNNER_MODULE",
      bare: true,
      env: { RUNNER_MODULE: "ping" },
      check: argvHas("-m ping"),
    },
  ],
  role: [
    {
      title: "runs a generated play that is gone afterwards",
      bare: true,
      args: ["-r", "web"],
      check: ({ place }) => {
        const { argv, files } = place.call();
        const play = files[argv.at(-1) ?? ""];
        assertEquals(play?.mode, "0600");
        assertEquals(JSON.parse(play?.text ?? ""), [
          { hosts: "all", gather_facts: true, roles: [{ name: "web" }] },
        ]);
        assertEquals(place.list("private/project"), ["bad.yml", "x.yml"]);
      },
    },
    {
      title: "comes from RUNNER_ROLE",
      bare: true,
      env: { RUNNER_ROLE: "web", RUNNER_PLAYBOOK: "x.yml" },
      check: ({ place }) => assertMatch(place.call().argv.at(-1) ?? "", /\/\.runner-.*\.json$/),
    },
  ],
  binary: [
    {
      title: "is run in place of Ansible, nothing appended",
      args: ["-b", "@/bin/ansible"],
      check: ({ place }) =>
        assertEquals(place.call().argv, ["ansible", "-i", `${place.dir}/inventory`]),
    },
    {
      title: "comes from RUNNER_BINARY and needs no start form",
      bare: true,
      env: { RUNNER_BINARY: "ansible" },
      check: ({ place }) => assertEquals(place.call().argv[0], "ansible"),
    },
  ],
  ident: [
    {
      title: "names the artifact directory",
      args: ["-i", "mine"],
      check: ({ place }) => assertEquals(place.read("private/artifacts/mine/rc"), "0"),
    },
  ],
  artifactDir: [
    {
      title: "is the root of artifact directories, relative to the caller",
      args: ["--artifact-dir", "arts"],
      check: ({ place }) => {
        assertEquals(place.read("arts/x/status"), "successful");
        assertEquals(place.list("private").includes("artifacts"), false);
        assertEquals(place.call().env["AWX_ISOLATED_DATA_DIR"], `${place.root}/arts/x`);
      },
    },
  ],
  projectDir: [
    {
      title: "is where the playbook is run",
      args: ["--project-dir", "other"],
      files: { "other/x.yml": "[]" },
      check: ({ place }) => assertEquals(place.call().cwd, `${place.root}/other`),
    },
  ],
  inventory: [
    {
      title: "may be a list of hosts",
      args: ["--inventory", "h1,h2,"],
      check: argvHas("-i h1,h2,"),
    },
    {
      title: "is found in the inventory of the private data dir",
      args: ["--inventory", "hosts"],
      check: ({ place }) => assertEquals(place.call().argv[2], `${place.dir}/inventory/hosts`),
    },
    {
      title: "may be INI text",
      args: ["--inventory", "[web]\nh1 a='b c'\n"],
      check: ({ place }) => {
        const { argv, files } = place.call();
        assertEquals(files[argv[2] ?? ""], { mode: "0600", text: "[web]\nh1 a='b c'\n" });
        assertEquals(place.list("private/inventory"), ["hosts"]);
        assertEquals(place.read("private/inventory/hosts"), INVENTORY);
      },
    },
    {
      title: "that does not exist is refused",
      args: ["--inventory", "nosuch"],
      ...refuses("Inventory not found: nosuch"),
    },
  ],
  rotateArtifacts: [
    {
      title: "removes run directories alone, as many as there are too many",
      args: ["--rotate-artifacts", "2"],
      files: {
        "private/artifacts/older/rc": "0",
        "private/artifacts/old/rc": "0",
        "private/artifacts/notes/mine.txt": "keep",
      },
      prepare: (place) => Deno.utimeSync(`${place.dir}/artifacts/older`, 1, 1),
      check: ({ place }) => {
        const names = place.list("private/artifacts").filter((path) => !path.includes("/"));
        assertEquals(names, ["notes", "old", "x"]);
      },
    },
    {
      title: "counts the new run",
      args: ["--rotate-artifacts", "1"],
      files: { "private/artifacts/old/rc": "0" },
      check: ({ place }) => assertEquals(place.list("private/artifacts").includes("old"), false),
    },
  ],
  suppressEnvFiles: [
    {
      title: "is accepted, and nothing is written to env/ without it either",
      args: ["--omit-env-files", "--cmdline", "--diff"],
      check: ({ place }) => {
        argvHas("--diff")({ place } as Seen);
        assertEquals(place.list("private/env"), []);
      },
    },
  ],
  credential: [
    {
      title: "asks for the secret and shows it nowhere",
      args: ["--credential", "become=env:PW", "--credential", "vault@a=file:@/pw"],
      env: { PW: SECRET },
      files: { "pw": `${SECRET}-too\n` },
      check: ({ place }) => {
        argvHas("--ask-become-pass --vault-id a@prompt")({ place } as Seen);
        for (const path of place.list("private")) {
          assert(!(place.read(`private/${path}`) ?? "").includes(SECRET), path);
        }
      },
    },
    {
      title: "whose variable is missing is refused",
      args: ["--credential", "ssh=env:NO_SUCH"],
      ...refuses('Cannot read credential "ssh": the environment variable "NO_SUCH" is not set'),
    },
    {
      title: "whose file is missing is refused",
      args: ["--credential", "ssh=file:/no/such"],
      ...refuses('Cannot read credential "ssh": '),
    },
  ],
  allowUnsafePrivateDataDir: [
    {
      title: "is needed for a directory that everybody may write to",
      args: ["--allow-unsafe-private-data-dir"],
      prepare: (place) => Deno.chmodSync(place.dir, 0o777),
      check: ({ place }) => assertEquals(place.read("private/artifacts/x/rc"), "0"),
    },
    {
      title: "not given, such a directory is refused",
      prepare: (place) => Deno.chmodSync(place.dir, 0o777),
      ...refuses("everybody may write to it"),
    },
  ],
  jsonMode: [
    {
      title: "prints events in place of text, on the console and in the stdout file",
      args: ["-j"],
      check: ({ place, result }) => {
        const event = JSON.parse(result.stdout.trimEnd());
        assertEquals([event.event, event.stdout, event.runner_ident], [
          "verbose",
          "recorded ansible-playbook",
          "x",
        ]);
        assertEquals(place.read("private/artifacts/x/stdout"), result.stdout);
      },
    },
  ],
  quiet: [
    {
      title: "prints nothing, and the artifacts are the same",
      args: ["-q"],
      check: ({ place, result }) => {
        assertEquals(result.stdout + result.stderr, "");
        assertEquals(place.read("private/artifacts/x/stdout"), "recorded ansible-playbook\r\n");
      },
    },
    {
      title: "hides why a run ended",
      args: ["-q", "-b", "@/die"],
      files: { die: DIE },
      code: 137,
      check: ({ result }) => assertEquals(result.stderr, ""),
    },
  ],
  color: [
    {
      title: "never takes colours from the console, whatever it is, and not from artifacts",
      args: ["--color", "never", "-b", "@/coloured"],
      files: { coloured: COLOURED },
      check: ({ place, result }) => {
        assertEquals(result.stdout, "red\r\nplain\r\n");
        assertEquals(place.read("private/artifacts/x/stdout"), SHOWN);
      },
    },
    {
      title: "auto lets them into a pipe",
      args: ["--color=auto", "-b", "@/coloured"],
      files: { coloured: COLOURED },
      check: ({ result }) => assertEquals(result.stdout, SHOWN),
    },
  ],
  terminalSize: [
    {
      title: "is that of the terminal of the program",
      args: ["--terminal-size", "40x133", "-b", "@/size"],
      files: { size: SIZE },
      check: ({ result }) => assertEquals(result.stdout, "40 133\r\n"),
    },
    {
      title: "auto is the default where the output is no terminal",
      args: ["--terminal-size", "auto", "-b", "@/size"],
      files: { size: SIZE },
      check: ({ result }) => assertEquals(result.stdout, "24 80\r\n"),
    },
  ],
  omitEventData: [
    {
      title: "empties event_data",
      args: ["--omit-event-data"],
      real: true,
      check: ({ place }) =>
        assertEquals(
          dataOfEvents(place).map(([, data]) => Object.keys(data).length),
          Array(6).fill(0),
        ),
    },
  ],
  onlyFailedEventData: [
    {
      title: "empties event_data but for failures",
      bare: true,
      args: ["-i", "x", "-p", "bad.yml", "--only-failed-event-data"],
      real: true,
      code: 2,
      check: ({ place }) => {
        const filled = dataOfEvents(place).filter(([, data]) => Object.keys(data).length > 0);
        assertEquals(filled.map(([name]) => name), ["runner_on_failed"]);
      },
    },
  ],
  debug: [
    {
      title: "prints debug messages on standard error, quiet or not",
      args: ["--debug", "-q"],
      files: {
        "private/env/passwords": `{"prompt": "${SECRET}"}`,
        "private/env/envvars": `A: ${SECRET}`,
      },
      check: ({ place, result }) => {
        assertStringIncludes(result.stderr, `debug: private data dir: ${place.dir}\n`);
        assertStringIncludes(result.stderr, "debug: command: ansible-playbook -i ");
        assertStringIncludes(result.stderr, "debug: status: successful\n");
        assertStringIncludes(result.stderr, "debug: env: A=********\n");
        assert(!result.stderr.includes(SECRET), result.stderr);
        assertEquals(result.stdout, "");
      },
    },
  ],
  logfile: [
    {
      title: "gets debug messages with the time, for its owner only",
      args: ["--debug", "--logfile", "log"],
      check: ({ place }) => {
        const lines = (place.read("log") ?? "").trimEnd().split("\n");
        for (const line of lines) assertMatch(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: /);
        assert(lines.some((line) => line.endsWith(": status: running")), lines.join("\n"));
        assertEquals((Deno.statSync(`${place.root}/log`).mode ?? 0) & 0o777, 0o600);
      },
    },
    {
      title: "gets warnings and errors without --debug, and is appended to",
      args: ["--logfile", "log", "--inventory", "nosuch"],
      files: { "log": "before\n" },
      code: 1,
      check: ({ place }) =>
        assertMatch(
          place.read("log") ?? "",
          /^before\n[\d-]+ [\d:,]+: Inventory not found: nosuch\n$/,
        ),
    },
    {
      title: "that cannot be written is refused",
      args: ["--logfile", "/no/such/dir/log"],
      ...refuses('Cannot write log file "/no/such/dir/log": '),
    },
  ],
  verbosity: [
    { title: "is passed on", args: ["-vvv"], check: argvHas("-vvv x.yml") },
    { title: "adds up", args: ["-v", "-vv"], check: argvHas("-vvv x.yml") },
  ],
  limit: [
    { title: "is passed on", args: ["--limit", "a:!b"], check: argvHas("--limit a:!b") },
    { title: "has Ansible's own letter", args: ["-l", "a:!b"], check: argvHas("--limit a:!b") },
  ],
  tags: [{
    title: "stand with skip-tags behind -v, and before forks",
    args: ["--forks", "2", "--skip-tags", "c", "--tags", "a", "--tags", "b", "-v"],
    check: argvHas("-v --tags a,b --skip-tags c --forks 2 x.yml"),
  }],
  skipTags: [{ title: "is passed on", args: ["--skip-tags=c"], check: argvHas("--skip-tags c") }],
  extravarsWords: [
    {
      title: "win over env/extravars, by files that only the run sees",
      args: ["-e", "a=1 b='x y'", "-e", '{"c": [1]}'],
      files: { "private/env/extravars": "a: 0\n" },
      check: ({ place }) => {
        const { argv, files } = place.call();
        const sources = argv.filter((word) => word.startsWith("@")).map((word) => word.slice(1));
        assertEquals(sources[0], `${place.dir}/env/extravars`);
        assertEquals(sources.slice(1).map((path) => files[path]?.text), [
          '{"a":"1","b":"x y"}',
          '{"c": [1]}',
        ]);
      },
    },
    {
      title: "win for real",
      bare: true,
      args: ["-m", "debug", "-a", "msg={{ a }}-{{ b.c }}", "--hosts", "host1"].concat([
        "-e",
        "a=1 b=2",
        "-e",
        "{b: {c: 3}}",
      ]),
      real: true,
      check: ({ result }) => assertStringIncludes(result.stdout, '"msg": "1-3"'),
    },
    {
      title: "are refused when Ansible would, and not repeated",
      args: ["-e", "s3cret"],
      ...refuses("Cannot read --extra-vars: expected KEY=VALUE words, JSON, YAML or @FILE"),
    },
  ],
  check: [{
    title: "stands right after the words of cmdline",
    args: ["--cmdline", "--flush-cache", "-C"],
    check: ({ place }) =>
      assertEquals(place.call().argv.slice(1, 4), ["--flush-cache", "--check", "-i"]),
  }],
  diff: [{ title: "is passed on", args: ["--diff"], check: argvHas("--diff -i") }],
  startAtTask: [{
    title: "is one word",
    args: ["--start-at-task", "a b"],
    check: ({ place }) => assert(place.call().argv.includes("a b")),
  }],
  become: [{ title: "is passed on", args: ["--become"], check: argvHas("--become -i") }],
  user: [{ title: "is passed on", args: ["--user", "me"], check: argvHas("--user me -i") }],
  forks: [{ title: "is passed on", args: ["--forks", "7"], check: argvHas("--forks 7") }],
  hosts: [
    {
      title: "names the hosts of a module",
      bare: true,
      args: ["-m", "ping", "--hosts", "web"],
      check: argvHas("ping web"),
    },
    {
      title: "is refused without -m or -r",
      args: ["--hosts", "web"],
      ...refuses("The --hosts option can only be used with -m or -r"),
    },
  ],
  cmdline: [
    {
      title: "gives more words, and replaces env/cmdline for this run only",
      args: ["--cmdline", "--tags 'a b' --diff"],
      files: { "private/env/cmdline": "--check\n" },
      check: ({ place }) => {
        assertEquals(place.call().argv.slice(1, 4), ["--tags", "a b", "--diff"]);
        assertEquals(place.read("private/env/cmdline"), "--check\n");
      },
    },
    {
      title: "may begin with a flag of ours",
      args: ["--cmdline", "-v --debug"],
      check: ({ place }) => assertEquals(place.call().argv.slice(1, 3), ["-v", "--debug"]),
    },
  ],
  rolesPath: [
    {
      title: "is made absolute",
      args: ["--roles-path", "a:/b"],
      check: ({ place }) =>
        assertEquals(place.call().env["ANSIBLE_ROLES_PATH"], `${place.root}/a:/b`),
    },
    {
      title: "is the private data dir's for a role",
      bare: true,
      args: ["-r", "web"],
      check: envHas("ANSIBLE_ROLES_PATH", "@/roles"),
    },
    {
      title: "comes from the environment as it is",
      bare: true,
      args: ["-r", "web"],
      env: { ANSIBLE_ROLES_PATH: "~/r:b" },
      check: envHas("ANSIBLE_ROLES_PATH", "~/r:b"),
    },
    {
      title: "finds a role of the private data dir",
      bare: true,
      args: ["-r", "mine", "--hosts", "host1", "--role-skip-facts"],
      files: { "private/roles/mine/tasks/main.yml": "- debug: {msg: found}\n" },
      real: true,
      check: ({ result }) => assertStringIncludes(result.stdout, '"msg": "found"'),
    },
  ],
  roleVars: [
    {
      title: "are Python literals where they are",
      bare: true,
      args: ["-r", "web", "--role-vars", "a=1 b=True c=[1,'x'] d=text e='two words'"],
      check: ({ place }) =>
        assertEquals(playOf(place).roles, [
          { name: "web", vars: { a: 1, b: true, c: [1, "x"], d: "text", e: "two words" } },
        ]),
    },
  ],
  roleSkipFacts: [
    {
      title: "gathers no facts",
      bare: true,
      args: ["-r", "web", "--role-skip-facts"],
      check: ({ place }) => assertEquals(playOf(place).gather_facts, false),
    },
  ],
  moduleArgs: [
    {
      title: "are one word, whatever is in it",
      bare: true,
      args: ["-m", "shell", "-a", "-x 'a b' \"$HOME\"", "--hosts", "h"],
      check: ({ place }) =>
        assertEquals(place.call().argv.slice(-3), ["-a", "-x 'a b' \"$HOME\"", "h"]),
    },
  ],
  processIsolation: [
    {
      title: "runs under bwrap",
      args: ["--process-isolation"],
      check: ({ place }) => assertEquals(isolatedCall(place).argv[0], "bwrap"),
    },
    {
      title: "runs in podman when an image is given",
      args: ["--process-isolation", "--container-image", "img"],
      check: ({ place }) => assertEquals(isolatedCall(place).argv[0], "podman"),
    },
  ],
  processIsolationExecutable: [
    {
      title: "is what isolates",
      args: [
        "--process-isolation",
        "--process-isolation-executable",
        "docker",
        "--container-image",
        "i",
      ],
      check: ({ place }) => assertEquals(isolatedCall(place).argv[0], "docker"),
    },
    {
      title: "that is missing is refused",
      args: ["--process-isolation", "--process-isolation-executable", "nosuch"],
      ...refuses("Unable to find process isolation executable: nosuch"),
    },
  ],
  processIsolationPath: [
    {
      title: "is where hidden paths are staged, and is empty afterwards",
      args: [
        ...["--process-isolation", "--process-isolation-path", "@/staging"],
        ...["--process-isolation-hide-paths", "/etc/hostname"],
      ],
      files: { "staging/keep": "" },
      check: ({ place }) => {
        assertStringIncludes(
          isolatedCall(place).argv.join(" "),
          `--bind ${place.root}/staging/ansible_runner_pi_`,
        );
        assertEquals(place.list("staging"), ["keep"]);
      },
    },
  ],
  processIsolationHidePaths: [
    {
      title: "takes several, and skips what is not there",
      args: [
        "--process-isolation",
        "--process-isolation-hide-paths",
        "/etc/hostname",
        "/opt",
        "/nonexist",
      ],
      check: ({ place }) =>
        assertMatch(
          isolatedCall(place).argv.join(" "),
          /--bind \S+ \/etc\/hostname --bind \S+ \/opt --bind/,
        ),
    },
  ],
  processIsolationShowPaths: [
    {
      title: "are bound",
      args: ["--process-isolation", "--process-isolation-show-paths", "/opt"],
      check: ({ place }) =>
        assertStringIncludes(isolatedCall(place).argv.join(" "), "--bind /opt /opt"),
    },
  ],
  processIsolationRoPaths: [
    {
      title: "are bound read-only",
      args: ["--process-isolation", "--process-isolation-ro-paths", "/opt"],
      check: ({ place }) =>
        assertStringIncludes(isolatedCall(place).argv.join(" "), "--ro-bind /opt /opt"),
    },
  ],
  directoryIsolationBasePath: [
    {
      title: "runs in a copy that is gone afterwards; the base is left alone",
      args: ["--directory-isolation-base-path", "@/base"],
      files: { "base/keep": "" },
      check: ({ place }) => {
        assertMatch(place.call().cwd, new RegExp(`^${place.root}/base/runner_di_`));
        assertEquals(place.list("base"), ["keep"]);
      },
    },
  ],
  containerImage: [
    {
      title: "is what runs",
      args: ["--process-isolation", "--container-image", "reg.example/i:1"],
      check: ({ place }) =>
        assertStringIncludes(
          isolatedCall(place).argv.join(" "),
          "reg.example/i:1 ansible-playbook -i ",
        ),
    },
    {
      title: "is needed for a container",
      args: ["--process-isolation", "--process-isolation-executable", "podman"],
      ...refuses("Cannot run in a container: no image given"),
    },
  ],
  containerVolumeMounts: [
    {
      title: "adds up",
      args: [
        ...["--process-isolation", "--container-image", "i"],
        ...["--container-volume-mount", "/opt:/a:ro", "--container-volume-mount", "/etc:/b"],
      ],
      check: ({ place }) =>
        assertStringIncludes(isolatedCall(place).argv.join(" "), "-v /opt/:/a/:ro -v /etc/:/b/"),
    },
  ],
  containerOptions: [
    {
      title: "adds up, before the image",
      args: [
        ...["--process-isolation", "--container-image", "i"],
        ...["--container-option=--network=none", "--container-option", "-x"],
      ],
      check: ({ place }) =>
        assertStringIncludes(
          isolatedCall(place).argv.join(" "),
          "--network=none -x i ansible-playbook",
        ),
    },
  ],
  metricsFile: [
    {
      title: "says at the end how the run went",
      args: ["--metrics-file", "@/m.prom"],
      check: fileHas("m.prom", "# TYPE "),
    },
  ],
  syslog: [
    {
      title: "hears of start and end by logger",
      args: ["--syslog"],
      files: { "bin/logger": { text: '#!/bin/sh\ncat >>"${0%/*}/../syslog"\n', mode: 0o755 } },
      check: ({ place }) => {
        assertStringIncludes(place.read("syslog") ?? "", "run x: starting");
        assertStringIncludes(place.read("syslog") ?? "", "run x: successful");
      },
    },
  ],
  syslogServer: [
    {
      title: "is a host, perhaps with a port",
      args: ["--syslog-server", "a b"],
      ...refuses("Cannot use --syslog-server: expected HOST or HOST:PORT"),
    },
  ],
  help: [
    {
      title: "is the command's, and starts nothing",
      bare: true,
      args: ["--help"],
      check: ({ place, result }) => {
        assertStringIncludes(result.stdout, "usage: ansible-runner run PRIVATE_DATA_DIR");
        assertEquals(place.calls(), []);
      },
    },
  ],
  version: [
    {
      title: "prints the number alone, starts nothing",
      bare: true,
      args: ["--version"],
      check: ({ place, result }) => {
        assertMatch(result.stdout, /^\d+\.\d+\.\d+\n$/);
        assertEquals(place.calls(), []);
      },
    },
  ],
};

testRows("flags", FLAG_ROWS);

/** Looked at elsewhere. */
const ELSEWHERE: Partial<Record<FlagKey, string>> = {
  follow: "background_test.ts",
  resourceProfiling: "profiling_test.ts",
  resourceProfilingBaseCgroup: "profiling_test.ts",
  resourceProfilingCpuPollInterval: "profiling_test.ts",
  resourceProfilingMemoryPollInterval: "profiling_test.ts",
  resourceProfilingPidPollInterval: "profiling_test.ts",
  resourceProfilingResultsDir: "profiling_test.ts",
  annotations: "report_test.ts",
  junitFile: "report_test.ts",
  markdownFile: "report_test.ts",
  reportFile: "report_test.ts",
  dryRun: "history/compare_test.ts",
  keep: "history/compare_test.ts",
  largerThan: "history/compare_test.ts",
  olderThan: "history/compare_test.ts",
  speed: "history/compare_test.ts",
  emitter: "deliver_test.ts",
  watch: "deliver_test.ts",
  event: "history/look_test.ts",
  failed: "history/look_test.ts",
  host: "history/look_test.ts",
  sinceCounter: "history/look_test.ts",
  task: "history/look_test.ts",
  waitTimeout: "history/look_test.ts",
  last: "history/status_test.ts",
  running: "history/status_test.ts",
  since: "history/status_test.ts",
  newIdent: "history/retry_test.ts",
  retryIdent: "history/retry_test.ts",
  trustArtifacts: "../unit/history/retry/trusted_command_test.ts",
  onEnd: "plugins_test.ts",
  onFailure: "plugins_test.ts",
  plugins: "plugins_test.ts",
  errorFormat: "error_format_test.ts",
  excludeStrings: "remote/worker_flags_test.ts",
  filePattern: "remote/worker_flags_test.ts",
  gracePeriodMinutes: "remote/worker_flags_test.ts",
  imagePrune: "remote/worker_flags_test.ts",
  removeImages: "remote/worker_flags_test.ts",
  isExitCode: "remote/worker_flags_test.ts",
  onlyTransmitKwargs: "remote/worker_flags_test.ts",
  workerInfo: "remote/worker_flags_test.ts",
  isDeleted: "remote/interop_test.ts",
  workerDir: "remote/interop_test.ts",
  keepaliveSeconds: "remote/endings_test.ts",
  nodes: "remote/nodes_test.ts",
  receptorSign: "../unit/remote/mesh/receptor_test.ts",
  receptorSocket: "remote/nodes_test.ts",
};

Deno.test("every flag has a row that shows what it does", () => {
  const keys = FLAGS.map(({ key }) => key);
  const seen = [...Object.keys(FLAG_ROWS), ...Object.keys(ELSEWHERE)];
  assertEquals(seen.toSorted(), keys.toSorted());
  for (const file of Object.values(ELSEWHERE)) {
    assert(Deno.statSync(`${import.meta.dirname}/${file}`).isFile);
  }
});
