import { execute } from "../../../../functions/src/database/statement.ts";
import * as audiences from "../../../../functions/src/tables/sync/audiences.ts";
import * as mirrorCounts from "../../../../functions/src/tables/sync/mirror-counts.ts";
import * as quarantinedComments from "../../../../functions/src/tables/sync/quarantined-comments.ts";
import * as relayBatches from "../../../../functions/src/tables/sync/relay-batches.ts";
import * as userMirrors from "../../../../functions/src/tables/sync/user-mirrors.ts";
import * as userRenames from "../../../../functions/src/tables/sync/user-renames.ts";
import * as videoMirrors from "../../../../functions/src/tables/sync/video-mirrors.ts";
import { exampleId } from "./numbers.ts";
import type { PlanQuery } from "./query.ts";
import { OTHERS } from "./shapes.ts";

const VIDEOS = ["v0", "v3", "v7", "v9"];

export const RELAY_QUERIES: PlanQuery[] = [
  ["those of several videos that are behind", (db) => execute(db, relayBatches.behindVideosQuery(VIDEOS))],
  [
    "changes of several videos",
    (db, { seq }) =>
      execute(
        db,
        relayBatches.changeRangesQuery(
          db,
          VIDEOS.map((id) => ({ id, firstSeq: seq - 10, lastSeq: seq })),
        ),
      ),
  ],
  [
    "where the windows of several videos end",
    (db) => execute(db, relayBatches.windowEdgesQuery(VIDEOS, { windowSize: 500, edgeSize: 16 })),
    () => VIDEOS.length * 484,
  ],
  ["how far the videos are behind", (db) => videoMirrors.readBacklog(db), () => 20],
  ["the videos furthest behind", (db) => videoMirrors.listBehind(db, 20), () => 20],
  ["videos for the sweep", (db) => videoMirrors.takeBehind(db, 0, 20)],
  ["whether a task is pending", (db, { videoId }) => videoMirrors.isTaskPending(db, videoId)],
  ["a video's task", (db, { videoId }) => videoMirrors.markEnqueued(db, videoId, 5)],
  ["a video's attempt", (db, { videoId }) => videoMirrors.markAttempted(db, videoId)],
  [
    "a video's mark",
    (db, { videoId, seq }) =>
      videoMirrors.moveAppliedSeq(db, videoId, { from: seq - 20, to: seq, completeAsOf: new Date() }),
  ],
  [
    "the marks of several videos",
    (db, { seq }) =>
      videoMirrors.moveAppliedSeqs(
        db,
        ["v0", "v7", "v9"].map((id) => ({ id, from: seq - 20, to: seq, completeAsOf: new Date() })),
      ),
  ],
  ["known videos", (db) => videoMirrors.listKnownIds(db, [...VIDEOS, "unknown"])],
  ["videos to reconcile", (db) => videoMirrors.listUnreconciled(db, 60, 20)],
  ["no videos for the sweep", (db) => videoMirrors.takeBehind(db, 10 ** 8, 20)],
  ["no videos to reconcile", (db) => videoMirrors.listUnreconciled(db, 10 ** 8, 20)],
  ["a reconciled video", (db, { videoId }) => videoMirrors.markReconciled(db, videoId)],
  ["a rebuild", (db, { videoId }) => videoMirrors.requestRebuild(db, videoId)],
  ["an epoch", (db, { videoId }) => videoMirrors.raiseEpoch(db, videoId, 1)],
  ["a viewer's call", (db, { videoId }) => audiences.startCountUnlessRunning(db, videoId, 2)],
  ["when a count is due", (db, { videoId }) => audiences.findDueMs(db, videoId)],
  ["a count that is due", (db, { videoId }) => audiences.claimCount(db, videoId)],
  ["the next count", (db, { videoId }) => audiences.scheduleCount(db, videoId, { delaySeconds: 5, viewers: 1 })],
  ["a video that nobody watches", (db, { videoId }) => audiences.forgetUnwatched(db, videoId)],
  ["counts that were lost", (db) => audiences.takeOverdue(db, 30, 20)],
  ["no counts that were lost", (db) => audiences.takeOverdue(db, 10 ** 8, 20)],
  ["all viewers", (db) => audiences.readAudienceTotals(db), () => OTHERS],
  ["the largest audiences", (db) => audiences.listLargestAudiences(db, 10)],
  ["how many counts were lost", (db) => audiences.readOverdue(db), () => 100],
  ["a user's mirror", (db, { userId }) => userMirrors.findMirror(db, userId)],
  ["a user's mark", (db, { userId }) => userMirrors.moveAppliedSeq(db, userId, 5, 9)],
  ["a user's number", (db, { userId }) => userMirrors.liftSeq(db, userId, { seq: 20, changeId: "" })],
  ["how far the users are behind", (db) => userMirrors.readBacklog(db), () => 100],
  ["users for the sweep", (db) => userMirrors.takeBehind(db, 0, 20)],
  ["users that were attempted", (db, { userId }) => userMirrors.markAttempted(db, userId)],
  ["users to reconcile", (db) => userMirrors.listUnreconciled(db, 60, 20)],
  ["no users for the sweep", (db) => userMirrors.takeBehind(db, 10 ** 8, 20)],
  ["no users to reconcile", (db) => userMirrors.listUnreconciled(db, 10 ** 8, 20)],
  ["a reconciled user", (db, { userId }) => userMirrors.markReconciled(db, userId)],
  ["how many videos there are, up to a bound", (db) => mirrorCounts.countMirrors(db, "videos", 50), () => 100],
  ["how many users have a mirror, up to a bound", (db) => mirrorCounts.countMirrors(db, "users", 50), () => 100],
  ["users with a mirror", (db) => userMirrors.listUserIds(db, exampleId(1_000), 20)],
  ["the next renamed user", (db) => userRenames.findNextRenamed(db)],
  ["a renamed user", (db, { userId }) => userRenames.lockRename(db, userId)],
  ["the end of a renamed user's turn", (db, { userId }) => userRenames.endTurn(db, userId, "v1")],
  ["a renamed user who is done", (db, { userId }) => userRenames.deleteRename(db, userId)],
  [
    "a comment to quarantine",
    (db, { ids: [, id = ""], videoId }) =>
      quarantinedComments.quarantineComment(db, { comment_id: id, video_id: videoId, seq: 2 ** 40, reason: "" }),
  ],
  [
    "quarantined comments of a video",
    (db, { videoId }) => quarantinedComments.findQuarantinedIds(db, videoId),
    () => 40,
  ],
  // What is quarantined has no order of its own; these read all of it, and of each its comment.
  ["quarantined comments", (db) => quarantinedComments.listQuarantined(db, 20), () => 2_000],
  ["how many comments are quarantined", (db) => quarantinedComments.countQuarantined(db), () => 1_000],
  ["no outdated quarantine", (db) => quarantinedComments.deleteOutdatedQuarantined(db, 500), () => 1_000],
  [
    "a video's comments to release",
    (db, { videoId }) => quarantinedComments.releaseQuarantined(db, videoId),
    () => 100,
  ],
  ["videos with quarantined comments", (db) => quarantinedComments.listQuarantinedVideos(db), () => 1_500],
  [
    "whether a video has quarantined comments",
    (db, { videoId }) => quarantinedComments.listQuarantinedVideos(db, videoId),
  ],
  [
    "a user's quarantined comments",
    (db, { userId }) => quarantinedComments.deleteQuarantinedOf(db, userId),
    () => 1_000,
  ],
];
