import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { MAX_EDITS } from "../../contract/limits.ts";
import { DEFAULT_VIDEO_SETTINGS } from "../../contract/moderation.ts";
import type { Db } from "../../database/schema.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { insertRevision } from "../../tables/comments/comment-revisions.ts";
import { updateContent } from "../../tables/comments/comments.ts";
import { type VideoSettings, findVideo, lockVideo, takeSeq } from "../../tables/comments/videos.ts";
import { findBan } from "../../tables/moderation/bans.ts";
import { lockHeld, updateHeld } from "../../tables/moderation/held-comments.ts";
import { type FoundComment, getComment } from "./get-comment.ts";
import { checkRules, isReviewed, isSlowed, takeSlowModeTurn } from "./rules.ts";
import { type Versions, CommentChanged, matchesVersion, transactUnlessChanged } from "./versions.ts";

export interface Edit {
  videoId: string;
  id: string;
  content: string;
  versions: Versions;
}

/**
 * Replaces the content of the principal's own comment. The earlier content is kept for moderators. Of several requests with the same
 * version only one succeeds.
 * @throws ProblemError `not_found`, `forbidden`, `precondition_failed` with the current comment, `edit_window_over`, `too_many_edits`,
 * `edit_needs_review`, `content_refused`, `banned`, `comments_closed`, `slow_mode`
 */
export async function editComment(context: Context, principal: Principal, edit: Edit): Promise<FoundComment> {
  const { videoId, id, versions } = edit;
  for (;;) {
    const { comment } = await getComment(context, principal, videoId, id);
    if (comment.user.id !== principal.userId) throw new ProblemError("forbidden");
    if (!matchesVersion(comment.version, versions)) throw new ProblemError("precondition_failed", { current: comment });
    const settings = (await findVideo(context.db, videoId)) ?? DEFAULT_VIDEO_SETTINGS;
    await checkMayEdit(context, principal, edit, { comment, settings });
    const slowModeSeconds = settings.slow_mode_seconds;

    const seq = await transactUnlessChanged(context.db, async (transaction) => {
      // A held comment before the video: an approval takes these locks in this order.
      if (comment.held && (await lockHeld(transaction, id)) === undefined) throw new CommentChanged();
      // Under slow mode an edit takes a turn, as a post does. Otherwise each edit of one comment would say something new.
      if (isSlowed(principal, slowModeSeconds)) {
        await lockVideo(transaction, videoId);
        await takeSlowModeTurn(transaction, principal, videoId, slowModeSeconds);
      }
      return writeEdit(transaction, edit, comment);
    });
    if (seq !== undefined && seq > 0) await context.videoRelay.publish(videoId, seq);
    const current = await getComment(context, principal, videoId, id);
    if (seq !== undefined) return current;
    if (versions !== "any") throw new ProblemError("precondition_failed", { current: current.comment });
  }
}

async function checkMayEdit(
  context: Context,
  principal: Principal,
  { videoId, content }: Edit,
  { comment, settings }: { comment: Comment; settings: VideoSettings },
): Promise<void> {
  const ban = await findBan(context.db, principal.userId, videoId);
  const isBanned = ban !== undefined;
  await checkRules(context, { principal, videoId, content, isBanned, commentsOpen: settings.comments_open });

  // Each edit keeps a revision, and each change raises the version.
  if (comment.version > MAX_EDITS) throw new ProblemError("too_many_edits");
  const { editWindowSeconds } = context.config;
  const editableUntil = Date.parse(comment.created_at) + editWindowSeconds * 1000;
  if (editWindowSeconds > 0 && context.clock().getTime() > editableUntil) {
    throw new ProblemError("edit_window_over", { detail: `A comment can be edited for ${editWindowSeconds} s.` });
  }
  // Otherwise an approved comment could be turned into anything.
  if (isReviewed(principal, settings.hold_for_review) && !comment.held) throw new ProblemError("edit_needs_review");
}

/** Returns the edit's change number; 0 for a held comment, which has none. @throws CommentChanged */
async function writeEdit(transaction: Db, { videoId, id, content }: Edit, comment: Comment): Promise<number> {
  const { version } = comment;
  if (comment.held) {
    const isKept = await insertRevision(transaction, "held_comments", id, version);
    if (!isKept || !(await updateHeld(transaction, { id, version, content }))) throw new CommentChanged();
    return 0;
  }
  const seq = await takeSeq(transaction, videoId);
  const isKept = await insertRevision(transaction, "comments", id, version);
  if (!isKept || !(await updateContent(transaction, { id, version, content, seq }))) throw new CommentChanged();
  return seq;
}
