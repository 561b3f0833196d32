/** Up to so many viewers, a client shows who is there and who is typing. Above, it shows the count alone. */
export const MAX_LISTED_VIEWERS = 100;

/**
 * With up to 12,500 viewers, whoever gave no sign for so long is not there, whatever their entry says; with more it is longer
 * (`goneAfterSeconds`). The security rules let nobody be removed for silence earlier.
 */
export const MIN_GONE_AFTER_SECONDS = 120;

/** Two heartbeats fit into `MIN_GONE_AFTER_SECONDS`, also in a hidden tab, whose timers a browser runs once a minute. */
const HEARTBEAT_SECONDS = 50;
/** A quarter of the 1,000 writes a second that Google publishes for one Realtime Database instance. */
const MAX_HEARTBEATS_PER_SECOND = 250;

/**
 * Seconds between two heartbeats of a connection. A large audience shares a budget of writes, so its clients send heartbeats less often:
 * every 50 s up to 12,500 viewers, every 400 s with 100,000.
 */
export function heartbeatSeconds(viewers: number): number {
  return Math.max(HEARTBEAT_SECONDS, Math.ceil(viewers / MAX_HEARTBEATS_PER_SECOND));
}

/** After how many seconds without a heartbeat the server removes a user from a video with so many viewers. */
export function goneAfterSeconds(viewers: number): number {
  return (MIN_GONE_AFTER_SECONDS / HEARTBEAT_SECONDS) * heartbeatSeconds(viewers);
}

/** A sign of typing counts for so long. A client that goes on typing repeats it more often. */
export const TYPING_SECONDS = 8;
