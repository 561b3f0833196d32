/** What the gap between two inline runs of a subject depends on. */
export interface GapInputs {
  /** Inline runs of the kind that this instance begins in a second. A batch of 64 subjects is 64 starts. */
  startsPerSecond: number;
  /** Those of this subject. */
  ownStartsPerSecond: number;
  /** The subject's changes in its last inline run. */
  lastChanges: number;
  /** How many viewers of this subject are present, as counted last: signed-out listeners are not counted. */
  viewers: number;
}

/** Half of the 1,000 writes a second that Google publishes for one Realtime Database instance: nearly every start writes. */
const MAX_STARTS_PER_SECOND = 500;
/** Half of the 100,000 messages a second that Google publishes. Each listener gets a message for each update. */
const MAX_MESSAGES_PER_SECOND = 50_000;
/** Load alone makes no subject slower than this: it is the busy ones that have to give way. */
const MIN_STARTS_PER_SECOND = 20;
/**
 * For each change after the first. Several changes in one run came from several posters, and more will be in the next one if it waits a
 * little. Each saves a run: with 64 posters, runs without a gap took 1.6 times the system calls. At 20 ms, 2,900 posts a second on one video
 * are 58 changes, which fit into one update (`MAX_CHANGES_PER_VIDEO`).
 */
const GAP_PER_CHANGE_MS = 4;
const MAX_CHANGES_GAP_MS = 20;
/** The longest gap: 200,000 viewers, as many as one Realtime Database connects. A subject that had no run for so long never waits. */
export const MAX_GAP_MS = 4_000;

/**
 * The least time between the starts of two inline runs of one subject, in milliseconds. What is committed meanwhile is in the next run, so
 * a gap delays changes and saves runs; it never leaves a backlog. It is the longest of three:
 * - By the changes in the last run: none for one, as of a single poster, up to 20 ms for many.
 * - By the load: none up to the budget of `MAX_STARTS_PER_SECOND`. Beyond it, each subject slows down by the factor by which the instance is
 *   over it, but a quiet one not at all.
 * - By the audience, since each of its viewers gets a message: 20 runs a second reach 2,500 viewers, one a second reaches 50,000, one in
 *   4 s 200,000.
 */
export function inlineRunGapMs({ startsPerSecond, ownStartsPerSecond, lastChanges, viewers }: GapInputs): number {
  const changesGapMs = Math.min(MAX_CHANGES_GAP_MS, GAP_PER_CHANGE_MS * (lastChanges - 1));
  const audienceGapMs = (1_000 * viewers) / MAX_MESSAGES_PER_SECOND;
  return Math.min(MAX_GAP_MS, Math.max(changesGapMs, loadGapMs(startsPerSecond, ownStartsPerSecond), audienceGapMs));
}

function loadGapMs(startsPerSecond: number, ownStartsPerSecond: number): number {
  const overload = startsPerSecond / MAX_STARTS_PER_SECOND;
  if (overload <= 1) return 0;
  return Math.min(1_000 / MIN_STARTS_PER_SECOND, (1_000 * overload) / ownStartsPerSecond);
}
