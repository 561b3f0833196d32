import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { ProblemError } from "../errors.ts";
import type { Comment } from "../realtime/comment.ts";
import { toComment } from "../relay/batch.ts";
import { wake } from "../relay/wake.ts";
import { eraseComment, findComment, insertComment, listComments as listRows } from "../tables/comments.ts";
import { duplicateKey, transact } from "../tables/database.ts";
import type { SavedAnswer } from "../tables/idempotency-keys.ts";
import { findAnswer, saveAnswer } from "../tables/idempotency-keys.ts";
import { findVideo, takeSeq } from "../tables/videos.ts";
import type { Principal } from "./sessions.ts";

export interface Post {
  videoId: string;
  content: string;
  idempotencyKey: string;
}

/**
 * Posts a comment, once for a key: a repeated request gets the first answer. When it returns, the comment is durable in MySQL, and
 * listeners have it or will.
 * @throws ProblemError `idempotency_key_reused` for a key that was used for another request
 */
export async function postComment(context: Context, principal: Principal, post: Post): Promise<Comment> {
  const { videoId, content, idempotencyKey } = post;
  const fingerprint = createHash("sha256").update(`post\0${videoId}\0${content}`).digest();
  const { now, saved } = await findAnswer(context.db, principal.user_id, idempotencyKey);
  if (saved) return replay(saved, fingerprint);

  const id = context.newId();
  let comment: Comment;
  try {
    comment = await transact(context.db, async (transaction) => {
      const seq = await takeSeq(transaction, videoId);
      const row = {
        id,
        video_id: videoId,
        user_id: principal.user_id,
        content,
        seq,
        inserted_at: now,
        updated_at: now,
      };
      await insertComment(transaction, row);
      const posted = toComment({ ...row, username: principal.username, version: 1, deleted_at: null });
      await saveAnswer(transaction, {
        user_id: principal.user_id,
        idempotency_key: idempotencyKey,
        fingerprint,
        status: 201,
        body: JSON.stringify(posted),
      });
      return posted;
    });
  } catch (error) {
    if (duplicateKey(error) !== "PRIMARY") throw error;
    // The same request came twice at once, and the other was first.
    const answer = await findAnswer(context.db, principal.user_id, idempotencyKey);
    if (!answer.saved) throw error;
    return replay(answer.saved, fingerprint);
  }
  await relay(context, videoId, comment.seq);
  return comment;
}

function replay(saved: SavedAnswer, fingerprint: Buffer): Comment {
  if (!saved.fingerprint.equals(fingerprint)) throw new ProblemError("idempotency_key_reused");
  const comment: Comment = JSON.parse(saved.body);
  return comment;
}

/** @throws ProblemError `not_found`, also for a deleted comment */
export async function getComment(context: Context, videoId: string, id: string): Promise<Comment> {
  const row = await findComment(context.db, videoId, id);
  if (!row || row.deleted_at) throw new ProblemError("not_found");
  return toComment(row);
}

export interface CommentPage {
  comments: Comment[];
  /** Give it back to get the next page; null at the end. */
  next_cursor: string | null;
  /** The page is at least as new as this change of the video. */
  seq: number;
}

/** A page of a video's comments, newest first. Pages stay whole while comments come and go: a cursor is a place, not a count. */
export async function listComments(
  context: Context,
  videoId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<CommentPage> {
  const seq = await videoSeq(context, videoId);
  const rows = await listRows(context.db, videoId, { before: page.cursor, limit: page.limit + 1 });
  const comments = rows.slice(0, page.limit).map(toComment);
  return { comments, next_cursor: rows.length > page.limit ? (comments.at(-1)?.id ?? null) : null, seq };
}

/** The number of the video's last change; 0 for a video without any. */
export async function videoSeq(context: Context, videoId: string): Promise<number> {
  const video = await findVideo(context.db, videoId);
  return video?.seq ?? 0;
}

/**
 * Deletes a comment for good: its content is erased, a tombstone stays. Safe to repeat. Answers the video's seq with the deletion.
 * @throws ProblemError `not_found`; `forbidden`, when it is another's and the principal no moderator
 */
export async function deleteComment(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<number> {
  const row = await findComment(context.db, videoId, id);
  if (!row) throw new ProblemError("not_found");
  if (row.user_id !== principal.user_id && principal.role === "user") {
    throw new ProblemError(row.deleted_at ? "not_found" : "forbidden");
  }
  if (row.deleted_at) return row.seq;

  const seq = await transact(context.db, async (transaction) => {
    const next = await takeSeq(transaction, videoId);
    if (await eraseComment(transaction, { id, seq: next, deleted_by: principal.user_id })) return next;
    throw new AlreadyDeleted();
  }).catch((error: unknown) => {
    if (error instanceof AlreadyDeleted) return undefined;
    throw error;
  });
  if (seq === undefined) return videoSeq(context, videoId);
  await relay(context, videoId, seq);
  return seq;
}

/** Thrown inside the transaction, so that its rollback gives the sequence number back. */
class AlreadyDeleted extends Error {}

// After a response a function gets no CPU, so both are done before it: the task, which is the guarantee, and the inline relay,
// which is the speed. Neither can fail the request.
async function relay(context: Context, videoId: string, seq: number): Promise<void> {
  await Promise.all([wake(context, videoId, seq), context.inlineRelay.run(videoId)]);
}
