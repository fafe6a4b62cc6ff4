/**
 * How a background run is asked to end.
 *
 * @module
 */

/** By what the command `stop` ends a background run, so that it is known who did. */
export const STOP_SIGNAL = "SIGUSR2";
