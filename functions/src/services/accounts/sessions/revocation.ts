import type { Context } from "../../../context.ts";
import type { Db } from "../../../database/schema.ts";
import { transact } from "../../../database/transactions.ts";
import { type SessionChoice, lockSessions, markRevoked } from "../../../tables/accounts/sessions.ts";
import { deleteWatchedOf } from "../../../tables/accounts/watched-videos.ts";
import { takeMirrorSeq } from "../../../tables/sync/user-mirrors.ts";

/** Sessions that one transaction revokes at most. It is more than a user can have (`MAX_SESSIONS` in `contract/limits.ts`). */
const BATCH = 500;

/**
 * Revokes the chosen sessions of a user in the caller's transaction, as a change that is relayed. Returns the ids of those that were not
 * revoked before. From the commit on, none of their tokens works over HTTP.
 */
export async function revokeSessions(transaction: Db, userId: string, choice: SessionChoice): Promise<string[]> {
  const ids = await lockSessions(transaction, userId, choice, BATCH);
  if (ids.length === 0) return ids;
  await markRevoked(transaction, ids, await takeMirrorSeq(transaction, userId));
  await deleteWatchedOf(transaction, ids);
  return ids;
}

/** Revokes every session of a user who may have more than one transaction revokes: the rows of an earlier release. Safe to repeat. */
export async function revokeAllSessions(context: Pick<Context, "db">, userId: string): Promise<void> {
  let ids: string[];
  do {
    ids = await transact(context.db, (transaction) => revokeSessions(transaction, userId, {}));
  } while (ids.length === BATCH);
}
