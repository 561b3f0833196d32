import type { Context } from "../../context.ts";
import type { SyncStatus, VideoSync } from "../../contract/operation.ts";
import { ProblemError } from "../../errors.ts";
import { recordBacklog } from "../../relay/mechanism/sweep.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { type QuarantinedComment, countQuarantined, listQuarantined } from "../../tables/sync/quarantined-comments.ts";
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

/** The metrics as Prometheus reads them, with the backlog of videos and users of this moment. @throws ProblemError `not_found` where deployed */
export async function metricsPage(context: Context): Promise<string> {
  if (!context.metricsPage) throw new ProblemError("not_found");
  const { backlog, quarantined } = await readSyncStatus(context);
  recordBacklog(context.metrics, "videos", backlog.videos);
  recordBacklog(context.metrics, "users", backlog.users);
  context.metrics.backlog.quarantined.record(quarantined);
  return context.metricsPage();
}

/** The comments that the Realtime Database does not accept, the oldest first, at most 200. */
export async function listQuarantinedComments({ db }: Pick<Context, "db">): Promise<QuarantinedComment[]> {
  return listQuarantined(db, 200);
}

/** How far a video's mirror is, for whoever waits for a rebuild. @throws ProblemError `not_found` */
export async function readVideoSync({ db }: Pick<Context, "db">, id: string): Promise<VideoSync> {
  const video = await findVideo(db, id);
  if (!video) throw new ProblemError("not_found");
  const { seq, applied_seq, epoch, is_behind, rebuild_seq, reconciled_at } = video;
  return {
    id,
    seq,
    applied_seq,
    epoch,
    is_behind,
    is_rebuilding: rebuild_seq > applied_seq,
    reconciled_at: reconciled_at?.toISOString() ?? null,
  };
}
