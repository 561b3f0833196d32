import { sql } from "kysely";
import type { Db } from "../../database/schema.ts";
import type { Backlog } from "../../contract/operation.ts";
import { idleFor } from "./idle.ts";

export interface BehindVideo {
  id: string;
  seq: number;
  applied_seq: number;
  /** Age of the oldest change that the mirror lacks. */
  seconds: number;
}

// When the first change that the mirror lacks was made. A rebuild has no comment's row; then the last attempt is used instead.
const behindSince = sql`COALESCE(
  (SELECT comments.updated_at FROM comments
    WHERE comments.video_id = videos.id AND comments.seq > videos.applied_seq ORDER BY comments.seq LIMIT 1),
  videos.attempted_at, videos.updated_at)`;
const behindSeconds = sql<string>`GREATEST(0, TIMESTAMPDIFF(MICROSECOND, ${behindSince}, NOW(3)) / 1e6)`;

export async function readBacklog(db: Db): Promise<Backlog> {
  const row = await db
    .selectFrom("videos")
    .select((select) => [
      select.fn.countAll<string>().as("count"),
      sql<string>`COALESCE(SUM(seq - applied_seq), 0)`.as("changes"),
      sql<string>`COALESCE(MAX(${behindSeconds}), 0)`.as("oldest_seconds"),
    ])
    .where("is_behind", "=", sql<boolean>`1`)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), changes: Number(row.changes), oldest_seconds: Number(row.oldest_seconds) };
}

/** The videos furthest behind in time. */
export async function listBehind(db: Db, limit: number): Promise<BehindVideo[]> {
  const rows = await db
    .selectFrom("videos")
    .select(["id", "seq", "applied_seq", behindSeconds.as("seconds")])
    .where("is_behind", "=", sql<boolean>`1`)
    .orderBy("seconds", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, seconds: Number(row.seconds) }));
}

/**
 * Takes up to `limit` videos that are behind and that no task or sweep tried for `idleSeconds`, the longest untried first, and marks them
 * as attempted. Two callers at once may take the same ones, which does no harm.
 */
export async function takeBehind(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom("videos")
    .select("id")
    .where("is_behind", "=", sql<boolean>`1`)
    .where(idleFor("attempted_at", idleSeconds))
    .orderBy("attempted_at")
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) {
    await db
      .updateTable("videos")
      .set({ attempted_at: sql<Date>`NOW(3)` })
      .where("id", "in", ids)
      .execute();
  }
  return ids;
}

/** Those of the ids that MySQL knows. */
export async function listKnownIds(db: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("videos").select("id").where("id", "in", ids).execute();
  return rows.map((row) => row.id);
}

/** The videos compared longest ago, none within the last `idleSeconds`. */
export async function listUnreconciled(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom("videos")
    .select("id")
    .where(idleFor("reconciled_at", idleSeconds))
    .orderBy("reconciled_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function markReconciled(db: Db, id: string): Promise<void> {
  await db
    .updateTable("videos")
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
    .updateTable("videos")
    .set({ rebuild_seq: sql`seq + 1`, seq: sql`seq + 1` })
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
    .updateTable("videos")
    .set({ epoch: sql`GREATEST(epoch, ${after}) + 1`, applied_seq: 0, rebuild_seq: sql`seq + 1`, seq: sql`seq + 1` })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}
