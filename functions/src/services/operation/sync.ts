import type { Context } from "../../context.ts";
import type { SyncStatus } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";
import { recordBacklog } from "../../relay/mechanism/sweep.ts";
import { beginEpoch } from "../../relay/videos/begin-epoch.ts";
import {
  type QuarantinedComment,
  countQuarantined,
  listQuarantined,
  releaseQuarantined,
} from "../../tables/sync/quarantined-comments.ts";
import * as userMirrors from "../../tables/sync/user-mirrors.ts";
import * as videoMirrors from "../../tables/sync/video-mirrors.ts";

/** How far the mirrors are behind, by MySQL's account: no single instance knows. */
export async function readSyncStatus({ db }: Pick<Context, "db">): Promise<SyncStatus> {
  const [videos, users, quarantined, behind] = await Promise.all([
    videoMirrors.readBacklog(db),
    userMirrors.readBacklog(db),
    countQuarantined(db),
    videoMirrors.listBehind(db, 20),
  ]);
  return { backlog: { videos, users }, quarantined, behind };
}

/** The metrics as Prometheus reads them, with the backlog of this moment. @throws ProblemError `not_found` where deployed */
export async function metricsPage(context: Context): Promise<string> {
  if (!context.metricsPage) throw new ProblemError("not_found");
  const { backlog, quarantined } = await readSyncStatus(context);
  recordBacklog(context.metrics, "videos", backlog.videos);
  recordBacklog(context.metrics, "users", backlog.users);
  context.metrics.backlog.quarantined.record(quarantined);
  return context.metricsPage();
}

/** The comments that the Realtime Database refuses, the oldest first, at most 200. */
export async function listQuarantinedComments({ db }: Pick<Context, "db">): Promise<QuarantinedComment[]> {
  return listQuarantined(db, 200);
}

/**
 * Releases comments from quarantine, all or those of one video, and has their videos written again. What is refused again is quarantined
 * again. Returns the videos.
 */
export async function retryQuarantined(context: Context, videoId?: string): Promise<string[]> {
  const videoIds = await releaseQuarantined(context.db, videoId);
  for (const id of videoIds) await rebuildVideo(context, id);
  return videoIds;
}

/**
 * Has a video's whole live state written again. From here on it will happen: whoever relays the video next does it, a task or the sweep.
 * @throws ProblemError `not_found`
 */
export async function rebuildVideo(context: Context, videoId: string): Promise<void> {
  if (!(await videoMirrors.requestRebuild(context.db, videoId))) throw new ProblemError("not_found");
  await context.videoRelay.requestTask(videoId);
}

/**
 * Begins a new epoch of a video and fills its mirror: for a MySQL that was restored to an earlier time.
 * @throws ProblemError `not_found`; RealtimeError, after which it is safe to repeat
 */
export async function beginVideoEpoch(context: Context, videoId: string): Promise<void> {
  if (!(await beginEpoch(context, videoId))) throw new ProblemError("not_found");
}
