import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import type { Backlog } from "../../contract/operation.ts";
import { execute, executeUpdate, repeated, statement } from "../../database/statement.ts";
import { requestedAt } from "../comments/videos.ts";
import { idleFor } from "./idle.ts";

export interface BehindVideo {
  id: string;
  seq: number;
  applied_seq: number;
  /** Age of the oldest change that the mirror lacks. */
  seconds: number;
}

const secondsRequested = sql<number>`
  GREATEST(0, TIMESTAMPDIFF(MICROSECOND, COALESCE(requested_at, updated_at), NOW(3)) / 1e6)`;

/** Ages are read for at most so many videos that are behind, the longest untried first; the rest are only counted. */
const MAX_AGED_VIDEOS = 10_000;
/** Videos in one statement. */
const AGES_AT_ONCE = 500;
/** A pending task older than this counts as lost. */
const TASK_LOST_AFTER_SECONDS = 30;

export async function readBacklog(db: Db): Promise<Backlog> {
  const row = await db
    .selectFrom(byIndex("videos", "videos_behind"))
    .select((select) => [
      select.fn.countAll<string>().as("count"),
      sql<string>`COALESCE(SUM(seq - applied_seq), 0)`.as("changes"),
    ])
    .where("is_behind", "=", sql<boolean>`1`)
    .executeTakeFirstOrThrow();
  const [oldest] = await listBehind(db, 1);
  return { count: Number(row.count), changes: Number(row.changes), oldest_seconds: oldest?.seconds ?? 0 };
}

/** The videos furthest behind in time. */
export async function listBehind(db: Db, limit: number): Promise<BehindVideo[]> {
  const videos = await db
    .selectFrom(byIndex("videos", "videos_behind"))
    .select(["id", "seq", "applied_seq", secondsRequested.as("seconds")])
    .where("is_behind", "=", sql<boolean>`1`)
    .orderBy("attempted_at")
    .limit(MAX_AGED_VIDEOS)
    .execute();
  const ages = new Map<string, number>();
  for (let first = 0; first < videos.length; first += AGES_AT_ONCE) {
    const some = videos.slice(first, first + AGES_AT_ONCE);
    for (const { video_id, seconds } of await execute(db, firstMissingQuery(some))) ages.set(video_id, seconds);
  }
  return (
    videos
      // A rebuild or a change of the settings has no comment's row.
      .map((video) => ({ ...video, seconds: ages.get(video.id) ?? video.seconds }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, limit)
  );
}

/**
 * The age of the first change that each mirror lacks. One range of the index for each video: in a join, or in a subquery for each row,
 * `applied_seq` would not bound it.
 */
function firstMissingQuery(videos: { id: string; applied_seq: number }[]) {
  const one = `(SELECT video_id, GREATEST(0, TIMESTAMPDIFF(MICROSECOND, updated_at, NOW(3)) / 1e6) AS seconds
    FROM comments FORCE INDEX (comments_seq) WHERE video_id = ? AND seq > ? ORDER BY seq LIMIT 1)`;
  return statement<{ video_id: string; seconds: number }>(
    repeated(one, videos.length, " UNION ALL "),
    videos.flatMap(({ id, applied_seq }) => [id, applied_seq]),
  );
}

/**
 * Takes up to `limit` videos that are behind and that no task or sweep tried for `idleSeconds`, the longest untried first, and marks them
 * as attempted. Two callers at once may take the same ones, which does no harm.
 */
export async function takeBehind(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("videos", "videos_behind"))
    .select("id")
    .where("is_behind", "=", sql<boolean>`1`)
    .where(idleFor("attempted_at", idleSeconds))
    .where(namingRow("inserted_at"))
    .orderBy("attempted_at")
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await markAttempted(db, ...ids);
  return ids;
}

/** Whether a recent task is pending for changes that are not yet applied. Takes no lock: the row is hot. */
export async function isTaskPending(db: Db, id: string): Promise<boolean> {
  const row = await db
    .selectFrom(byIndex("videos", "PRIMARY"))
    .select("id")
    .where("id", "=", id)
    .whereRef("enqueued_seq", ">", "applied_seq")
    .where("enqueued_at", ">", sql<Date>`NOW(3) - INTERVAL ${TASK_LOST_AFTER_SECONDS} SECOND`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records that a task was enqueued for the changes up to `seq`. */
export async function markEnqueued(db: Db, id: string, seq: number): Promise<void> {
  await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ enqueued_seq: sql`GREATEST(enqueued_seq, ${seq})`, enqueued_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

export async function markAttempted(db: Db, ...ids: string[]): Promise<void> {
  await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ attempted_at: sql<Date>`NOW(3)` })
    .where("id", "in", ids)
    .execute();
}

/**
 * Moves `applied_seq` from the number that the caller saw to the one in the fence, which is lower after RTDB was wiped. Returns false
 * and changes nothing if somebody else moved it, or if MySQL has no such change.
 */
export async function moveAppliedSeq(db: Db, id: string, seen: number, appliedSeq: number): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ applied_seq: appliedSeq })
    .where("id", "=", id)
    .where("applied_seq", "=", seen)
    .where("seq", ">=", appliedSeq)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** `moveAppliedSeq` for several videos in one statement; returns how many moved. */
export async function moveAppliedSeqs(db: Db, moves: { id: string; from: number; to: number }[]): Promise<number> {
  return executeUpdate(
    db,
    statement(
      `UPDATE videos FORCE INDEX (PRIMARY) SET applied_seq = CASE id ${repeated("WHEN ? THEN ?", moves.length, " ")} END
      WHERE ${repeated("(id = ? AND applied_seq = ? AND seq >= ?)", moves.length, " OR ")}`,
      [...moves.flatMap(({ id, to }) => [id, to]), ...moves.flatMap(({ id, from, to }) => [id, from, to])],
    ),
  );
}

/** Those of the ids that MySQL knows. */
export async function listKnownIds(db: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom(byIndex("videos", "PRIMARY"))
    .select("id")
    .where("id", "in", ids)
    .where(namingRow("inserted_at"))
    .execute();
  return rows.map((row) => row.id);
}

/** The videos compared longest ago, none within the last `idleSeconds`. */
export async function listUnreconciled(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("videos", "videos_reconciled"))
    .select("id")
    .where(idleFor("reconciled_at", idleSeconds))
    .where(namingRow("inserted_at"))
    .orderBy("reconciled_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function markReconciled(db: Db, id: string): Promise<void> {
  await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ reconciled_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

/**
 * Tells the relay to write the video's whole live state. Takes a seq without a change, so that the fence can move. Returns false for a
 * video that MySQL does not know.
 */
export async function requestRebuild(db: Db, id: string): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ requested_at: requestedAt, rebuild_seq: sql`seq + 1`, seq: sql`seq + 1` })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/**
 * Gives the video an epoch later than its own and than `after`: what the Realtime Database holds of earlier ones counts no more. Returns
 * false for a video that MySQL does not know.
 */
export async function raiseEpoch(db: Db, id: string, after: number): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({
      requested_at: requestedAt,
      epoch: sql`GREATEST(epoch, ${after}) + 1`,
      applied_seq: 0,
      rebuild_seq: sql`seq + 1`,
      seq: sql`seq + 1`,
    })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}
