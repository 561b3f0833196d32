import type { Context } from "../../context.ts";
import { isDatabaseAway } from "../../database/mysql-errors.ts";
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

/** Rows in one statement: locks stay short. */
const MAX_ROWS = 5_000;
/** How long a run repeats one of its steps. The next run takes the rest. */
const MAX_STEP_MS = 10_000;

export interface MaintenanceReport {
  sessions_revoked: number;
  audit_entries_deleted: number;
  sessions_deleted: number;
}

/**
 * Revokes expired sessions, deletes audit entries, limit counters, counts of past minutes, turns of slow mode, former usernames and
 * sessions that have been kept long enough, and computes the looks of usernames that lack them. Safe to repeat, and to run twice at once.
 * @throws the first error of a step, after the other steps; at once if MySQL is away
 */
export async function runMaintenance(context: Context): Promise<MaintenanceReport> {
  const { db, log } = context;
  const errors: unknown[] = [];
  async function run(step: () => Promise<number>): Promise<number> {
    try {
      return await step();
    } catch (error) {
      // Each step would wait for it.
      if (isDatabaseAway(error)) throw error;
      errors.push(error);
      return 0;
    }
  }

  const sessionsRevoked = await run(() => repeatStep(() => revokeExpiredSessions(context)));
  const auditEntriesDeleted = await run(() => {
    return repeatStep(() => deleteOldAuditEntries(db, AUDIT_RETENTION_DAYS, MAX_ROWS));
  });
  await run(() => repeatStep(() => deleteExpiredCounters(db, MAX_ROWS)));
  await run(() => repeatStep(() => deleteOldTurns(db, MAX_SLOW_MODE_SECONDS, MAX_ROWS)));
  await run(() => repeatStep(() => deleteOldMinuteCounts(db, MINUTE_COUNT_HOURS, MAX_ROWS)));
  await run(() => repeatStep(() => deleteReleasedLooks(db, FORMER_NAME_DAYS, MAX_ROWS)));
  await run(() => refreshLooks(context, MAX_ROWS));
  const sessionsDeleted = await run(() => repeatStep(() => deleteEndedSessions(context)));
  const [first, ...others] = errors;
  for (const error of others) log.error("a step of the maintenance failed", {}, error);
  if (first !== undefined) throw first;
  return {
    sessions_revoked: sessionsRevoked,
    audit_entries_deleted: auditEntriesDeleted,
    sessions_deleted: sessionsDeleted,
  };
}

/** Repeats a step until it finds nothing, or the time is over: rows may come faster than one call a minute deletes them. Returns the sum. */
async function repeatStep(step: () => Promise<number>): Promise<number> {
  const endsAt = performance.now() + MAX_STEP_MS;
  let total = 0;
  let count: number;
  do {
    count = await step();
    total += count;
  } while (count > 0 && performance.now() < endsAt);
  return total;
}
