import { SettingsChanged } from "../../batching/group-commit.ts";
import type { Comment } from "../../contract/comment.ts";
import type { Context } from "../../context.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { Principal } from "../../security/bearers.ts";
import type { PostConditions } from "../../tables/comments/post-conditions.ts";
import { admitNewVideo } from "./new-videos.ts";
import type { Post } from "./post.ts";
import { replay } from "./replay.ts";
import { checkRules } from "./rules.ts";
import { writePost } from "./write-post.ts";

/**
 * Posts a comment, once for each Idempotency-Key: a repeated request gets the first response. When it returns, the comment is durable in
 * MySQL, and listeners have it or will get it. On a video with review it is held for a moderator instead.
 *
 * The pre-conditions are read before the write and without a lock. If they changed until the write, it writes nothing, and the post
 * starts again with fresh ones. So does a repeated request, after it has waited for the one that runs.
 * @param prefetched the post's pre-conditions, if the route already requested them
 * @throws ProblemError `idempotency_key_reused`, `idempotency_key_in_use`, `content_refused`, `banned`, `comments_closed`, `slow_mode`;
 * for a new video also `not_found`, `rate_limited`
 */
export async function postComment(
  context: Context,
  principal: Principal,
  post: Post,
  prefetched?: Promise<PostConditions>,
): Promise<Comment> {
  const { videoId, idempotencyKey } = post;
  const key = { userId: principal.userId, videoId, idempotencyKey };
  let conditions = await (prefetched ?? context.findPostConditions(key));
  let isVideoAdmitted = false;
  for (;;) {
    if (conditions.saved) return replay(conditions.saved, post);
    await checkRules(context, { principal, ...post, ...conditions });
    if (!conditions.isVideoKnown && !isVideoAdmitted) await admitNewVideo(context, principal);
    isVideoAdmitted = true;
    try {
      const checked = conditions;
      const comment = await context.runFirst(`${principal.userId} ${idempotencyKey}`, () =>
        writePost(context, principal, post, checked),
      );
      if (comment) {
        if (!comment.held) await context.videoRelay.publish(videoId, comment.seq);
        return comment;
      }
    } catch (error) {
      if (!areConditionsOutdated(error)) throw error;
    }
    conditions = await context.findPostConditions(key);
  }
}

/** Whether the video's settings changed meanwhile, or a request with the same Idempotency-Key was first. */
function areConditionsOutdated(error: unknown): boolean {
  return error instanceof SettingsChanged || duplicateKey(error) === "PRIMARY";
}
