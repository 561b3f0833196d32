import type { Context } from "../../context.ts";
import {
  AUDIT_RETENTION_DAYS,
  FORMER_NAME_DAYS,
  MAX_SLOW_MODE_SECONDS,
  MINUTE_COUNT_HOURS,
} from "../../contract/limits.ts";
import { deleteReleasedLooks } from "../../tables/accounts/username-looks.ts";
import { deleteOldAuditEntries } from "../../tables/operation/audit-log.ts";
import { deleteOldTurns } from "../../tables/comments/slow-mode-turns.ts";
import { deleteOldMinuteCounts } from "../../tables/operation/minute-counts.ts";
import { deleteExpiredCounters } from "../../tables/operation/rate-limits.ts";
import { refreshLooks } from "../accounts/looks-maintenance.ts";
import { deleteEndedSessions, revokeExpiredSessions } from "../accounts/sessions/session-maintenance.ts";

/** Rows of a table in one call; the next call takes the rest. */
const MAX_ROWS = 5_000;

export interface MaintenanceReport {
  sessions_revoked: number;
  audit_entries_deleted: number;
  sessions_deleted: number;
}

/**
 * Revokes expired sessions, deletes audit entries, limit counters, counts of past minutes, turns of slow mode, former usernames and
 * sessions that have been kept long enough, and computes the looks of usernames that lack them. Safe to repeat, and to run twice at once.
 * @throws RealtimeError, after everything that MySQL alone can do
 */
export async function runMaintenance(context: Context): Promise<MaintenanceReport> {
  const sessionsRevoked = await revokeExpiredSessions(context);
  const auditEntriesDeleted = await deleteOldAuditEntries(context.db, AUDIT_RETENTION_DAYS, MAX_ROWS);
  await deleteExpiredCounters(context.db, MAX_ROWS);
  await deleteOldTurns(context.db, MAX_SLOW_MODE_SECONDS, MAX_ROWS);
  await deleteOldMinuteCounts(context.db, MINUTE_COUNT_HOURS, MAX_ROWS);
  await deleteReleasedLooks(context.db, FORMER_NAME_DAYS, MAX_ROWS);
  await refreshLooks(context, MAX_ROWS);
  const sessionsDeleted = await deleteEndedSessions(context);
  return {
    sessions_revoked: sessionsRevoked,
    audit_entries_deleted: auditEntriesDeleted,
    sessions_deleted: sessionsDeleted,
  };
}
