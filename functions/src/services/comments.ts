import type { Context } from "../context.ts";
import { ProblemError } from "../errors.ts";
import type { Comment } from "../realtime/comment.ts";
import { toComment } from "../relay/batch.ts";
import { findComment, insertComments } from "../tables/comments.ts";
import { duplicateKey, transact } from "../tables/database.ts";
import { findHeld, insertHeld } from "../tables/held-comments.ts";
import type { Posting } from "../tables/posting.ts";
import { findVideo, lockVideo, takeSeq } from "../tables/videos.ts";
import { claimKeys, SettingsChanged } from "./group-commit.ts";
import type { Answer, Post } from "./posting.ts";
import {
  checkContent,
  checkMayComment,
  checkSlowMode,
  fingerprintOf,
  newComment,
  replay,
  toHeldComment,
} from "./posting.ts";
import type { Principal } from "./sessions.ts";

/**
 * Posts a comment, once for a key: a repeated request gets the first answer. When it returns, the comment is durable in MySQL, and
 * listeners have it or will; on a video with review it waits for a moderator instead (`held`).
 * @throws ProblemError `idempotency_key_reused`, `idempotency_key_in_use`, `content_refused`, `banned`, `comments_closed`, `slow_mode`
 */
export async function postComment(context: Context, principal: Principal, post: Post): Promise<Comment> {
  const { user_id: userId } = principal;
  const { videoId, idempotencyKey } = post;
  for (;;) {
    const state = await context.readPosting({ userId, videoId, idempotencyKey });
    if (state.saved) return replay(state.saved, post);
    checkContent(context, post.content);
    await checkMayComment(context, principal, videoId, state);
    try {
      const comment = await insert(context, principal, post, state);
      if (!comment.held) await context.delivery.deliver(videoId, comment.seq);
      return comment;
    } catch (error) {
      // Somebody changed the video's settings, or a request with the same key was first: look again.
      if (!(error instanceof SettingsChanged) && duplicateKey(error) !== "PRIMARY") throw error;
    }
  }
}

async function insert(context: Context, principal: Principal, post: Post, state: Posting): Promise<Comment> {
  const { user_id, username, role } = principal;
  const { videoId: video_id, content } = post;
  const isHeld = state.hold_for_review && role === "user";
  const isSlowed = state.slow_mode_seconds > 0 && role === "user";
  const id = context.newId();
  const created_at = state.now.toISOString();
  const answer: Answer = { id, user: { id: user_id, username }, created_at, ...(isHeld ? { held: true } : {}) };
  const comment = { id, video_id, user_id, content, inserted_at: state.now };
  const key = {
    user_id,
    idempotency_key: post.idempotencyKey,
    fingerprint: fingerprintOf(post),
    answer: JSON.stringify(answer),
    comment_id: id,
  };
  const settingsVersion = state.settings_version;
  if (!isHeld && !isSlowed) {
    return newComment(answer, content, await context.groupCommit({ comment, key, settingsVersion }));
  }
  return transact(context.db, async (transaction) => {
    await claimKeys(transaction, [key]);
    const video = await lockVideo(transaction, video_id);
    if (video?.settings_version !== settingsVersion) throw new SettingsChanged();
    await checkSlowMode(transaction, principal, video_id, state.slow_mode_seconds);
    if (isHeld) {
      await insertHeld(transaction, { ...comment, updated_at: state.now });
      return newComment(answer, content, 0);
    }
    const seq = await takeSeq(transaction, video_id);
    await insertComments(transaction, [{ ...comment, seq }]);
    return newComment(answer, content, seq);
  });
}

export interface FoundComment {
  comment: Comment;
  /** The video stood at this change, or a later one. */
  seq: number;
}

/**
 * A comment; a held one for its author and moderators.
 * @throws ProblemError `not_found`, also for a deleted comment
 */
export async function getComment(
  context: Context,
  principal: Principal | undefined,
  videoId: string,
  id: string,
): Promise<FoundComment> {
  const row = await findComment(context.db, videoId, id);
  if (row) return found(row);
  if (!principal) throw new ProblemError("not_found");
  const held = await findHeld(context.db, videoId, id);
  if (!held) {
    // Approved between the two looks, it is in the first place by now.
    const approved = await findComment(context.db, videoId, id);
    if (approved) return found(approved);
  }
  if (!held || (held.user_id !== principal.user_id && principal.role === "user")) throw new ProblemError("not_found");
  return { comment: toHeldComment(held), seq: (await findVideo(context.db, videoId))?.seq ?? 0 };
}

function found(row: NonNullable<Awaited<ReturnType<typeof findComment>>>): FoundComment {
  if (row.deleted_at) throw new ProblemError("not_found");
  return { comment: toComment(row), seq: row.video_seq };
}
