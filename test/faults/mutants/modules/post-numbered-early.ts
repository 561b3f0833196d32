import { setTimeout as sleep } from "node:timers/promises";
import type * as groupCommit from "../../../../functions/src/batching/group-commit.ts";
import { transact } from "../../../../functions/src/database/transactions.ts";
import { takeSeq } from "../../../../functions/src/tables/comments/videos.ts";
import { writePost } from "./write-post.ts";

export * from "../../../../functions/src/batching/group-commit.ts";

export const createCommitPost: typeof groupCommit.createCommitPost = (db) => async (rows) => {
  const seq = await takeSeq(db, rows.comment.video_id);
  // Widens the race, as a busy server does.
  await sleep(200);
  await transact(db, (transaction) => writePost(transaction, rows, seq));
  return seq;
};
