import type { Generated } from "kysely";
import type { Db } from "./schema.ts";

export interface UserRenamesTable {
  user_id: string;
  /** The last video that was asked to be written again. */
  after_video_id: Generated<string>;
}

/** Notes, in the transaction that changes a user's name, that no video of theirs shows the new one yet. */
export async function insertRename(transaction: Db, userId: string): Promise<void> {
  await transaction
    .insertInto("user_renames")
    .values({ user_id: userId })
    .onDuplicateKeyUpdate({ after_video_id: "" })
    .execute();
}

/** A rename that is not done, held to the end of the transaction: a further change of that name waits. */
export async function lockRename(transaction: Db): Promise<{ user_id: string; after_video_id: string } | undefined> {
  return transaction.selectFrom("user_renames").selectAll().orderBy("user_id").limit(1).forUpdate().executeTakeFirst();
}

export async function moveRename(transaction: Db, userId: string, afterVideoId: string): Promise<void> {
  await transaction
    .updateTable("user_renames")
    .set({ after_video_id: afterVideoId })
    .where("user_id", "=", userId)
    .execute();
}

export async function deleteRename(transaction: Db, userId: string): Promise<void> {
  await transaction.deleteFrom("user_renames").where("user_id", "=", userId).execute();
}
