import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Db, UserMirrorsTable } from "../../database/schema.ts";

export type UserMirrorRow = Selectable<UserMirrorsTable>;

/** The user's next change, in the transaction that makes it. */
export async function takeMirrorSeq(transaction: Db, userId: string): Promise<number> {
  const result = await transaction
    .insertInto("user_mirrors")
    .values({ user_id: userId, seq: sql<number>`LAST_INSERT_ID(1)` })
    .onDuplicateKeyUpdate({ seq: sql`LAST_INSERT_ID(seq + 1)` })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}

export async function findMirror(db: Db, userId: string): Promise<UserMirrorRow | undefined> {
  return db.selectFrom("user_mirrors").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

/** Moves `applied_seq` from what the caller saw; changes nothing when somebody else moved it meanwhile. */
export async function moveMirrorAppliedSeq(db: Db, userId: string, seen: number, appliedSeq: number): Promise<void> {
  await db
    .updateTable("user_mirrors")
    .set({ applied_seq: appliedSeq })
    .where("user_id", "=", userId)
    .where("applied_seq", "=", seen)
    .execute();
}

/** Lifts `seq` above a number that the Realtime Database holds already, if it is lower, as after a restored backup of MySQL. */
export async function liftMirrorSeq(db: Db, userId: string, above: number): Promise<void> {
  await db
    .updateTable("user_mirrors")
    .set({ seq: above + 1 })
    .where("user_id", "=", userId)
    .where("seq", "<", above)
    .execute();
}

/** Users that are behind and were not tried for `seconds`, those that waited longest first; marks them as tried. */
export async function takeMirrorsBehind(db: Db, seconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom("user_mirrors")
    .select("user_id")
    .where("is_behind", "=", true)
    .where((where) =>
      where.or([
        where("attempted_at", "is", null),
        where("attempted_at", "<", sql<Date>`NOW(3) - INTERVAL ${seconds} SECOND`),
      ]),
    )
    .orderBy("attempted_at")
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.user_id);
  if (ids.length > 0) {
    await db
      .updateTable("user_mirrors")
      .set({ attempted_at: sql<Date>`NOW(3)` })
      .where("user_id", "in", ids)
      .execute();
  }
  return ids;
}

/** Users of whom there is something to mirror: a page by id, or those that were not checked for longest. */
export async function listMirrored(
  db: Db,
  page: { by: "user_id" | "checked_at"; after?: string; limit: number },
): Promise<string[]> {
  let query = db.selectFrom("user_mirrors").select("user_id").orderBy(page.by).limit(page.limit);
  if (page.after !== undefined) query = query.where("user_id", ">", page.after);
  const rows = await query.execute();
  return rows.map((row) => row.user_id);
}

export async function markChecked(db: Db, userIds: string[]): Promise<void> {
  await db
    .updateTable("user_mirrors")
    .set({ checked_at: sql<Date>`NOW(3)` })
    .where("user_id", "in", userIds)
    .execute();
}
