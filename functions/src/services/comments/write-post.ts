import type { PostRows } from "../../batching/group-commit.ts";
import { SettingsOrBansChanged, keyInUseOnTimeout } from "../../batching/post-errors.ts";
import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { execute } from "../../database/statement.ts";
import { transact } from "../../database/transactions.ts";
import type { Principal } from "../../security/bearers.ts";
import { insertCommentsStatement } from "../../tables/comments/comments.ts";
import { insertKeysStatement } from "../../tables/comments/idempotency-keys.ts";
import type { PostingState } from "../../tables/comments/posting-state.ts";
import { toAuthor } from "../../tables/comments/to-comment.ts";
import { lockVideo, takeSeq } from "../../tables/comments/videos.ts";
import { insertHeld } from "../../tables/moderation/held-comments.ts";
import type { Post } from "./post.ts";
import { type ResponseToSave, fingerprintOf, newComment } from "./replay.ts";
import { isReviewed, isSlowed, takeSlowModeTurn } from "./rules.ts";

/** A post that passed the rules, ready to write. */
interface Draft {
  principal: Principal;
  post: Post;
  postingState: PostingState;
  response: ResponseToSave;
  rows: PostRows;
}

/**
 * Writes a post that passed the rules, if the video's settings and bans are still the ones that were checked. A post under slow mode or
 * review is written alone: it claims its key, locks the video's row and checks under the lock, over several round trips. Every other one is
 * written in one round trip with the posts that arrive at the same time.
 * @throws SettingsOrBansChanged, or `ER_DUP_ENTRY` if a request with the same Idempotency-Key was first: then nothing was written
 * @throws ProblemError `idempotency_key_in_use`, `slow_mode`
 */
export function writePost(
  context: Context,
  principal: Principal,
  post: Post,
  postingState: PostingState,
): Promise<Comment> {
  const draft = draftOf(context, principal, post, postingState);
  const isWrittenAlone = draft.response.held || isSlowed(principal, postingState.slowModeSeconds);
  return isWrittenAlone ? writeAlone(context, draft) : writeInGroup(context, draft);
}

function draftOf(context: Context, principal: Principal, post: Post, postingState: PostingState): Draft {
  const { userId, username, role } = principal;
  const { videoId, content, idempotencyKey } = post;
  const { now, settingsVersion } = postingState;
  const id = context.newId();
  const response: ResponseToSave = {
    id,
    user: toAuthor({ id: userId, username, role }),
    created_at: now.toISOString(),
    ...(isReviewed(principal, postingState.holdForReview) ? { held: true } : {}),
  };
  const rows = {
    comment: { id, video_id: videoId, user_id: userId, content, inserted_at: now },
    key: {
      user_id: userId,
      idempotency_key: idempotencyKey,
      fingerprint: fingerprintOf(post),
      response: JSON.stringify(response),
      comment_id: id,
    },
    settingsVersion,
  };
  return { principal, post, postingState, response, rows };
}

async function writeInGroup(context: Context, { response, post, rows }: Draft): Promise<Comment> {
  const seq = await context.commitPost(rows);
  return newComment(response, post.content, seq);
}

async function writeAlone(context: Context, draft: Draft): Promise<Comment> {
  const { principal, post, postingState, response, rows } = draft;
  const { videoId, content } = post;
  return transact(context.db, async (transaction) => {
    await keyInUseOnTimeout(() => execute(transaction, insertKeysStatement([rows.key])));
    const video = await lockVideo(transaction, videoId);
    if (video?.settings_version !== postingState.settingsVersion) throw new SettingsOrBansChanged();
    await takeSlowModeTurn(transaction, principal, videoId, postingState.slowModeSeconds);
    if (response.held) {
      await insertHeld(transaction, { ...rows.comment, updated_at: postingState.now });
      return newComment(response, content, 0);
    }
    const seq = await takeSeq(transaction, videoId);
    await execute(transaction, insertCommentsStatement([{ ...rows.comment, seq }]));
    return newComment(response, content, seq);
  });
}
