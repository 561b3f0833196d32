import { execute } from "../../../../functions/src/database/statement.ts";
import * as bans from "../../../../functions/src/tables/moderation/bans.ts";
import * as heldComments from "../../../../functions/src/tables/moderation/held-comments.ts";
import * as reports from "../../../../functions/src/tables/moderation/reports.ts";
import * as alerts from "../../../../functions/src/tables/operation/alerts.ts";
import * as auditLog from "../../../../functions/src/tables/operation/audit-log.ts";
import * as heartbeats from "../../../../functions/src/tables/operation/heartbeats.ts";
import * as minuteCounts from "../../../../functions/src/tables/operation/minute-counts.ts";
import * as rateLimits from "../../../../functions/src/tables/operation/rate-limits.ts";
import { exampleId } from "./numbers.ts";
import type { PlanQuery } from "./query.ts";

export const MODERATION_QUERIES: PlanQuery[] = [
  ["the ban of a user", (db, { userId, videoId }) => bans.findBan(db, userId, videoId)],
  ["bans", (db) => bans.listBans(db, { limit: 20 })],
  ["more bans", (db) => bans.listBans(db, { limit: 20, after: { user_id: exampleId(500), video_id: "v0" } })],
  ["the bans of a user", (db, { userId }) => bans.listBans(db, { userId, limit: 20 })],
  ["a ban to lift", (db, { userId, videoId }) => bans.deleteBan(db, userId, videoId)],
  ["a held comment", (db, { videoId, seq }) => heldComments.findHeld(db, videoId, exampleId(seq))],
  ["held comments of a video", (db, { videoId }) => heldComments.listHeld(db, videoId, { limit: 20 })],
  [
    "more held comments of a video",
    (db, { videoId, seq }) => heldComments.listHeld(db, videoId, { limit: 20, after: exampleId(seq + 1_000) }),
  ],
  ["a user's held comments", (db, { videoId, userId }) => heldComments.listHeld(db, videoId, { userId, limit: 20 })],
  [
    "an edit of a held comment",
    (db, { seq }) => heldComments.updateHeld(db, { id: exampleId(seq), version: 1, content: "x" }),
  ],
  ["a locked held comment", (db, { seq }) => heldComments.lockHeld(db, exampleId(seq))],
  ["a held comment to delete", (db, { seq }) => heldComments.deleteHeld(db, exampleId(seq))],
  ["a user's held comments to delete", (db, { userId }) => heldComments.deleteHeldOf(db, userId, 20)],
  ["reported comments", (db) => reports.listReportedIds(db, { limit: 20 })],
  ["more reported comments", (db) => reports.listReportedIds(db, { limit: 20, after: exampleId(500) })],
  ["open reports", (db) => reports.listOpenReports(db, [exampleId(1), exampleId(300)], 20)],
  ["reports to close", (db) => reports.closeReports(db, [exampleId(1), exampleId(300)])],
  ["reports to delete", (db) => reports.deleteReportsAbout(db, [exampleId(1), exampleId(300)], 20)],
  ["the heartbeat", (db) => heartbeats.findHeartbeat(db)],
  ["the heartbeat of a replica", (db) => heartbeats.findReplicaHeartbeat(db)],
  ["a heartbeat", (db) => heartbeats.renewHeartbeat(db, exampleId(1), 400)],
  ["counts of the last hour", (db) => minuteCounts.listMinuteCounts(db, 60)],
  ["old counts", (db) => minuteCounts.deleteOldMinuteCounts(db, 24, 20)],
  ["an alert", (db) => alerts.claimAlert(db, "a5", 1)],
  ["audit entries", (db) => auditLog.listAuditEntries(db, {}, { limit: 20 })],
  ["older audit entries", (db) => auditLog.listAuditEntries(db, {}, { limit: 20, before: exampleId(1_000) })],
  // The ids of these rows are of 1970.
  ["no audit entries from a time on", (db) => auditLog.listAuditEntries(db, { from: new Date() }, { limit: 20 })],
  ["no audit entries before a time", (db) => auditLog.listAuditEntries(db, { to: new Date(-1e9) }, { limit: 20 })],
  ["audit entries of an action", (db) => auditLog.listAuditEntries(db, { action: "a7" }, { limit: 20 })],
  ["audit entries of an actor", (db) => auditLog.listAuditEntries(db, { actor_id: exampleId(7) }, { limit: 20 })],
  [
    "audit entries about somebody, by an actor",
    (db) =>
      auditLog.listAuditEntries(db, { target_id: exampleId(7), actor_id: exampleId(7), action: "a7" }, { limit: 20 }),
  ],
  ["no old audit entries", (db) => auditLog.deleteOldAuditEntries(db, 1_000, 20)],
  ["old audit entries", (db) => auditLog.deleteOldAuditEntries(db, 50, 20)],
  [
    "counters",
    (db) =>
      execute(
        db,
        rateLimits.addPointsStatements(
          [
            { key: "k5", points: 1, expire: 1 },
            { key: "k7", points: 1, expire: 1 },
          ],
          0,
        )[2],
      ),
  ],
  ["a counter to delete", (db) => rateLimits.deleteCounter(db, "k5")],
  ["counters to delete", (db) => rateLimits.deleteExpiredCounters(db, 20)],
];
