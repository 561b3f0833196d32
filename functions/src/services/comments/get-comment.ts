import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { findComment } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { findHeld, toHeldComment } from "../../tables/moderation/held-comments.ts";
import { isOwnerOrModerator } from "../accounts/roles.ts";
import { type ReadOptions, checkSeen } from "./read-comments.ts";

export interface FoundComment {
  comment: Comment;
  /** The video was at this change, or a later one. */
  seq: number;
}

/**
 * Finds a comment. A held one is visible to its author and to moderators.
 * @throws ProblemError `not_found`, also for a deleted comment
 */
export async function getComment(
  context: Context,
  principal: Principal | undefined,
  videoId: string,
  id: string,
): Promise<FoundComment> {
  const row = await findComment(context.db, videoId, id);
  if (row) return toFound(row);
  if (!principal) throw new ProblemError("not_found");
  const held = await findHeld(context.db, videoId, id);
  if (!held) {
    // If it was approved between the two queries, the first one finds it now.
    const approved = await findComment(context.db, videoId, id);
    if (!approved) throw new ProblemError("not_found");
    return toFound(approved);
  }
  if (!isOwnerOrModerator(principal, held.user_id)) throw new ProblemError("not_found");
  return { comment: toHeldComment(held), seq: (await findVideo(context.db, videoId))?.seq ?? 0 };
}

/**
 * `getComment` for somebody who only reads: what everybody sees may come from a replica. Whether there is no such comment, and who sees a
 * held one, the primary says.
 * @throws ProblemError `not_found`; `must_refetch` if the video has not reached the change that the reader has seen
 */
export async function readComment(
  context: Context,
  principal: Principal | undefined,
  { videoId, id }: { videoId: string; id: string },
  options: ReadOptions,
): Promise<FoundComment> {
  const found = await context.videoReader.read({ videoId, ...options }, async ({ isPrimary, db }) => {
    if (isPrimary) return getComment(context, principal, videoId, id);
    const row = await findComment(db, videoId, id);
    if (!row) throw new ProblemError("not_found");
    return toFound(row);
  });
  checkSeen(found.seq, options.minSeq);
  return found;
}

function toFound(row: NonNullable<Awaited<ReturnType<typeof findComment>>>): FoundComment {
  if (row.deleted_at) throw new ProblemError("not_found");
  return { comment: toComment(row), seq: row.video_seq };
}
