import { type Selectable, sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db, VideosTable } from "../../database/schema.ts";
import { type Statement, statement } from "../../database/statement.ts";

/** A video, with the database's time when it was read. */
export type VideoRow = Selectable<VideosTable> & { now: Date };

/**
 * SQL for `behind_since` where a change number is taken: unchanged if the mirror already lacks a change, else now. Set it first: MySQL
 * evaluates in this order, and the other columns are still the old ones here.
 */
export const BEHIND_SINCE_SQL = "IF(seq > applied_seq, behind_since, NOW(3))";

/**
 * Takes the video's next change number, in the caller's transaction. The row stays locked until the transaction ends, so the order of
 * the numbers is the order of the commits, without gaps. A rollback gives the number back.
 */
export async function takeSeq(transaction: Db, id: string): Promise<number> {
  return takeSeqs(transaction, id, 1);
}

/** Takes `count` numbers in a row, like `takeSeq`; returns the last one. */
export async function takeSeqs(transaction: Db, id: string, count: number): Promise<number> {
  const result = await transaction
    .insertInto("videos")
    .values({ id, seq: sql<number>`LAST_INSERT_ID(${count})` })
    .onDuplicateKeyUpdate({ behind_since: sql.raw<Date>(BEHIND_SINCE_SQL), seq: sql`LAST_INSERT_ID(seq + ${count})` })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}

/** The last number that was taken from a video. */
export type LastSeq = Pick<VideoRow, "id" | "seq">;

/**
 * Like `takeSeqs` for several videos at once: one statement takes the numbers, the other returns each video's last one. Locks the videos
 * in the order of their ids, so that two callers cannot deadlock.
 */
export function takeSeqsStatements(counts: ReadonlyMap<string, number>): readonly [Statement, Statement<LastSeq>] {
  const ids = [...counts.keys()].toSorted();
  return [
    statement(
      `INSERT INTO videos (id, seq) VALUES ?
      ON DUPLICATE KEY UPDATE behind_since = ${BEHIND_SINCE_SQL}, seq = seq + VALUES(seq)`,
      [ids.map((id) => [id, counts.get(id)])],
    ),
    statement<LastSeq>("SELECT id, seq FROM videos FORCE INDEX (PRIMARY) WHERE id IN (?)", [ids]),
  ];
}

/** An SQL expression for a comment's change number. */
export interface SeqExpression {
  sql: string;
  values: unknown[];
}

/**
 * SQL for a comment's change number, in the transaction that took it: the video's last number minus `offset`, or NULL if the settings
 * are at another version. NULL makes the insert fail.
 */
export function seqExpression(videoId: string, options: { settingsVersion: number; offset: number }): SeqExpression {
  return {
    sql: "(SELECT seq - ? FROM videos FORCE INDEX (PRIMARY) WHERE id = ? AND settings_version = ?)",
    values: [options.offset, videoId, options.settingsVersion],
  };
}

/** What a response about a video depends on, names and roles apart (decision 119): while none of the three changes, nor does it. */
export interface VideoState {
  /** The last change number that was taken. */
  seq: number;
  epoch: number;
  /** The feed of changes begins after it. */
  floor: number;
}

/** The states of these videos, by their primary keys. */
export function videoStatesQuery(ids: string[]): Statement<VideoState & { id: string }> {
  return statement<VideoState & { id: string }>(
    "SELECT id, seq, epoch, floor_seq AS floor FROM videos FORCE INDEX (PRIMARY) WHERE id IN (?)",
    [ids],
  );
}

export async function findVideo(db: Db, id: string): Promise<VideoRow | undefined> {
  return db
    .selectFrom(byIndex("videos", "PRIMARY"))
    .selectAll()
    .select(sql<Date>`NOW(3)`.as("now"))
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Creates the video with the default settings. Changes nothing if it is known. Returns whether it was new. */
export async function createVideo(db: Db, id: string): Promise<boolean> {
  const result = await db.insertInto("videos").ignore().values({ id }).executeTakeFirstOrThrow();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Locks the video's row until the transaction ends, as every write to its comments does. */
export async function lockVideo(transaction: Db, id: string): Promise<{ settings_version: number } | undefined> {
  return transaction
    .selectFrom(byIndex("videos", "PRIMARY"))
    .select("settings_version")
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export type VideoSettings = Pick<VideoRow, "comments_open" | "slow_mode_seconds" | "hold_for_review">;

/** Changes the given settings and raises their version, at a change number that the transaction took with `takeSeq`. */
export async function updateSettings(
  transaction: Db,
  id: string,
  settings: Partial<VideoSettings> & { settings_seq: number },
): Promise<void> {
  await transaction
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ ...settings, settings_version: sql`settings_version + 1` })
    .where("id", "=", id)
    .execute();
}

/** Has posts that were checked under the old settings or bans checked again. */
export async function raiseSettingsVersion(db: Db, id: string): Promise<void> {
  await db
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ settings_version: sql`settings_version + 1` })
    .where("id", "=", id)
    .execute();
}

/** Records that changes up to `seq` may be missing from the feed. */
export async function raiseFloor(transaction: Db, id: string, seq: number): Promise<void> {
  await transaction
    .updateTable(byIndex("videos", "PRIMARY"))
    .set({ floor_seq: sql`GREATEST(floor_seq, ${seq})` })
    .where("id", "=", id)
    .execute();
}

/** The ids of the next `limit` videos after `after`, for a walk over all of them. */
export async function listVideoIds(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("videos", "PRIMARY"))
    .select("id")
    .where("id", ">", after)
    .where(namingRow("inserted_at"))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}
