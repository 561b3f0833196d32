import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** Notes that no video of the user shows the new name or role yet, in the transaction that changes it. */
export async function insertRename(transaction: Db, userId: string): Promise<void> {
  await transaction
    .insertInto("user_renames")
    .values({ user_id: userId })
    .onDuplicateKeyUpdate({ after_video_id: "" })
    .execute();
}

/** The renamed user who has waited longest for a turn. */
export async function findNextRenamed(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom(byIndex("user_renames", "user_renames_moved"))
    .select("user_id")
    .orderBy("moved_at")
    .limit(1)
    .executeTakeFirst();
  return row?.user_id;
}

/** The last video of the user's walk, locked to the end of the transaction: another change of the name waits. */
export async function lockRename(transaction: Db, userId: string): Promise<string | undefined> {
  const row = await transaction
    .selectFrom(byIndex("user_renames", "PRIMARY"))
    .select("after_video_id")
    .where("user_id", "=", userId)
    .forUpdate()
    .executeTakeFirst();
  return row?.after_video_id;
}

/** Ends the user's turn; with `afterVideoId`, the walk has come to that video. */
export async function endTurn(db: Db, userId: string, afterVideoId?: string): Promise<void> {
  await db
    .updateTable(byIndex("user_renames", "PRIMARY"))
    .set({ moved_at: sql<Date>`NOW(6)`, ...(afterVideoId === undefined ? {} : { after_video_id: afterVideoId }) })
    .where("user_id", "=", userId)
    .execute();
}

export async function deleteRename(transaction: Db, userId: string): Promise<void> {
  await transaction
    .deleteFrom("user_renames")
    .using(byIndex("user_renames", "PRIMARY"))
    .where("user_id", "=", userId)
    .execute();
}
