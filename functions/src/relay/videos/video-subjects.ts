import { z } from "zod";
import { VIDEO_ID } from "../../contract/patterns.ts";
import { listVideoIds } from "../../tables/comments/videos.ts";
import { countQuarantined } from "../../tables/sync/quarantined-comments.ts";
import * as videoMirrors from "../../tables/sync/video-mirrors.ts";
import type { MirroredKind } from "../mechanism/subject.ts";
import type { VideoRelayContext } from "./context.ts";
import { reconcileVideo } from "./reconcile-video.ts";
import { relayVideoBatch } from "./relay-batch.ts";
import { relayVideo, videoSteps } from "./relay-video.ts";
import { rebuildVideosOfRenamed } from "./renamed-users.ts";

/** Videos of renamed users in one sweep. Each is written as a whole, and one user may have commented on tens of thousands. */
const MAX_RENAMED_VIDEOS = 100;

/** Videos as the relay sees them: their comments and changes are mirrored. */
export function createVideoSubjects(context: VideoRelayContext): MirroredKind {
  const { db, metrics, viewerCounts } = context;
  return {
    name: "videos",
    idField: "video_id",
    idSchema: z.string().regex(VIDEO_ID),

    relay: (id) => relayVideo(context, id),
    ...videoSteps(context),
    relayBatch: (committed, onMirrored) => relayVideoBatch(context, committed, onMirrored),
    viewersOf: (id) => viewerCounts.of(id),

    // A hot video has thousands of changes while the Realtime Database is away, and one task brings them all over.
    pendingTasks: {
      has: (id) => videoMirrors.isTaskPending(db, id),
      note: (id, seq) => videoMirrors.markEnqueued(db, id, seq),
    },

    takeBehind: (idleSeconds, limit) => videoMirrors.takeBehind(db, idleSeconds, limit),
    markAttempted: (id) => videoMirrors.markAttempted(db, id),
    readBacklog: () => videoMirrors.readBacklog(db),
    async afterSweep() {
      metrics.backlog.quarantined.record(await countQuarantined(db));
      // Last: nothing else waits for these rebuilds, and they may wait for the next sweep.
      await rebuildVideosOfRenamed(db, MAX_RENAMED_VIDEOS);
    },

    reconcile: (id, options) => reconcileVideo(context, id, options),
    // 100 videos of 20 KB a minute are 3 GB a day.
    reconcilePageSize: 100,
    listUnreconciled: (idleSeconds, limit) => videoMirrors.listUnreconciled(db, idleSeconds, limit),
    markReconciled: (id) => videoMirrors.markReconciled(db, id),
    listIds: (afterId, limit) => listVideoIds(db, afterId, limit),
  };
}
