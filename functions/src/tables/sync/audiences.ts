import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import type { Backlog } from "../../contract/operation.ts";

/** A count that is overdue for so long was lost: its task, or the process that ran it. */
const LOST_AFTER_SECONDS = 30;
/** How old `watched_at` gets before a viewer's call writes it again. Thousands may call at once. */
const TOUCHED_AFTER_SECONDS = 20;
/** How long a video stays in the table after a viewer's last call, though nobody is present: the viewer may be about to be. */
const KEPT_SECONDS = 60;
/** How long a claim keeps other counts of the video from beginning. */
const LEASE_SECONDS = 15;

/**
 * Notes that somebody is about to watch the video. Returns true if its count has to be started: nobody watched it, or its next count was
 * lost. Then it is due in `delaySeconds`.
 */
export async function startCountUnlessRunning(db: Db, videoId: string, delaySeconds: number): Promise<boolean> {
  const row = await db
    .selectFrom(byIndex("audiences", "PRIMARY"))
    .select([
      sql<number>`watched_at < NOW(3) - INTERVAL ${TOUCHED_AFTER_SECONDS} SECOND`.as("is_old"),
      sql<number>`due_at < NOW(3) - INTERVAL ${LOST_AFTER_SECONDS} SECOND`.as("is_lost"),
    ])
    .where("video_id", "=", videoId)
    .executeTakeFirst();
  if (row?.is_old === 0 && row.is_lost === 0) return false;
  const isNew = await insertAudience(db, videoId, delaySeconds);
  if (isNew) return true;
  await touch(db, videoId);
  return row?.is_lost === 1 && restart(db, videoId, delaySeconds);
}

async function insertAudience(db: Db, videoId: string, delaySeconds: number): Promise<boolean> {
  const result = await db
    .insertInto("audiences")
    .ignore()
    .values({ video_id: videoId, due_at: sql<Date>`NOW(3) + INTERVAL ${delaySeconds} SECOND` })
    .executeTakeFirstOrThrow();
  return result.numInsertedOrUpdatedRows === 1n;
}

async function touch(db: Db, videoId: string): Promise<void> {
  await db
    .updateTable(byIndex("audiences", "PRIMARY"))
    .set({ watched_at: sql<Date>`NOW(3)` })
    .where("video_id", "=", videoId)
    .where("watched_at", "<", sql<Date>`NOW(3) - INTERVAL ${TOUCHED_AFTER_SECONDS} SECOND`)
    .execute();
}

/** Of several callers at once, one gets true. */
async function restart(db: Db, videoId: string, delaySeconds: number): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("audiences", "PRIMARY"))
    .set({ due_at: sql<Date>`NOW(3) + INTERVAL ${delaySeconds} SECOND` })
    .where("video_id", "=", videoId)
    .where("due_at", "<", sql<Date>`NOW(3) - INTERVAL ${LOST_AFTER_SECONDS} SECOND`)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** Milliseconds until the next count is due, negative if it is overdue; undefined if nobody watches the video. */
export async function findDueMs(db: Db, videoId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom(byIndex("audiences", "PRIMARY"))
    .select(sql<string>`TIMESTAMPDIFF(MICROSECOND, NOW(3), due_at) / 1000`.as("due_ms"))
    .where("video_id", "=", videoId)
    .executeTakeFirst();
  return row && Number(row.due_ms);
}

/** A count that has begun. */
export interface ClaimedCount {
  /** As counted last. */
  viewers: number;
  /** The database's time. */
  now: Date;
}

/** Claims the count that is due, for some seconds. Of several callers at once, one gets it. */
export async function claimCount(db: Db, videoId: string): Promise<ClaimedCount | undefined> {
  const result = await db
    .updateTable(byIndex("audiences", "PRIMARY"))
    .set({ due_at: sql<Date>`NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND` })
    .where("video_id", "=", videoId)
    .where("due_at", "<=", sql<Date>`NOW(3)`)
    .executeTakeFirstOrThrow();
  if (result.numUpdatedRows === 0n) return undefined;
  return db
    .selectFrom(byIndex("audiences", "PRIMARY"))
    .select(["viewers", sql<Date>`NOW(3)`.as("now")])
    .where("video_id", "=", videoId)
    .executeTakeFirst();
}

/** Says when the next count is due and, if this one succeeded, how many it found. */
export async function scheduleCount(
  db: Db,
  videoId: string,
  { delaySeconds, viewers }: { delaySeconds: number; viewers?: number | undefined },
): Promise<void> {
  await db
    .updateTable(byIndex("audiences", "PRIMARY"))
    .set({ due_at: sql<Date>`NOW(3) + INTERVAL ${delaySeconds} SECOND`, ...(viewers !== undefined && { viewers }) })
    .where("video_id", "=", videoId)
    .execute();
}

/**
 * Forgets a video that nobody watches. Returns false, and keeps it, if a viewer called within the last 40 s, or a minute: `watched_at` may be
 * 20 s old.
 */
export async function forgetUnwatched(db: Db, videoId: string): Promise<boolean> {
  const result = await db
    .deleteFrom("audiences")
    .using(byIndex("audiences", "PRIMARY"))
    .where("video_id", "=", videoId)
    .where("watched_at", "<", sql<Date>`NOW(3) - INTERVAL ${KEPT_SECONDS} SECOND`)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows === 1n;
}

/** Takes up to `limit` videos whose count is overdue by `idleSeconds`, and makes it due now. Two callers at once may take the same ones. */
export async function takeOverdue(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("audiences", "audiences_due"))
    .select("video_id")
    .where("due_at", "<", sql<Date>`NOW(3) - INTERVAL ${idleSeconds} SECOND`)
    .where(namingRow("viewers"))
    .orderBy("due_at")
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.video_id);
  if (ids.length > 0) {
    await db
      .updateTable(byIndex("audiences", "PRIMARY"))
      .set({ due_at: sql<Date>`NOW(3)` })
      .where("video_id", "in", ids)
      .execute();
  }
  return ids;
}

/** The videos that somebody watches, and all their viewers together, as counted last. */
export async function readAudienceTotals(db: Db): Promise<{ videos: number; viewers: number }> {
  const row = await db
    .selectFrom(byIndex("audiences", "audiences_viewers"))
    .select((select) => [
      select.fn.countAll<string>().as("videos"),
      sql<string>`COALESCE(SUM(viewers), 0)`.as("viewers"),
    ])
    .where("viewers", ">=", 0)
    .executeTakeFirstOrThrow();
  return { videos: Number(row.videos), viewers: Number(row.viewers) };
}

/** The videos with most viewers. */
export async function listLargestAudiences(db: Db, limit: number): Promise<{ video_id: string; viewers: number }[]> {
  return db
    .selectFrom(byIndex("audiences", "audiences_viewers"))
    .select(["video_id", "viewers"])
    .orderBy("viewers", "desc")
    .limit(limit)
    .execute();
}

/** The counts that were lost. */
export async function readOverdue(db: Db): Promise<Backlog> {
  const row = await db
    .selectFrom(byIndex("audiences", "audiences_due"))
    .select((select) => [
      select.fn.countAll<string>().as("count"),
      sql<string>`COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, due_at, NOW(3)) / 1e6), 0)`.as("oldest_seconds"),
    ])
    .where("due_at", "<", sql<Date>`NOW(3) - INTERVAL ${LOST_AFTER_SECONDS} SECOND`)
    .where(namingRow("viewers"))
    .executeTakeFirstOrThrow();
  const count = Number(row.count);
  return { count, changes: count, oldest_seconds: Number(row.oldest_seconds) };
}
