/**
 * Runs Ansible under a pseudo-terminal, pairs every event with its output and leaves artifacts.
 *
 * @example
 * ```ts
 * import { run } from "@ansible-runner/ansible-runner";
 *
 * const runner = await run({ privateDataDir: "demo", playbook: "test.yml" });
 * console.log(runner.status, runner.rc);
 * ```
 *
 * @module
 */
export {
  type ConsoleOutput,
  type LogLevel,
  prepare,
  type PreparedRun,
  run,
  runAsync,
  type RunningRun,
  type RunOptions,
} from "./src/run.ts";
export { doctor, type HostReport } from "./src/doctor.ts";
export type { HostFinding } from "./src/doctor/checks.ts";
export { VERSION as version } from "./src/version.ts";
export type { HostsSummary, RunSummary } from "./src/history/summary.ts";
export type { WhatRan } from "./src/history/what_ran.ts";
export type { FailedTask } from "./src/history/failed_task.ts";
export type { HostTally, RunDetails } from "./src/history/details.ts";
export type { TaskTime, Unfinished } from "./src/history/outcome.ts";
export type { TaskResult, TaskState, ToldResult } from "./src/history/task_result.ts";
export type {
  ChangedInput,
  ChangedState,
  RunDiff,
  SlowerTask,
} from "./src/history/compare/run_diff.ts";
export type { PrunedRun } from "./src/history/prune/prune.ts";
export type { MeasuredValues, TaskProfile } from "./src/history/profile/task_profile.ts";
export type { FailedHosts } from "./src/history/retry/retry_hosts.ts";
export type { PastRunOptions } from "./src/artifacts/past_run.ts";
export { retry, type RetryHosts, type RetryOptions } from "./src/retry.ts";
export type { EventsOptions } from "./src/artifacts/events/event_log.ts";
export type { RunEvents } from "./src/artifacts/events/run_events.ts";
export { RunFailedError, Runner } from "./src/result.ts";
export { isAlive, type ListedRun, listRuns, type RunsOptions, stop } from "./src/run/other_runs.ts";
export type { EventTimes } from "./src/config/event_times.ts";
export type { CallOptions, HandlerExtras, StartForm } from "./src/run/run_options.ts";
export type { CommandStreams } from "./src/run/between_pipes.ts";
export {
  type CommandOptions,
  type CommandResult,
  type PlaybookOption,
  runCommand,
  runCommandAsync,
  type RunningCommand,
} from "./src/ansible_tools/command.ts";
export type { AnswerOf, HelperResult } from "./src/ansible_tools/answer.ts";
export {
  type DocFormat,
  getPluginDocs,
  getPluginDocsAsync,
  getPluginList,
  getPluginListAsync,
  getRoleArgspec,
  getRoleArgspecAsync,
  getRoleList,
  getRoleListAsync,
  type PluginDocsOptions,
  type PluginListOptions,
  type PluginOptions,
  type RoleOptions,
} from "./src/ansible_tools/plugins.ts";
export {
  getInventory,
  getInventoryAsync,
  type InventoryAction,
  type InventoryFormat,
  type InventoryOptions,
} from "./src/ansible_tools/inventory_query.ts";
export {
  type AnsibleConfigOptions,
  type ConfigAction,
  getAnsibleConfig,
  getAnsibleConfigAsync,
} from "./src/ansible_tools/ansible_config.ts";
export { process } from "./src/remote/processor.ts";
export type {
  ProcessOptions,
  ProcessResult,
  TellingOptions,
} from "./src/remote/process_options.ts";
export { type NodeResult, type NodesOptions, runOnNodes } from "./src/remote/mesh/run_on_nodes.ts";
export type { JobOptions } from "./src/remote/packed_job.ts";
export type { RemoteStatus } from "./src/remote/remote_status.ts";
export { transmit, type TransmitOptions } from "./src/remote/transmitter.ts";
export { work, type WorkOptions, type WorkResult } from "./src/remote/worker/work.ts";
export type {
  CredentialOptions,
  InputOptions,
  Json,
  JsonObject,
  TerminalSize,
} from "./src/config/options.ts";
export type {
  ExtraVars,
  Isolation,
  Material,
  NamedKey,
  RunConfig,
  RunMode,
} from "./src/config/run_config.ts";
export type { SettingOptions, Settings } from "./src/config/settings/declarations.ts";
export type { SettingsMapping } from "./src/config/settings/settings_mapping.ts";
export type { NamedSettings } from "./src/config/settings/merge.ts";
export type {
  ContainerAuthData,
  DecidedLogin,
  RegistryLogin,
} from "./src/config/settings/registry_login.ts";
export type { EndReason, Status, SurvivingProcess, UndeliveredMessages } from "./src/end_reason.ts";
export type { Emitter, EmitterMessage } from "./src/emitters/emitter.ts";
export type { RunStats } from "./src/artifacts/stats.ts";
export type { JobEvent, StatusEvent } from "./src/events/status_event.ts";
export type {
  EventBase,
  EventOf,
  HostEvent,
  MessageEvent,
  PlaybookEvent,
  VerboseEvent,
} from "./src/events/job_event.ts";
export type {
  AsyncResultData,
  DiffData,
  FailedData,
  HostCounts,
  HostData,
  IncludeData,
  ItemResultData,
  MessageData,
  ModuleResult,
  NotifyData,
  OkData,
  PlaybookData,
  PlayData,
  PlayStartData,
  SkippedData,
  StatsData,
  TaskData,
  TaskStartData,
  TimedData,
  UnreachableData,
  VarsPromptData,
} from "./src/events/event_data.ts";
export {
  CallbackError,
  ConfigError,
  type ErrorCode,
  IsolationError,
  LaunchError,
  RunnerError,
  type RunnerErrorOptions,
} from "./src/errors.ts";
