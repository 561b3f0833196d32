import type { Context } from "../../../context.ts";
import { MAX_WATCHED_VIDEOS } from "../../../contract/limits.ts";
import { transact } from "../../../database/transactions.ts";
import { ProblemError } from "../../../errors.ts";
import type { Principal } from "../../../security/bearers.ts";
import { lockSessions } from "../../../tables/accounts/sessions.ts";
import {
  deleteWatched,
  insertWatched,
  lockOldestWatched,
  touchWatched,
} from "../../../tables/accounts/watched-videos.ts";
import { createVideo, findVideo } from "../../../tables/comments/videos.ts";
import { takeMirrorSeq } from "../../../tables/sync/user-mirrors.ts";
import { allowNewVideo } from "../../comments/new-videos.ts";

/**
 * Lets the principal's session be present on a video, makes the video known if it is new, and has its viewers counted. Beyond
 * `MAX_WATCHED_VIDEOS`, the user's oldest ones end, and their presence is removed. When it returns, the Realtime Database allows the
 * presence, or a task will see to it. Safe to repeat.
 * @throws ProblemError `unauthenticated` if the session has just ended; for a new video `not_found`, `rate_limited`
 */
export async function watchVideo(context: Context, principal: Principal, videoId: string): Promise<void> {
  await letWatch(context, principal, videoId);
  // Last, and only for a video that the session may watch: it makes work for as long as somebody is present there.
  await context.audienceRelay.start(videoId);
}

async function letWatch(context: Context, principal: Principal, videoId: string): Promise<void> {
  const { userId, sessionId } = principal;
  const watched = { session_id: sessionId, video_id: videoId };
  if (await touchWatched(context.db, watched)) return;
  if (!(await findVideo(context.db, videoId))) {
    await allowNewVideo(context, principal);
    await createVideo(context.db, videoId);
  }
  await transact(context.db, async (transaction) => {
    // The session before the mirror, as a revocation locks them.
    const [liveId] = await lockSessions(transaction, userId, { ids: [sessionId] }, 1);
    if (liveId === undefined) throw new ProblemError("unauthenticated");
    await takeMirrorSeq(transaction, userId);
    await insertWatched(transaction, { ...watched, user_id: userId });
    for (const oldest of await lockOldestWatched(transaction, userId, MAX_WATCHED_VIDEOS)) {
      await deleteWatched(transaction, oldest);
    }
  });
  await context.userRelay.publishAndWait(userId);
}
