import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { SeqValue } from "./comments.ts";
import { repeated, statement } from "../../database/database.ts";
import type { Db, VideosTable } from "../../database/schema.ts";

/** A video, and the time by the database's clock when it was read. */
export type VideoRow = Selectable<VideosTable> & { now: Date };

/** A pending task older than this is taken for lost. */
const PENDING_SECONDS = 30;

/**
 * The video's next sequence number, in the caller's transaction. The row lock is held to its end, so the order of the numbers is
 * the order of the commits, without gaps; a rollback gives the number back.
 */
export async function takeSeq(transaction: Db, id: string): Promise<number> {
  return takeSeqs(transaction, id, 1);
}

/** `count` numbers in a row, as `takeSeq`; the last of them. */
export async function takeSeqs(transaction: Db, id: string, count: number): Promise<number> {
  const result = await transaction
    .insertInto("videos")
    .values({ id, seq: sql<number>`LAST_INSERT_ID(${count})` })
    .onDuplicateKeyUpdate({ seq: sql`LAST_INSERT_ID(seq + ${count})` })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}

/** The last number that was taken of a video. */
export type TakenSeq = Pick<VideoRow, "id" | "seq">;

/**
 * Two statements for a transaction that takes for each of these videos as many numbers in a row as it is asked for, as `takeSeq`: one
 * takes them, one answers the last of each. Locks the videos in the order of their ids, so that two callers cannot wait for each other.
 */
export function takeSeqsOf(counts: ReadonlyMap<string, number>) {
  const ids = [...counts.keys()].toSorted();
  return [
    statement("INSERT INTO videos (id, seq) VALUES ? ON DUPLICATE KEY UPDATE seq = seq + VALUES(seq)", [
      ids.map((id) => [id, counts.get(id)]),
    ]),
    statement<TakenSeq>("SELECT id, seq FROM videos WHERE id IN (?)", [ids]),
  ] as const;
}

/**
 * For a statement of the transaction that holds the video: its seq less `back`, or NULL, which no row takes, where its settings are no
 * longer of this version.
 */
export function seqUnder(settingsVersion: number, id: string, back: number): SeqValue {
  return {
    text: "(SELECT seq - ? FROM videos WHERE id = ? AND settings_version = ?)",
    values: [back, id, settingsVersion],
  };
}

export async function findVideo(db: Db, id: string): Promise<VideoRow | undefined> {
  return db
    .selectFrom("videos")
    .selectAll()
    .select(sql<Date>`NOW(3)`.as("now"))
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Holds the video's row to the end of the transaction, as a write to its comments does: none of those runs meanwhile. */
export async function lockVideo(transaction: Db, id: string): Promise<{ settings_version: number } | undefined> {
  return transaction
    .selectFrom("videos")
    .select("settings_version")
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export type VideoSettings = Pick<VideoRow, "comments_open" | "slow_mode_seconds" | "hold_for_review">;

/** Changes the settings that are given; a video is there from its first setting or comment on. */
export async function updateSettings(db: Db, id: string, settings: Partial<VideoSettings>): Promise<void> {
  await db
    .insertInto("videos")
    .values({ id, ...settings, settings_version: 1 })
    .onDuplicateKeyUpdate({ ...settings, settings_version: sql`settings_version + 1` })
    .execute();
}

/** Notes that the feed begins after `seq`. */
export async function raiseFloor(transaction: Db, id: string, seq: number): Promise<void> {
  await transaction
    .updateTable("videos")
    .set({ floor_seq: sql`GREATEST(floor_seq, ${seq})` })
    .where("id", "=", id)
    .execute();
}

/** A page of videos by id, for walks over all of them. */
export async function listVideoIds(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db.selectFrom("videos").select("id").where("id", ">", after).orderBy("id").limit(limit).execute();
  return rows.map((row) => row.id);
}

/** Whether a young task is pending for changes that are not yet applied. Takes no lock: the row is hot. */
export async function isTaskPending(db: Db, id: string): Promise<boolean> {
  const row = await db
    .selectFrom("videos")
    .select("id")
    .where("id", "=", id)
    .whereRef("enqueued_seq", ">", "applied_seq")
    .where("enqueued_at", ">", sql<Date>`NOW(3) - INTERVAL ${PENDING_SECONDS} SECOND`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that a task was enqueued for the changes up to `seq`. */
export async function markEnqueued(db: Db, id: string, seq: number): Promise<void> {
  await db
    .updateTable("videos")
    .set({ enqueued_seq: sql`GREATEST(enqueued_seq, ${seq})`, enqueued_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

export async function markAttempted(db: Db, id: string): Promise<void> {
  await db
    .updateTable("videos")
    .set({ attempted_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .execute();
}

/**
 * Moves `applied_seq` from what the caller saw to what the Realtime Database's fence says, which may be lower after it was wiped.
 * Changes nothing, and answers false, when somebody else moved it meanwhile, or when MySQL knows of no such change.
 */
export async function moveAppliedSeq(db: Db, id: string, seen: number, appliedSeq: number): Promise<boolean> {
  const result = await db
    .updateTable("videos")
    .set({ applied_seq: appliedSeq })
    .where("id", "=", id)
    .where("applied_seq", "=", seen)
    .where("seq", ">=", appliedSeq)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** `moveAppliedSeq` of several videos in one statement; how many were moved. */
export async function moveAppliedSeqs(db: Db, moves: { id: string; from: number; to: number }[]): Promise<number> {
  const update = statement(
    `UPDATE videos SET applied_seq = CASE id ${repeated("WHEN ? THEN ?", moves.length, " ")} END
    WHERE ${repeated("(id = ? AND applied_seq = ? AND seq >= ?)", moves.length, " OR ")}`,
    [...moves.flatMap(({ id, to }) => [id, to]), ...moves.flatMap(({ id, from, to }) => [id, from, to])],
  );
  const { numAffectedRows } = await db.executeQuery(update.compile());
  return Number(numAffectedRows);
}
