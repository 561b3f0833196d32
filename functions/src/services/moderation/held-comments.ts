import type { Context } from "../../context.ts";
import type { HeldPage } from "../../contract/moderation.ts";
import { insertHeldComment } from "../../tables/comments/comments.ts";
import { transact } from "../../database/database.ts";
import { deleteHeld, listHeld, lockHeld } from "../../tables/moderation/held-comments.ts";
import { takeSeq } from "../../tables/comments/videos.ts";
import type { FoundComment } from "../comments/comments.ts";
import { getComment } from "../comments/comments.ts";
import { audit } from "../operation/audit.ts";
import { toHeldComment } from "../comments/posting.ts";
import type { Principal } from "../accounts/sessions.ts";

/** What waits for review on a video, oldest first: for a moderator all of it, for others their own. */
export async function listHeldComments(
  context: Context,
  principal: Principal,
  videoId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<HeldPage> {
  const userId = principal.role === "user" ? principal.user_id : undefined;
  const rows = await listHeld(context.db, videoId, { userId, after: page.cursor, limit: page.limit + 1 });
  const comments = rows.slice(0, page.limit).map(toHeldComment);
  return { comments, next_cursor: rows.length > page.limit ? (comments.at(-1)?.id ?? null) : null };
}

/**
 * Lets a held comment appear, in the place that the time of its posting gives it. Safe to repeat.
 * @throws ProblemError `not_found`
 */
export async function approveComment(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<FoundComment> {
  const { comment } = await getComment(context, principal, videoId, id);
  if (comment.held) {
    const seq = await transact(context.db, async (transaction) => {
      // Its lock comes first: an edit or a second approval meanwhile is before or after, not between.
      if (!(await lockHeld(transaction, id))) return undefined;
      const next = await takeSeq(transaction, videoId);
      await insertHeldComment(transaction, id, next);
      await deleteHeld(transaction, id);
      return next;
    });
    if (seq !== undefined) {
      const { id: user_id } = comment.user;
      await audit(context, context.db, {
        action: "comment.approve",
        actor: principal,
        target: { type: "comment", id },
        details: { video_id: videoId, user_id },
      });
      await context.videoRelay.publish(videoId, seq);
    }
  }
  return getComment(context, principal, videoId, id);
}
