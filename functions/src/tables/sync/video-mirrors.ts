import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import type { Backlog } from "../../contract/operation.ts";
import { executeUpdate, repeated, statement } from "../../database/statement.ts";
import { BEHIND_SINCE_SQL } from "../comments/videos.ts";
import { idleFor } from "./idle.ts";

export interface BehindVideo {
  id: string;
  seq: number;
  applied_seq: number;
  /** How long the mirror has been behind. */
  seconds: number;
}

const secondsBehind = sql<number>`GREATEST(0, TIMESTAMPDIFF(MICROSECOND, behind_since, NOW(3)) / 1e6)`;

/** A pending task older than this counts as lost. */
const TASK_LOST_AFTER_SECONDS = 30;

export async function readBacklog(db: Db): Promise<Backlog> {
  const row = await db
    .selectFrom(byIndex("videos", "videos_behind"))
    .select((select) => [
      select.fn.countAll<string>().as("count"),
      sql<string>`COALESCE(SUM(seq - applied_seq), 0)`.as("changes"),
      sql<string>`COALESCE(MAX(${secondsBehind}), 0)`.as("oldest_seconds"),
    ])
    .where("is_behind", "=", sql<boolean>`1`)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), changes: Number(row.changes), oldest_seconds: Number(row.oldest_seconds) };
}

/** The videos furthest behind in time. Reads all that are behind, like `readBacklog`. */
export async function listBehind(db: Db, limit: number): Promise<BehindVideo[]> {
  return db
    .selectFrom(byIndex("videos", "videos_behind"))
    .select(["id", "seq", "applied_seq", secondsBehind.as("seconds")])
    .where("is_behind", "=", sql<boolean>`1`)
    .orderBy("behind_since")
    .limit(limit)
    .execute();
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

/** How far a mirror came. */
export interface AppliedMove {
  /** `applied_seq` as the caller saw it. */
  from: number;
  /** The change at which the fence is: a lower one after RTDB was wiped. */
  to: number;
  /**
   * The database's time of the snapshot that the caller read, if the mirror now holds all of it. Whatever it still lacks was committed
   * later, so `behind_since` becomes this. Undefined if the mirror lacks some of it: `behind_since` stays.
   */
  completeAsOf: Date | undefined;
}

/** Moves `applied_seq`. Returns false and changes nothing if somebody else moved it, or if MySQL has no such change. */
export async function moveAppliedSeq(db: Db, id: string, { from, to, completeAsOf }: AppliedMove): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ applied_seq: to, ...(completeAsOf && { behind_since: completeAsOf }) })
    .where("id", "=", id)
    .where("applied_seq", "=", from)
    .where("seq", ">=", to)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** `moveAppliedSeq` for several videos in one statement; returns how many moved. */
export async function moveAppliedSeqs(db: Db, moves: (AppliedMove & { id: string })[]): Promise<number> {
  const cases = repeated("WHEN ? THEN ?", moves.length, " ");
  return executeUpdate(
    db,
    statement(
      `UPDATE videos FORCE INDEX (PRIMARY) SET applied_seq = CASE id ${cases} END,
        behind_since = COALESCE(CASE id ${cases} END, behind_since)
      WHERE ${repeated("(id = ? AND applied_seq = ? AND seq >= ?)", moves.length, " OR ")}`,
      [
        ...moves.flatMap(({ id, to }) => [id, to]),
        ...moves.flatMap(({ id, completeAsOf }) => [id, completeAsOf ?? null]),
        ...moves.flatMap(({ id, from, to }) => [id, from, to]),
      ],
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
    .set({ behind_since: sql.raw<Date>(BEHIND_SINCE_SQL), rebuild_seq: sql`seq + 1`, seq: sql`seq + 1` })
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
      behind_since: sql.raw<Date>(BEHIND_SINCE_SQL),
      epoch: sql`GREATEST(epoch, ${after}) + 1`,
      applied_seq: 0,
      rebuild_seq: sql`seq + 1`,
      seq: sql`seq + 1`,
    })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}
