import type { Context } from "../../context.ts";
import type { Db } from "../../database/schema.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import type { Principal } from "../../security/bearers.ts";
import { deleteRevisions } from "../../tables/comments/comment-revisions.ts";
import { type CommentRow, eraseComments, findComment } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { findVideo, takeSeq } from "../../tables/comments/videos.ts";
import { deleteHeld, findHeld, lockHeld, toHeldComment } from "../../tables/moderation/held-comments.ts";
import { closeReports } from "../../tables/moderation/reports.ts";
import { isOwnerOrModerator } from "../accounts/roles.ts";
import { audit } from "../operation/audit.ts";
import { type Versions, CommentChanged, matchesVersion, transactUnlessChanged } from "./versions.ts";

export interface Deletion {
  videoId: string;
  id: string;
  versions: Versions;
}

/**
 * Deletes a comment for good: erases its content and its revisions, and leaves a tombstone. Safe to repeat. A held comment leaves nothing,
 * and a repetition gets `not_found`. Returns the video's change number once it is deleted.
 * @throws ProblemError `not_found`; `forbidden` if it is somebody else's and the principal is no moderator; `precondition_failed`
 */
export async function deleteComment(context: Context, principal: Principal, deletion: Deletion): Promise<number> {
  const { videoId, id, versions } = deletion;
  let row = await findComment(context.db, videoId, id);
  if (!row) {
    if (await deleteHeldComment(context, principal, deletion)) return currentSeq(context, videoId);
    // If it was approved between the two queries, the first one finds it now.
    row = await findComment(context.db, videoId, id);
    if (!row) throw new ProblemError("not_found");
  }
  if (!isOwnerOrModerator(principal, row.user_id)) throw new ProblemError(row.deleted_at ? "not_found" : "forbidden");
  if (row.deleted_at) return row.video_seq;
  if (!matchesVersion(row.version, versions))
    throw new ProblemError("precondition_failed", { current: toComment(row) });

  const { user_id } = row;
  const seq = await transactUnlessChanged(context.db, async (transaction) => {
    const taken = await writeDeletion(transaction, principal, deletion);
    await auditDeletion(context, transaction, principal, { id, video_id: videoId, user_id });
    return taken;
  });
  if (seq === undefined) {
    const current = await findComment(context.db, videoId, id);
    if (current && !current.deleted_at) throw new ProblemError("precondition_failed", { current: toComment(current) });
    return currentSeq(context, videoId);
  }
  await context.videoRelay.publish(videoId, seq);
  return seq;
}

/** Returns the deletion's change number. @throws CommentChanged if another request changed or deleted it meanwhile */
async function writeDeletion(
  transaction: Db,
  { userId: deletedBy }: Principal,
  { videoId, id, versions: given }: Deletion,
): Promise<number> {
  await closeReports(transaction, [id]);
  const seq = await takeSeq(transaction, videoId);
  const versions = given === "any" ? undefined : given;
  const erased = await eraseComments(transaction, { ids: [id], firstSeq: seq, deletedBy, versions });
  if (erased === 0) throw new CommentChanged();
  await deleteRevisions(transaction, [id]);
  return seq;
}

/** Returns false if no held comment has this id, or none has it any more. @throws ProblemError `not_found`, `precondition_failed` */
async function deleteHeldComment(
  context: Context,
  principal: Principal,
  { videoId, id, versions }: Deletion,
): Promise<boolean> {
  const held = await findHeld(context.db, videoId, id);
  if (!held) return false;
  if (!isOwnerOrModerator(principal, held.user_id)) throw new ProblemError("not_found");
  const isDeleted = await transact(context.db, async (transaction) => {
    const version = await lockHeld(transaction, id);
    if (version === undefined || !matchesVersion(version, versions)) return false;
    await deleteHeld(transaction, id);
    await deleteRevisions(transaction, [id]);
    await auditDeletion(context, transaction, principal, held);
    return true;
  });
  if (isDeleted) return true;
  const current = await findHeld(context.db, videoId, id);
  if (current) throw new ProblemError("precondition_failed", { current: toHeldComment(current) });
  return false;
}

async function currentSeq(context: Context, videoId: string): Promise<number> {
  return (await findVideo(context.db, videoId))?.seq ?? 0;
}

/** Audits the deletion of somebody else's comment. */
async function auditDeletion(
  context: Context,
  transaction: Db,
  principal: Principal,
  { id, video_id, user_id }: Pick<CommentRow, "id" | "video_id" | "user_id">,
): Promise<void> {
  if (user_id === principal.userId) return;
  await audit(context, transaction, {
    action: "comment.delete",
    actor: principal,
    target: { type: "comment", id },
    details: { video_id, user_id },
  });
}
