/**
 * The events that tell of a failure, for those who keep or send no others.
 *
 * @module
 */

/** What went wrong, and the statistics at the end. */
export const FAILURE_EVENTS: readonly string[] = [
  "runner_on_failed",
  "runner_on_unreachable",
  "runner_on_async_failed",
  "runner_item_on_failed",
  "error",
  "playbook_on_no_hosts_remaining",
  "playbook_on_stats",
];
