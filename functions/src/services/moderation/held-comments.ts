import type { Context } from "../../context.ts";
import type { HeldPage } from "../../contract/moderation.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { insertApprovedComment } from "../../tables/comments/comments.ts";
import { takeSeq } from "../../tables/comments/videos.ts";
import { deleteHeld, listHeld, lockHeld, toHeldComment } from "../../tables/moderation/held-comments.ts";
import { hasRole } from "../accounts/roles.ts";
import { type FoundComment, getComment } from "../comments/get-comment.ts";
import { type Versions, matchesVersion } from "../comments/versions.ts";
import { audit } from "../operation/audit.ts";
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

export interface Approval {
  videoId: string;
  id: string;
  /** Those that the moderator has read. */
  versions: Versions;
}

/**
 * Makes a held comment visible to everybody. It sorts by the time of its posting. Safe to repeat: whoever repeats it names the version
 * that was held, so an approved comment is returned whatever its version (RFC 9110, 13.1.1).
 * @throws ProblemError `not_found`; `precondition_failed` with the current comment if its author has changed it since
 */
export async function approveComment(
  context: Context,
  principal: Principal,
  approval: Approval,
): Promise<FoundComment> {
  const { videoId, id } = approval;
  const { comment } = await getComment(context, principal, videoId, id);
  const seq = comment.held ? await moveToComments(context, principal, approval, comment.user.id) : undefined;
  if (seq !== undefined) await context.videoRelay.publish(videoId, seq);
  const current = await getComment(context, principal, videoId, id);
  if (current.comment.held) throw new ProblemError("precondition_failed", { current: current.comment });
  return current;
}

/** Returns the change number of the approval; undefined if the comment was changed, approved or deleted meanwhile. */
function moveToComments(
  context: Context,
  principal: Principal,
  { videoId, id, versions }: Approval,
  userId: string,
): Promise<number | undefined> {
  return transact(context.db, async (transaction) => {
    // Lock it first: an edit or a second approval at the same time comes before or after, but not between.
    const version = await lockHeld(transaction, id);
    if (version === undefined || !matchesVersion(version, versions)) return undefined;
    const seq = await takeSeq(transaction, videoId);
    await insertApprovedComment(transaction, id, seq);
    await deleteHeld(transaction, id);
    await audit(context, transaction, {
      action: "comment.approve",
      actor: principal,
      target: { type: "comment", id },
      details: { video_id: videoId, user_id: userId, version },
    });
    return seq;
  });
}
