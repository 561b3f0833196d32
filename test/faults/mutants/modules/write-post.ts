import type { Db } from "../../../../functions/src/database/schema.ts";
import type { PostRows } from "../../../../functions/src/batching/group-commit.ts";

/** Writes a post and its key, in the caller's transaction. */
export async function writePost(transaction: Db, { key, comment }: PostRows, seq: number): Promise<void> {
  await transaction.insertInto("idempotency_keys").values(key).execute();
  await transaction
    .insertInto("comments")
    .values({ ...comment, seq, first_seq: seq, updated_at: comment.inserted_at })
    .execute();
}
