import { execute } from "../../../../functions/src/database/statement.ts";
import * as commentPages from "../../../../functions/src/tables/comments/comment-pages.ts";
import * as commentRevisions from "../../../../functions/src/tables/comments/comment-revisions.ts";
import * as comments from "../../../../functions/src/tables/comments/comments.ts";
import * as commentTransfers from "../../../../functions/src/tables/comments/comment-transfers.ts";
import * as idempotencyKeys from "../../../../functions/src/tables/comments/idempotency-keys.ts";
import * as postingState from "../../../../functions/src/tables/comments/posting-state.ts";
import * as slowModeTurns from "../../../../functions/src/tables/comments/slow-mode-turns.ts";
import * as tombstones from "../../../../functions/src/tables/comments/tombstones.ts";
import * as userComments from "../../../../functions/src/tables/comments/user-comments.ts";
import * as videos from "../../../../functions/src/tables/comments/videos.ts";
import { exampleId } from "./numbers.ts";
import { type PlanQuery, wholeIndexIfStale } from "./query.ts";

export const COMMENT_QUERIES: PlanQuery[] = [
  ["newest comments", (db, { videoId }) => commentPages.readNewest(db, videoId, { limit: 20 })],
  ["older comments", (db, { videoId, middle }) => commentPages.readNewest(db, videoId, { limit: 20, before: middle })],
  [
    "older comments than the first",
    (db, { videoId }) => commentPages.readNewest(db, videoId, { limit: 20, before: exampleId(0) }),
  ],
  ["no comments of an unknown video", (db) => commentPages.readNewest(db, "unknown", { limit: 20 })],
  ["changes at the end", (db, { videoId, seq }) => commentPages.readChanges(db, videoId, seq - 50, 51)],
  ["changes from the start", (db, { videoId }) => commentPages.readChanges(db, videoId, 0, 101)],
  ["changes after the last one", (db, { videoId, seq }) => commentPages.readChanges(db, videoId, seq, 51)],
  ["the live window", (db, { videoId }) => comments.listNewest(db, videoId, { limit: 500 })],
  // The ids before the edge are read and left out.
  ["the window's edge", (db, { videoId }) => comments.listNewest(db, videoId, { limit: 20, offset: 490 }), () => 490],
  ["changes to relay", (db, { videoId, seq }) => comments.listChanges(db, videoId, seq - 400, 200)],
  ["change numbers", (db, { videoId, seq }) => comments.listChangeSeqs(db, videoId, seq - 200)],
  ["change numbers of comments", (db, { videoId, ids }) => comments.findSeqs(db, videoId, ids), () => 50],
  ["a comment", (db, { videoId, ids: [id = ""] }) => comments.findComment(db, videoId, id)],
  ["an approved comment", (db, { seq }) => comments.insertApprovedComment(db, exampleId(seq), 2 ** 41)],
  ["comments by id", (db, { ids }) => comments.findComments(db, ids), () => 50],
  ["an edit", (db, { ids: [id = ""] }) => comments.updateContent(db, { id, version: 1, content: "x", seq: 2 ** 40 })],
  [
    "deletions",
    (db, { ids, userId }) => comments.eraseComments(db, { ids, firstSeq: 2 ** 40, deletedBy: userId }),
    () => 100,
  ],
  [
    "a deletion of a version",
    (db, { ids: [id = ""], userId }) =>
      comments.eraseComments(db, { ids: [id], firstSeq: 2 ** 40, deletedBy: userId, versions: [1] }),
  ],
  [
    "a video's comments after each other, for an export",
    (db, { videoId, seq }) => commentTransfers.listAllComments(db, videoId, { after: seq / 2, limit: 100 }),
  ],
  [
    "how many comments a video has",
    (db, { videoId }) => commentTransfers.countAllComments(db, videoId),
    ({ commentsOfVideo }) => commentsOfVideo + 3_000,
  ],
  ["comments that an import knows", (db, { ids }) => commentTransfers.findKnownComments(db, ids), () => 100],
  ["the earlier contents", (db, { userId }) => commentRevisions.listRevisions(db, userId, { after: 2, limit: 20 })],
  ["the content before an edit", (db, { ids: [id = ""] }) => commentRevisions.insertRevision(db, "comments", id, 1)],
  [
    "the content before an edit of a held comment",
    (db, { seq }) => commentRevisions.insertRevision(db, "held_comments", exampleId(seq), 1),
  ],
  ["earlier contents to delete", (db, { ids }) => commentRevisions.deleteRevisions(db, ids), () => 100],
  ["keys to purge", (db) => idempotencyKeys.purgeKeys(db, 100)],
  [
    "what a post needs to know",
    (db, { userId, videoId }) =>
      execute(
        db,
        postingState.postingStateQuery([
          { userId, videoId, idempotencyKey: "k0" },
          { userId: exampleId(3), videoId: "v7", idempotencyKey: "new" },
        ]),
      ),
  ],
  ["the states of videos", (db, { videoId }) => execute(db, videos.videoStatesQuery([videoId, "v7", "unknown"]))],
  [
    "a user's last turn under slow mode",
    (db, { userId, videoId }) => slowModeTurns.secondsSinceLastTurn(db, userId, videoId),
  ],
  ["no turns to purge", (db) => slowModeTurns.deleteOldTurns(db, 10 ** 8, 100), wholeIndexIfStale],
  ["turns to purge", (db) => slowModeTurns.deleteOldTurns(db, 60 * 60, 100), wholeIndexIfStale],
  // Among the oldest tombstones may be some whose deletion the mirror lacks. Here there are none.
  ["tombstones to purge", (db) => tombstones.listExpiredTombstones(db, 30, 100)],
  // `shapes.ts` says which comments are deleted.
  ["tombstones that are purged", (db) => tombstones.deleteTombstones(db, [exampleId(13), exampleId(23)])],
  // By design these pass over the user's own tombstones, which are purged after some time.
  [
    "the next video of a user",
    (db, { userId }) => userComments.findNextVideoOf(db, userId, ""),
    ({ commentsOfUser }) => commentsOfUser,
  ],
  [
    "a user's comments on a video",
    (db, { userId, videoId }) => userComments.listIdsOf(db, { userId, videoId, limit: 100 }),
    ({ commentsOfUser }) => commentsOfUser,
  ],
  [
    "how many comments a user has",
    (db, { userId }) => userComments.countCommentsOf(db, userId),
    ({ commentsOfUser }) => commentsOfUser,
  ],
  [
    "a user's comments",
    (db, { userId }) => userComments.listCommentsOf(db, userId, { limit: 100 }),
    ({ commentsOfUser }) => commentsOfUser,
  ],
  [
    "more of a user's comments",
    (db, { userId, middle }) =>
      userComments.listCommentsOf(db, userId, { limit: 100, after: { videoId: "v0", id: middle } }),
    ({ commentsOfUser }) => commentsOfUser,
  ],
  ["states of videos", (db) => execute(db, videos.videoStatesQuery(["v0", "v7", "v9"]))],
  ["a video", (db, { videoId }) => videos.findVideo(db, videoId)],
  ["a locked video", (db, { videoId }) => videos.lockVideo(db, videoId)],
  ["videos", (db) => videos.listVideoIds(db, "v5", 50)],
  ["a video's settings version", (db, { videoId }) => videos.raiseSettingsVersion(db, videoId)],
  ["a video's floor", (db, { videoId }) => videos.raiseFloor(db, videoId, 5)],
  [
    "the settings of a video",
    (db, { videoId }) => videos.updateSettings(db, videoId, { settings_seq: 5, slow_mode_seconds: 1 }),
  ],
  [
    "the last numbers of several videos",
    (db) => execute(db, videos.takeSeqsStatements(new Map(["v0", "v7", "v9"].map((id) => [id, 1])))[1]),
  ],
];
