import type { Logger } from "../../runtime/log.ts";
import { forgetRevoked } from "../../realtime/users.ts";
import { AUDIT_RETENTION_DAYS } from "../../contract/limits.ts";
import { deleteOldAuditEntries, insertAuditEntry } from "../../tables/operation/audit-log.ts";
import { transact } from "../../database/transactions.ts";
import { deleteExpiredCounters } from "../../tables/operation/rate-limits.ts";
import { deleteSessions, listEnded, listExpired } from "../../tables/accounts/sessions.ts";
import { takeMirrorsBehind } from "../../tables/sync/user-mirrors.ts";
import type { Queue, UserTask } from "../queue/queue.ts";
import { revokeSessions } from "./revocation.ts";
import { reconcileOldest } from "./user-reconcile.ts";
import type { UserMirrorContext } from "./user-mirror.ts";

export interface UserSweepContext extends UserMirrorContext {
  userQueue: Queue<UserTask>;
  log: Logger;
  newId: () => string;
}

/** Of each kind, in one sweep; what is left is for the next. */
const BATCH = 500;
/** Seconds that a task is given before it counts as lost. */
const PENDING = 30;
/** Users that one sweep asks the Realtime Database about; a read each. */
const CHECKED = 200;
/** Days that a session is kept past its absolute end. */
const SESSIONS_KEPT = 1;

export interface UserSweepReport {
  expired: number;
  enqueued: number;
  /** Users of whom the Realtime Database knew less than it had been told. */
  repaired: number;
  forgotten: number;
  audit_entries_deleted: number;
}

/**
 * Ends sessions that expired, wakes users whose task was lost, repairs what the Realtime Database forgot, and throws away what is too old to keep. Safe to repeat, and to run
 * twice at once.
 */
export async function sweepUsers(context: UserSweepContext): Promise<UserSweepReport> {
  // First what needs MySQL alone: the Realtime Database may be away.
  const report = {
    expired: await endExpired(context),
    enqueued: await wakeBehind(context),
    audit_entries_deleted: await deleteOldAuditEntries(context.db, AUDIT_RETENTION_DAYS, 10 * BATCH),
    repaired: 0,
    forgotten: 0,
  };
  await deleteExpiredCounters(context.db, 10 * BATCH);
  report.repaired = await reconcileOldest(context, CHECKED);
  report.forgotten = await forgetEnded(context);
  return report;
}

// An expired session is revoked as any other: Firebase would go on renewing its tokens.
async function endExpired({ db, newId }: UserSweepContext): Promise<number> {
  const expired = await listExpired(db, BATCH);
  for (const { id, user_id } of expired) {
    await transact(db, async (transaction) => {
      const [ended] = await revokeSessions(transaction, user_id, { id });
      if (ended === undefined) return;
      await insertAuditEntry(transaction, {
        id: newId(),
        action: "session.expire",
        actor_id: null,
        target_type: "session",
        target_id: id,
        address: null,
        details: {},
      });
    });
  }
  return expired.length;
}

async function wakeBehind({ db, userQueue, log }: UserSweepContext): Promise<number> {
  const behind = await takeMirrorsBehind(db, PENDING, BATCH);
  let enqueued = 0;
  for (const userId of behind) {
    try {
      await userQueue.enqueue({ user_id: userId });
      enqueued += 1;
    } catch (error) {
      log.error("the sweep cannot enqueue; the next one tries again", { left: behind.length - enqueued }, error);
      break;
    }
  }
  return enqueued;
}

async function forgetEnded({ db, realtime }: UserSweepContext): Promise<number> {
  const ids = await listEnded(db, SESSIONS_KEPT, BATCH);
  if (ids.length === 0) return 0;
  await forgetRevoked(realtime, ids);
  await deleteSessions(db, ids);
  return ids.length;
}
