import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { readFence } from "../../realtime/fence.ts";
import { recordBacklog } from "../../relay/comments/sweep.ts";
import { relayVideo } from "../../relay/comments/relay.ts";
import type { ParkedComment } from "../../tables/sync/parked-comments.ts";
import { countParked, listParked, unparkComments } from "../../tables/sync/parked-comments.ts";
import type { Backlog, BehindVideo } from "../../tables/sync/videos-sync.ts";
import { beginEpoch, listBehind, readBacklog, requestRebuild } from "../../tables/sync/videos-sync.ts";

export interface SyncStatus {
  backlog: Backlog;
  parked: number;
  /** The videos furthest behind, at most 20. */
  behind: BehindVideo[];
}

/** How far the Realtime Database is behind MySQL, by MySQL's account: no single instance knows. */
export async function syncStatus({ db }: Context): Promise<SyncStatus> {
  const [backlog, parked, behind] = await Promise.all([readBacklog(db), countParked(db), listBehind(db, 20)]);
  return { backlog, parked, behind };
}

/** The metrics as Prometheus reads them, with the backlog as MySQL has it now. @throws ProblemError `not_found` where deployed */
export async function metricsPage(context: Context): Promise<string> {
  if (!context.metricsPage) throw new ProblemError("not_found");
  const { backlog, parked } = await syncStatus(context);
  recordBacklog(context.metrics, backlog, parked);
  return context.metricsPage();
}

/** The comments that the Realtime Database refuses, the oldest first, at most 200. */
export async function parkedComments({ db }: Context): Promise<ParkedComment[]> {
  return listParked(db, 200);
}

/** Forgets what is parked, of one video or of all, and writes those videos anew; what is refused again is parked again. */
export async function retryParked(context: Context, videoId?: string): Promise<string[]> {
  const videoIds = await unparkComments(context.db, videoId);
  for (const id of videoIds) await rebuildVideo(context, id);
  return videoIds;
}

/**
 * Has a video's whole live state written anew. It will happen from here on, by whoever relays the video next: the task, or the sweep.
 * @throws ProblemError `not_found`
 */
export async function rebuildVideo(context: Context, videoId: string): Promise<void> {
  if (!(await requestRebuild(context.db, videoId))) throw new ProblemError("not_found");
  await context.queue.enqueue({ video_id: videoId }).catch((error: unknown) => {
    context.log.warn("relay task not enqueued; the sweep will find the video", { video_id: videoId }, error);
  });
}

/**
 * Begins a new epoch of a video and fills it: after MySQL was restored to an earlier time, the Realtime Database holds changes, and
 * writers that were frozen may yet bring some, that are not to count.
 * @throws ProblemError `not_found`; RealtimeError, and then it is safe to repeat
 */
export async function beginVideoEpoch(context: Context, videoId: string): Promise<void> {
  const fence = await readFence(context.realtime, videoId);
  if (!(await beginEpoch(context.db, videoId, fence.epoch))) throw new ProblemError("not_found");
  await relayVideo(context, videoId);
}
