import { toComment } from "../../tables/comments/to-comment.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import type { Comment } from "../../contract/comment.ts";
import { findComment, insertComments } from "../../tables/comments/comments.ts";
import { duplicateKey, run, transact } from "../../database/database.ts";
import { findHeld, insertHeld } from "../../tables/moderation/held-comments.ts";
import { insertKeys } from "../../tables/comments/idempotency-keys.ts";
import type { Posting } from "../../tables/comments/posting.ts";
import { findVideo, lockVideo, takeSeq } from "../../tables/comments/videos.ts";
import type { PostRows } from "../../batching/group-commit.ts";
import { claimKeys, SettingsChanged } from "../../batching/group-commit.ts";
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
import type { Principal } from "../accounts/sessions.ts";

/**
 * Posts a comment, once for a key: a repeated request gets the first answer. When it returns, the comment is durable in MySQL, and
 * listeners have it or will; on a video with review it waits for a moderator instead (`held`).
 * @param ahead what is to be known of the post, where it was asked for before; it may be a little old, as what is asked for now may be
 * when the comment is written, and then it is asked for again
 * @throws ProblemError `idempotency_key_reused`, `idempotency_key_in_use`, `content_refused`, `banned`, `comments_closed`, `slow_mode`
 */
export async function postComment(
  context: Context,
  principal: Principal,
  post: Post,
  ahead?: Promise<Posting>,
): Promise<Comment> {
  const { videoId, idempotencyKey } = post;
  for (let state = await ahead; ; state = undefined) {
    state ??= await context.findPosting({ userId: principal.user_id, videoId, idempotencyKey });
    try {
      return await tryPost(context, principal, post, state);
    } catch (error) {
      // Somebody changed the video's settings, or a request with the same key was first: look again.
      if (!(error instanceof SettingsChanged) && duplicateKey(error) !== "PRIMARY") throw error;
    }
  }
}

async function tryPost(context: Context, principal: Principal, post: Post, state: Posting): Promise<Comment> {
  const id = context.newId();
  if (!isPlain(context, principal, post, state)) return postAlone(context, principal, post, state, id);
  const seq = await context.groupCommit(rowsOf(principal, post, state, id));
  await context.videoRelay.publish(post.videoId, seq);
  return newComment(answerOf(principal, state, id), post.content, seq);
}

/** Whether nothing speaks against the post, and nothing more is to be looked at under the video's lock. */
function isPlain(context: Context, { role }: Principal, { content }: Post, state: Posting): boolean {
  if (state.saved || state.is_banned || !state.comments_open) return false;
  if (role === "user" && (state.hold_for_review || state.slow_mode_seconds > 0)) return false;
  return context.filters.every((filter) => filter(content) === undefined);
}

/** A post of which more is to be said: a repeated one, one that is refused, or one under slow mode or review. */
async function postAlone(
  context: Context,
  principal: Principal,
  post: Post,
  state: Posting,
  id: string,
): Promise<Comment> {
  const { videoId, content } = post;
  if (state.saved) return replay(state.saved, post);
  checkContent(context, content);
  await checkMayComment(context, principal, videoId, state);
  const answer = answerOf(principal, state, id);
  const { key, comment } = rowsOf(principal, post, state, id);
  const posted = await transact(context.db, async (transaction) => {
    await claimKeys(() => run(transaction, insertKeys([key])));
    const video = await lockVideo(transaction, videoId);
    if (video?.settings_version !== state.settings_version) throw new SettingsChanged();
    await checkSlowMode(transaction, principal, videoId, state.slow_mode_seconds);
    if (answer.held) {
      await insertHeld(transaction, { ...comment, updated_at: state.now });
      return newComment(answer, content, 0);
    }
    const seq = await takeSeq(transaction, videoId);
    await run(transaction, insertComments([{ ...comment, seq }]));
    return newComment(answer, content, seq);
  });
  if (!posted.held) await context.videoRelay.publish(videoId, posted.seq);
  return posted;
}

function answerOf({ user_id, username, role }: Principal, state: Posting, id: string): Answer {
  const isHeld = state.hold_for_review && role === "user";
  return {
    id,
    user: { id: user_id, username },
    created_at: state.now.toISOString(),
    ...(isHeld ? { held: true } : {}),
  };
}

function rowsOf(principal: Principal, post: Post, state: Posting, id: string): PostRows {
  const { user_id } = principal;
  const answer = JSON.stringify(answerOf(principal, state, id));
  return {
    comment: { id, video_id: post.videoId, user_id, content: post.content, inserted_at: state.now },
    key: { user_id, idempotency_key: post.idempotencyKey, fingerprint: fingerprintOf(post), answer, comment_id: id },
    settingsVersion: state.settings_version,
  };
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
