import { sql } from "kysely";
import { byIndex, deleteByIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** The user of a name that a moderator took away. */
const NOBODY = "";

/** Notes that the user's name has these looks. */
export async function insertLooks(transaction: Db, userId: string, looks: Buffer[]): Promise<void> {
  await transaction
    .insertInto("username_looks")
    .values(looks.map((look) => ({ look, user_id: userId })))
    .onDuplicateKeyUpdate({ released_at: null })
    .execute();
}

/**
 * Whether another name has one of the looks, or had it in the last `days`. Call it after `insertLooks`, in the same transaction: of two users
 * who take look-alikes at once, one waits for the other here, or is undone by a deadlock and tried again.
 */
export async function isLookTaken(
  transaction: Db,
  userId: string,
  { looks, days }: { looks: Buffer[]; days: number },
): Promise<boolean> {
  const { rows } = await sql`
    SELECT user_id FROM username_looks FORCE INDEX (PRIMARY)
    WHERE look IN (${sql.join(looks)}) AND user_id <> ${userId}
      AND (released_at IS NULL OR released_at > NOW(3) - INTERVAL ${days} DAY)
    LIMIT 1 FOR UPDATE`.execute(transaction);
  return rows.length > 0;
}

/** Releases the looks of the user's present name: only the user may have them for a while. */
export async function releaseLooks(transaction: Db, userId: string): Promise<void> {
  await transaction
    .updateTable(byIndex("username_looks", "username_looks_user"))
    .set({ released_at: sql<Date>`NOW(3)` })
    .where("user_id", "=", userId)
    .where("released_at", "is", null)
    .execute();
}

/** Takes these looks away from the user: nobody may have them for a while. */
export async function withdrawLooks(transaction: Db, userId: string, looks: Buffer[]): Promise<void> {
  await transaction
    .deleteFrom("username_looks")
    .using(byIndex("username_looks", "PRIMARY"))
    .where("user_id", "=", userId)
    .where("look", "in", looks)
    .execute();
  await transaction
    .insertInto("username_looks")
    .values(looks.map((look) => ({ look, user_id: NOBODY, released_at: sql<Date>`NOW(3)` })))
    .onDuplicateKeyUpdate({ released_at: sql<Date>`NOW(3)` })
    .execute();
}

/** Forgets the looks of the user's present name. */
export async function deletePresentLooks(transaction: Db, userIds: string[]): Promise<void> {
  await transaction
    .deleteFrom("username_looks")
    .using(byIndex("username_looks", "username_looks_user"))
    .where("user_id", "in", userIds)
    .where("released_at", "is", null)
    .execute();
}

/** Deletes at most `limit` looks that were released more than `days` ago; returns how many. */
export async function deleteReleasedLooks(db: Db, days: number, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "username_looks",
    key: ["look", "user_id"],
    index: "username_looks_released",
    where: sql`released_at < NOW(3) - INTERVAL ${days} DAY`,
    orderBy: "released_at",
    limit,
  });
}

/** Users whose looks were computed by an older version of the rules, locked until the transaction ends. */
export async function lockUsersWithOldLooks(
  transaction: Db,
  version: number,
  limit: number,
): Promise<{ id: string; username: string }[]> {
  const { rows } = await sql<{ id: string; username: string }>`
    SELECT id, username FROM users FORCE INDEX (users_looks)
    WHERE looks_version < ${version} ORDER BY looks_version, id LIMIT ${limit} FOR UPDATE`.execute(transaction);
  return rows;
}

export async function setLooksVersion(transaction: Db, userIds: string[], version: number): Promise<void> {
  await transaction
    .updateTable(byIndex("users", "PRIMARY"))
    .set({ looks_version: version })
    .where("id", "in", userIds)
    .execute();
}
