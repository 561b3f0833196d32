/** What the time between two updates of a subject depends on. */
export interface Load {
  /** Updates a second that this instance sends, over all subjects of the kind. Each subject of a shared update counts as one. */
  updatesPerSecond: number;
  /** Those of this subject. */
  ownPerSecond: number;
  /** Changes that shared the subject's last update. */
  lastChanges: number;
  /** How many viewers of this subject are present, as counted last: signed-out listeners are not counted. */
  viewers: number;
}

/** Half of the 1,000 writes a second that Google publishes for one Realtime Database instance. */
const MAX_UPDATES_PER_SECOND = 500;
/** Half of the 100,000 messages a second that Google publishes. Each listener gets a message for each update. */
const MAX_MESSAGES_PER_SECOND = 50_000;
/** Load alone makes no subject slower than this: it is the busy ones that have to give way. */
const MIN_UPDATES_PER_SECOND = 20;
/**
 * Changes that share an update came from several posters, and more will share the next one if it waits a little. Each saves an update:
 * with 64 posters, updates without a gap took 1.6 times the system calls. At 20 ms, 2,900 posts a second on one video are 58 changes,
 * which fit into one update (`MAX_CHANGES_PER_VIDEO`).
 */
const GAP_PER_SHARED_CHANGE_MS = 4;
const MAX_SHARED_GAP_MS = 20;
/** The longest gap: 200,000 viewers, as many as one Realtime Database instance connects. A subject that had no update for so long never waits. */
export const MAX_GAP_MS = 4_000;

/**
 * The least time between the starts of two updates of one subject, in milliseconds. What is committed meanwhile shares the next update, so
 * a gap delays changes and saves updates; it never leaves a backlog.
 *
 * There is none for a single poster, while the instance is under its budget and the audience is small. It grows to 20 ms with the changes
 * that share an update. Beyond the budget, each subject slows down by the factor by which the instance is over it, but a quiet one not at
 * all. For a large audience the messages count: 20 updates a second reach 2,500 viewers, one a second reaches 50,000, one in 4 s 200,000.
 */
export function updateGapMs({ updatesPerSecond, ownPerSecond, lastChanges, viewers }: Load): number {
  const audienceGapMs = (1_000 * viewers) / MAX_MESSAGES_PER_SECOND;
  const sharedGapMs = Math.min(MAX_SHARED_GAP_MS, GAP_PER_SHARED_CHANGE_MS * (lastChanges - 1));
  return Math.min(MAX_GAP_MS, Math.max(audienceGapMs, sharedGapMs, loadGapMs(updatesPerSecond, ownPerSecond)));
}

function loadGapMs(updatesPerSecond: number, ownPerSecond: number): number {
  const overload = updatesPerSecond / MAX_UPDATES_PER_SECOND;
  if (overload <= 1) return 0;
  return Math.min(1_000 / MIN_UPDATES_PER_SECOND, (1_000 * overload) / ownPerSecond);
}
