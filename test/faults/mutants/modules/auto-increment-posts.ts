import type * as groupCommit from "../../../../functions/src/batching/group-commit.ts";
import { transact } from "../../../../functions/src/database/transactions.ts";
import { takeSeq } from "./auto-increment-numbers.ts";
import { writePost } from "./write-post.ts";

export * from "../../../../functions/src/batching/group-commit.ts";

export const createCommitPost: typeof groupCommit.createCommitPost = (db) => (rows) =>
  transact(db, async (transaction) => {
    const seq = await takeSeq(transaction, rows.comment.video_id);
    await writePost(transaction, rows, seq);
    return seq;
  });
