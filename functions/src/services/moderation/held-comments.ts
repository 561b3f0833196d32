import type { Context } from "../../context.ts";
import type { HeldPage } from "../../contract/moderation.ts";
import { transact } from "../../database/transactions.ts";
import type { Principal } from "../../security/bearers.ts";
import { insertApprovedComment } from "../../tables/comments/comments.ts";
import { takeSeq } from "../../tables/comments/videos.ts";
import { deleteHeld, listHeld, lockHeld, toHeldComment } from "../../tables/moderation/held-comments.ts";
import { hasRole } from "../accounts/roles.ts";
import { type FoundComment, getComment } from "../comments/get-comment.ts";
import { type AuditEvent, audit } from "../operation/audit.ts";
import { pageOf } from "../paging.ts";

/** A page of the comments that are held for review on a video, oldest first: all for a moderator, their own for a user. */
export async function listHeldComments(
  context: Context,
  principal: Principal,
  videoId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<HeldPage> {
  const userId = hasRole(principal.role, "moderator") ? undefined : principal.userId;
  const rows = await listHeld(context.db, videoId, { userId, after: cursor, limit: limit + 1 });
  const page = pageOf(rows, limit, { toItem: toHeldComment, cursorOf: ({ id }) => id });
  return { comments: page.items, next_cursor: page.nextCursor };
}

/**
 * Makes a held comment visible to everybody. It sorts by the time of its posting. Safe to repeat.
 * @throws ProblemError `not_found`
 */
export async function approveComment(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<FoundComment> {
  const { comment } = await getComment(context, principal, videoId, id);
  const event = {
    action: "comment.approve",
    actor: principal,
    target: { type: "comment", id },
    details: { video_id: videoId, user_id: comment.user.id },
  } as const;
  const seq = comment.held ? await moveToComments(context, { videoId, id }, event) : undefined;
  if (seq !== undefined) await context.videoRelay.publish(videoId, seq);
  return getComment(context, principal, videoId, id);
}

/** Returns the change number of the approval; undefined if the comment was approved or deleted meanwhile. */
function moveToComments(
  context: Context,
  { videoId, id }: { videoId: string; id: string },
  event: AuditEvent,
): Promise<number | undefined> {
  return transact(context.db, async (transaction) => {
    // Lock it first: an edit or a second approval at the same time comes before or after, but not between.
    if (!(await lockHeld(transaction, id))) return undefined;
    const seq = await takeSeq(transaction, videoId);
    await insertApprovedComment(transaction, id, seq);
    await deleteHeld(transaction, id);
    await audit(context, transaction, event);
    return seq;
  });
}
