import { SettingsOrBansChanged } from "../../batching/post-errors.ts";
import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { Principal } from "../../security/bearers.ts";
import type { PostingState } from "../../tables/comments/posting-state.ts";
import { allowNewVideo } from "./new-videos.ts";
import type { Post } from "./post.ts";
import { replay } from "./replay.ts";
import { checkRules } from "./rules.ts";
import { writePost } from "./write-post.ts";

/**
 * Posts a comment, once for each Idempotency-Key: a repeated request gets the first response. When it returns, the comment is durable in
 * MySQL, and listeners have it or will get it. On a video with review it is held for a moderator instead.
 *
 * The posting state, which decides whether the post is allowed, is read before the write and without a lock. If the video's settings or
 * bans have changed by the time of the write, nothing is written, and the post starts again with a fresh one. So does a repeated request,
 * after it has waited for the one that runs. A ban on every video, or on one that is not known, counts only for posts that begin after it
 * (DESIGN.md, decision 31).
 * @param prefetched the posting state, if the route already requested it
 * @throws ProblemError `idempotency_key_reused`, `idempotency_key_in_use`, `content_refused`, `banned`, `comments_closed`, `slow_mode`;
 * for a new video also `not_found`, `rate_limited`
 */
export async function postComment(
  context: Context,
  principal: Principal,
  post: Post,
  prefetched?: Promise<PostingState>,
): Promise<Comment> {
  const { videoId, idempotencyKey } = post;
  const key = { userId: principal.userId, videoId, idempotencyKey };
  let postingState = await (prefetched ?? context.findPostingState(key));
  let isNewVideoChecked = false;
  for (;;) {
    if (postingState.saved) return replay(postingState.saved, post);
    await checkRules(context, { principal, ...post, ...postingState });
    if (!postingState.isVideoKnown && !isNewVideoChecked) await allowNewVideo(context, principal);
    isNewVideoChecked = true;
    try {
      const checked = postingState;
      const comment = await context.runUnlessRunning(`${principal.userId} ${idempotencyKey}`, () =>
        writePost(context, principal, post, checked),
      );
      if (comment) {
        if (!comment.held) await context.videoRelay.publish(videoId, comment.seq);
        return comment;
      }
    } catch (error) {
      if (!isStateOutdated(error)) throw error;
    }
    postingState = await context.findPostingState(key);
  }
}

/** Whether the video's settings or bans changed meanwhile, or a request with the same Idempotency-Key was first. */
function isStateOutdated(error: unknown): boolean {
  // The primary key is that of `idempotency_keys`: a comment's id is new.
  return error instanceof SettingsOrBansChanged || duplicateKey(error) === "PRIMARY";
}
