/**
 * Judges how old a replica's data may be. It needs no privilege on the replica.
 *
 * 1. The primary has a heartbeat: a row with the time at which it was last renewed.
 * 2. A replica applies transactions in the order of their commits. One that shows the heartbeat of 12:00:01 has everything that was
 *    committed before 12:00:01.
 * 3. The primary's clock, read in the same check, tells how long ago that was. The replica's own clock plays no part.
 * 4. A replica never goes back. So a check can say at once until when the replica is fresh enough, even if it freezes right after.
 */

/** What the primary's heartbeat said, in milliseconds. */
export interface PrimaryHeartbeat {
  databaseId: string;
  /** By the primary's clock. */
  beatenAt: number;
  now: number;
  /** When it was asked, by this process's clock (`performance.now()`): `now` was not earlier. */
  askedAt: number;
  /** What `beatenAt` was at the check before; undefined at the first. A replica had the time between the two checks to get it. */
  previousBeatenAt: number | undefined;
}

/** What a replica showed. */
export interface ReplicaHeartbeat {
  databaseId: string;
  beatenAt: number;
  isReadOnly: boolean;
  /** When it had answered, by this process's clock. */
  answeredAt: number;
}

/**
 * Why a replica is left out.
 * - `away`: it gave no answer in time.
 * - `failed`: it answered with an error, such as a table that it lacks.
 * - `lagging`: it shows a heartbeat that is too old, though the primary had a newer one at the check before.
 * - `read_write`: it takes writes, by mistake or because it was promoted.
 * - `foreign`: it has the data of another database.
 */
export type LeftOutReason = "away" | "failed" | "lagging" | "read_write" | "foreign";

export type Verdict =
  /** It may be read until this moment, by this process's clock. */
  | { state: "usable"; usableUntil: number; lagMs: number }
  /** Nothing is known to be wrong, but what it shows is not known to be fresh: nobody renewed the heartbeat for a while. */
  | { state: "unproven"; lagMs: number }
  | { state: "left_out"; reason: LeftOutReason; lagMs?: number };

/** @param maxLagMs how old what a replica shows may be */
export function judge(primary: PrimaryHeartbeat, replica: ReplicaHeartbeat | undefined, maxLagMs: number): Verdict {
  const { previousBeatenAt } = primary;
  // It has not got as far as the first heartbeat.
  if (!replica) return previousBeatenAt === undefined ? { state: "unproven", lagMs: 0 } : LAGGING;
  if (!replica.isReadOnly) return { state: "left_out", reason: "read_write" };
  if (replica.databaseId !== primary.databaseId) return { state: "left_out", reason: "foreign" };
  const ageWhenAsked = primary.now - replica.beatenAt;
  const ageAtMost = ageWhenAsked + (replica.answeredAt - primary.askedAt);
  // From the future: not a heartbeat of this primary, or not by its present clock.
  if (ageAtMost < 0) return { state: "left_out", reason: "foreign" };
  const isBehind = previousBeatenAt !== undefined && replica.beatenAt < previousBeatenAt;
  const lagMs = isBehind ? ageAtMost : 0;
  const usableUntil = primary.askedAt + maxLagMs - ageWhenAsked;
  if (usableUntil > replica.answeredAt) return { state: "usable", usableUntil, lagMs };
  return isBehind ? { ...LAGGING, lagMs } : { state: "unproven", lagMs };
}

const LAGGING = { state: "left_out", reason: "lagging" } as const;
