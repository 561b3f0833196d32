import type { Context } from "../../context.ts";
import type { ErasedComments } from "../../contract/moderation.ts";
import { ProblemError } from "../../errors.ts";
import { deleteRevisions } from "../../tables/comments/comment-revisions.ts";
import { eraseComments } from "../../tables/comments/comments.ts";
import { transact } from "../../database/database.ts";
import { deleteHeldOf } from "../../tables/moderation/held-comments.ts";
import { closeReports } from "../../tables/moderation/reports.ts";
import { findVideoOf, listIdsOf } from "../../tables/comments/user-comments.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { lockVideo, takeSeqs } from "../../tables/comments/videos.ts";
import { audit } from "../operation/audit.ts";
import { checkOutranks } from "../accounts/ranks.ts";
import type { Principal } from "../accounts/sessions.ts";

/** Comments in one transaction, which holds the video's lock: a few milliseconds. */
const BATCH = 200;

/**
 * Erases every comment of a user, held ones too, a video and a batch at a time; listeners see each batch at once. Safe to repeat:
 * what was interrupted goes on where it stopped.
 * @throws ProblemError `not_found`; `forbidden` for a user of the same or a higher role, other than oneself
 */
export async function eraseCommentsOf(context: Context, principal: Principal, userId: string): Promise<ErasedComments> {
  const user = await findUser(context.db, userId);
  if (!user) throw new ProblemError("not_found");
  if (userId !== principal.user_id) checkOutranks(principal, user);
  const erased = await eraseAll(context, userId, principal.user_id);
  await audit(context, context.db, {
    action: "comments.erase",
    actor: principal,
    target: { type: "user", id: userId },
    details: { erased },
  });
  return { erased };
}

/** How many were erased. */
export async function eraseAll(context: Context, userId: string, deletedBy: string): Promise<number> {
  let erased = await transact(context.db, async (transaction) => {
    const ids = await deleteHeldOf(transaction, userId);
    if (ids.length > 0) await deleteRevisions(transaction, ids);
    return ids.length;
  });
  // Video after video, so that the tombstones left behind are not read again; and once more, for what was posted meanwhile.
  for (let after = "", inPass = 0; ;) {
    const videoId = await findVideoOf(context.db, userId, after);
    if (videoId === undefined) {
      if (inPass === 0) return erased;
      [after, inPass] = ["", 0];
      continue;
    }
    const { count, seq } = await eraseBatch(context, { userId, videoId, deletedBy });
    erased += count;
    inPass += count;
    if (count > 0) await context.videoRelay.publish(videoId, seq);
    if (count < BATCH) after = videoId;
  }
}

function eraseBatch(
  context: Context,
  { userId, videoId, deletedBy }: { userId: string; videoId: string; deletedBy: string },
): Promise<{ count: number; seq: number }> {
  return transact(context.db, async (transaction) => {
    // First the lock, then the rows: nobody else deletes one of them meanwhile, so each number that is taken is used.
    await lockVideo(transaction, videoId);
    const ids = await listIdsOf(transaction, userId, videoId, BATCH);
    if (ids.length === 0) return { count: 0, seq: 0 };
    const seq = await takeSeqs(transaction, videoId, ids.length);
    await eraseComments(transaction, { ids, firstSeq: seq - ids.length + 1, deletedBy });
    await deleteRevisions(transaction, ids);
    await closeReports(transaction, ids);
    return { count: ids.length, seq };
  });
}
