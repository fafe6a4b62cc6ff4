/**
 * The events that tell of a failure, for those who keep or send no others.
 *
 * @module
 */

/** A task that failed on a host. */
export const HOST_FAILURES: readonly string[] = [
  "runner_on_failed",
  "runner_on_unreachable",
  "runner_on_async_failed",
];

/** What went wrong, and the statistics at the end. */
export const FAILURE_EVENTS: readonly string[] = [
  ...HOST_FAILURES,
  "runner_item_on_failed",
  "error",
  "playbook_on_no_hosts_remaining",
  "playbook_on_stats",
];
