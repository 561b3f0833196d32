import { randomUUID } from "node:crypto";
import { type Selectable, sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { UserMirrorsTable } from "../../database/account-tables.ts";
import type { Db } from "../../database/schema.ts";
import type { Backlog } from "../../contract/operation.ts";
import { idleFor } from "./idle.ts";

/** A user's mirror, and the database's time when the row was read. */
export type UserMirrorRow = Selectable<UserMirrorsTable> & { now: Date };

/** Takes the user's next change number, in the transaction that makes the change. Locks the row until the transaction ends. */
export async function takeMirrorSeq(transaction: Db, userId: string): Promise<number> {
  const changeId = randomUUID();
  const result = await transaction
    .insertInto("user_mirrors")
    .values({ user_id: userId, seq: sql<number>`LAST_INSERT_ID(1)`, change_id: changeId })
    .onDuplicateKeyUpdate({
      // Set first: MySQL evaluates in this order, and `seq` is still the old one here.
      behind_since: sql`IF(seq > applied_seq, behind_since, NOW(3))`,
      seq: sql`LAST_INSERT_ID(seq + 1)`,
      change_id: changeId,
    })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}

export async function findMirror(db: Db, userId: string): Promise<UserMirrorRow | undefined> {
  return db
    .selectFrom(byIndex("user_mirrors", "PRIMARY"))
    .selectAll()
    .select(sql<Date>`NOW(3)`.as("now"))
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

/**
 * Moves `applied_seq` from what the caller saw. Returns false, and changes nothing, when somebody else moved it meanwhile. The mirror
 * counts as behind since now: what it still lacks was committed after the caller's read or, after a move to 0, was found to be lost.
 */
export async function moveAppliedSeq(db: Db, userId: string, seen: number, appliedSeq: number): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("user_mirrors", "PRIMARY"))
    .set({ applied_seq: appliedSeq, behind_since: sql<Date>`NOW(3)` })
    .where("user_id", "=", userId)
    .where("applied_seq", "=", seen)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/**
 * Lifts `seq` above a change that the Realtime Database holds and MySQL does not know: MySQL was restored to an earlier time. Changes
 * nothing if it is MySQL's own last change, or an earlier one.
 */
export async function liftSeq(
  db: Db,
  userId: string,
  { seq, changeId }: { seq: number; changeId: string },
): Promise<void> {
  await db
    .updateTable(byIndex("user_mirrors", "PRIMARY"))
    .set({ seq: seq + 1, change_id: randomUUID() })
    .where("user_id", "=", userId)
    .where((where) =>
      where.or([where("seq", "<", seq), where.and([where("seq", "=", seq), where("change_id", "!=", changeId)])]),
    )
    .execute();
}

export async function readBacklog(db: Db): Promise<Backlog> {
  const row = await db
    .selectFrom(byIndex("user_mirrors", "user_mirrors_behind"))
    .select((select) => [
      select.fn.countAll<string>().as("count"),
      sql<string>`COALESCE(SUM(seq - applied_seq), 0)`.as("changes"),
      sql<string>`COALESCE(MAX(GREATEST(0, TIMESTAMPDIFF(MICROSECOND, behind_since, NOW(3)) / 1e6)), 0)`.as(
        "oldest_seconds",
      ),
    ])
    .where("is_behind", "=", sql<boolean>`1`)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), changes: Number(row.changes), oldest_seconds: Number(row.oldest_seconds) };
}

/**
 * Takes up to `limit` users that are behind and that no task or sweep tried for `idleSeconds`, the longest untried first, and marks them
 * as attempted. Two callers at once may take the same ones, which does no harm.
 */
export async function takeBehind(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("user_mirrors", "user_mirrors_behind"))
    .select("user_id")
    .where("is_behind", "=", sql<boolean>`1`)
    .where(idleFor("attempted_at", idleSeconds))
    .where(namingRow("inserted_at"))
    .orderBy("attempted_at")
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.user_id);
  if (ids.length > 0) await markAttempted(db, ...ids);
  return ids;
}

export async function markAttempted(db: Db, ...userIds: string[]): Promise<void> {
  await db
    .updateTable(byIndex("user_mirrors", "PRIMARY"))
    .set({ attempted_at: sql<Date>`NOW(3)` })
    .where("user_id", "in", userIds)
    .execute();
}

/** The users compared longest ago, none within the last `idleSeconds`. */
export async function listUnreconciled(db: Db, idleSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("user_mirrors", "user_mirrors_reconciled"))
    .select("user_id")
    .where(idleFor("reconciled_at", idleSeconds))
    .where(namingRow("inserted_at"))
    .orderBy("reconciled_at")
    .orderBy("user_id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}

export async function markReconciled(db: Db, userId: string): Promise<void> {
  await db
    .updateTable(byIndex("user_mirrors", "PRIMARY"))
    .set({ reconciled_at: sql<Date>`NOW(3)` })
    .where("user_id", "=", userId)
    .execute();
}

/** A page of all users that have a mirror, by id. */
export async function listUserIds(db: Db, afterId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("user_mirrors", "PRIMARY"))
    .select("user_id")
    .where("user_id", ">", afterId)
    .where(namingRow("inserted_at"))
    .orderBy("user_id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}
