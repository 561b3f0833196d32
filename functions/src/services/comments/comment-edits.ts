import { toComment } from "../../tables/comments/to-comment.ts";
import type { Context } from "../../context.ts";
import type { Revision } from "../../contract/comment.ts";
import { ProblemError } from "../../errors.ts";
import { findBan } from "../../tables/moderation/bans.ts";
import { deleteRevisions, insertRevision, listRevisions } from "../../tables/comments/comment-revisions.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { eraseComments, findComment, updateContent } from "../../tables/comments/comments.ts";
import { transact } from "../../database/database.ts";
import { deleteHeld, findHeld, updateHeld } from "../../tables/moderation/held-comments.ts";
import { closeReports } from "../../tables/moderation/reports.ts";
import { findVideo, takeSeq } from "../../tables/comments/videos.ts";
import type { FoundComment } from "./comments.ts";
import { getComment } from "./comments.ts";
import { audit } from "../operation/audit.ts";
import { checkContent, checkMayComment } from "./posting.ts";
import type { Principal } from "../accounts/sessions.ts";

/** The versions that the client may have in mind, of `If-Match`; "any" for `*`. */
export type Versions = number[] | "any";

export interface Edit {
  videoId: string;
  id: string;
  content: string;
  versions: Versions;
}

/**
 * Changes what a comment of one's own says; what it said is kept for moderators. Of requests with one version only one gets through.
 * @throws ProblemError `not_found`, `forbidden`, `precondition_failed` with the comment as it stands, `edit_window_over`,
 * `edit_needs_review`, `content_refused`, `banned`, `comments_closed`
 */
export async function editComment(context: Context, principal: Principal, edit: Edit): Promise<FoundComment> {
  const { videoId, id, content, versions } = edit;
  const { comment } = await getComment(context, principal, videoId, id);
  if (comment.user.id !== principal.user_id) throw new ProblemError("forbidden");
  if (!fits(comment.version, versions)) throw new ProblemError("precondition_failed", { current: comment });
  await checkMayEdit(context, principal, videoId, comment);
  checkContent(context, content);
  const { version } = comment;

  const seq = await transact(context.db, async (transaction) => {
    if (comment.held) {
      const isKept = await insertRevision(transaction, "held_comments", id, version);
      if (!isKept || !(await updateHeld(transaction, { id, version, content }))) throw new Changed();
      return 0;
    }
    const next = await takeSeq(transaction, videoId);
    const isKept = await insertRevision(transaction, "comments", id, version);
    if (!isKept || !(await updateContent(transaction, { id, version, content, seq: next }))) throw new Changed();
    return next;
  }).catch(unlessChanged);
  const now = await getComment(context, principal, videoId, id);
  if (seq === undefined) {
    if (versions === "any") return editComment(context, principal, edit);
    throw new ProblemError("precondition_failed", { current: now.comment });
  }
  if (seq > 0) await context.videoRelay.publish(videoId, seq);
  return now;
}

const fits = (version: number, versions: Versions) => versions === "any" || versions.includes(version);

async function checkMayEdit(
  context: Context,
  principal: Principal,
  videoId: string,
  comment: { created_at: string; held?: true },
): Promise<void> {
  const video = await findVideo(context.db, videoId);
  const ban = await findBan(context.db, principal.user_id, videoId);
  await checkMayComment(context, principal, videoId, {
    is_banned: ban !== undefined,
    comments_open: video?.comments_open ?? true,
  });
  const { editWindowSeconds } = context.config;
  if (editWindowSeconds > 0 && context.clock().getTime() > Date.parse(comment.created_at) + editWindowSeconds * 1000) {
    throw new ProblemError("edit_window_over", { detail: `A comment can be edited for ${editWindowSeconds} s.` });
  }
  // Else what was approved could be turned into anything.
  if (video?.hold_for_review && !comment.held && principal.role === "user") throw new ProblemError("edit_needs_review");
}

/** Thrown inside the transaction, so that its rollback gives the sequence number back. */
class Changed extends Error {}

function unlessChanged(error: unknown): undefined {
  if (!(error instanceof Changed)) throw error;
}

/**
 * Deletes a comment for good: its content and its revisions are erased, a tombstone stays. Safe to repeat. Answers the video's seq
 * with the deletion.
 * @throws ProblemError `not_found`; `forbidden`, when it is another's and the principal no moderator; `precondition_failed`
 */
export async function deleteComment(
  context: Context,
  principal: Principal,
  { videoId, id, versions }: { videoId: string; id: string; versions: Versions },
): Promise<number> {
  let row = await findComment(context.db, videoId, id);
  if (!row) {
    if (await deleteHeldComment(context, principal, videoId, id))
      return (await findVideo(context.db, videoId))?.seq ?? 0;
    // Approved between the two looks, it is in the first place by now.
    row = await findComment(context.db, videoId, id);
    if (!row) throw new ProblemError("not_found");
  }
  if (row.user_id !== principal.user_id && principal.role === "user") {
    throw new ProblemError(row.deleted_at ? "not_found" : "forbidden");
  }
  if (row.deleted_at) return row.video_seq;
  if (!fits(row.version, versions)) throw new ProblemError("precondition_failed", { current: toComment(row) });

  const seq = await transact(context.db, async (transaction) => {
    if (principal.role !== "user") await closeReports(transaction, [id]);
    const next = await takeSeq(transaction, videoId);
    const erased = await eraseComments(transaction, { ids: [id], firstSeq: next, deletedBy: principal.user_id });
    if (erased === 0) throw new Changed();
    await deleteRevisions(transaction, [id]);
    return next;
  }).catch(unlessChanged);
  if (seq === undefined) return (await findVideo(context.db, videoId))?.seq ?? 0;
  await recordDeletion(context, principal, row);
  await context.videoRelay.publish(videoId, seq);
  return seq;
}

/** False when nothing of that id is held, or is no longer. */
async function deleteHeldComment(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<boolean> {
  const held = await findHeld(context.db, videoId, id);
  if (!held) return false;
  if (held.user_id !== principal.user_id && principal.role === "user") throw new ProblemError("not_found");
  const isDeleted = await transact(context.db, async (transaction) => {
    if (!(await deleteHeld(transaction, id))) return false;
    await deleteRevisions(transaction, [id]);
    return true;
  });
  if (isDeleted) await recordDeletion(context, principal, held);
  return isDeleted;
}

async function recordDeletion(
  context: Context,
  principal: Principal,
  comment: Pick<CommentRow, "id" | "video_id" | "user_id">,
): Promise<void> {
  if (comment.user_id === principal.user_id) return;
  const { id, video_id, user_id } = comment;
  await audit(context, context.db, {
    action: "comment.delete",
    actor: principal,
    target: { type: "comment", id },
    details: { video_id, user_id },
  });
}

/** What a comment said before, oldest first. @throws ProblemError `not_found` */
export async function getRevisions(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<Revision[]> {
  await getComment(context, principal, videoId, id);
  const rows = await listRevisions(context.db, id);
  return rows.map(({ version, content, inserted_at }) => ({ version, content, since: inserted_at.toISOString() }));
}
