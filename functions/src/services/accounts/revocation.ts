import type { Db } from "../../database/schema.ts";
import { type SessionChoice, lockSessions, markRevoked } from "../../tables/accounts/sessions.ts";
import { deleteWatchedOf } from "../../tables/accounts/watched-videos.ts";
import { takeMirrorSeq } from "../../tables/sync/user-mirrors.ts";

/**
 * Revokes the chosen sessions of a user in the caller's transaction, as a change that is relayed. Returns the ids of those that were not
 * revoked before. From the commit on, none of their tokens works over HTTP.
 */
export async function revokeSessions(transaction: Db, userId: string, choice: SessionChoice): Promise<string[]> {
  const ids = await lockSessions(transaction, userId, choice);
  if (ids.length === 0) return ids;
  await markRevoked(transaction, ids, await takeMirrorSeq(transaction, userId));
  await deleteWatchedOf(transaction, ids);
  return ids;
}
