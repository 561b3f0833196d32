import pMap from "p-map";
import type { Context } from "../../../context.ts";
import { repeatUntilNone, transact } from "../../../database/transactions.ts";
import { forgetRevocations } from "../../../realtime/users.ts";
import { deleteSessions, listEnded, listExpired } from "../../../tables/accounts/ended-sessions.ts";
import { deleteUnusedDevices } from "../../../tables/accounts/user-devices.ts";
import { audit } from "../../operation/audit.ts";
import { revokeSessions } from "./revocation.ts";

/** Sessions in one call. */
const MAX_PER_CALL = 500;
/** Each may wait for the inline relay's deadline while the Realtime Database is slow. */
const PUBLISHED_AT_ONCE = 20;
/** How long a session is kept after its absolute end. */
const KEPT_DAYS = 1;

/**
 * Revokes sessions that expired: otherwise Firebase would go on renewing their tokens. Returns how many. Safe to repeat, and to run twice
 * at once.
 */
export async function revokeExpiredSessions(context: Context): Promise<number> {
  const expired = await listExpired(context.db, MAX_PER_CALL);
  const userIds = new Set<string>();
  let revoked = 0;
  for (const { id, user_id: userId } of expired) {
    const isRevoked = await transact(context.db, async (transaction) => {
      const [revokedId] = await revokeSessions(transaction, userId, { ids: [id] });
      if (revokedId === undefined) return false;
      const actor = { userId: null, address: null };
      await audit(context, transaction, { action: "session.expire", actor, target: { type: "session", id } });
      return true;
    });
    // Another run may have revoked it meanwhile.
    if (!isRevoked) continue;
    userIds.add(userId);
    revoked += 1;
  }
  await pMap(userIds, (userId) => context.userRelay.publish(userId), { concurrency: PUBLISHED_AT_ONCE });
  return revoked;
}

/**
 * Deletes sessions past their absolute end, in the mirror first: without the row nobody would do that. Then it deletes their users'
 * inactive devices without a session. Returns how many sessions it deleted. Safe to repeat, and to run twice at once.
 * @throws RealtimeError
 */
export async function deleteEndedSessions(context: Context): Promise<number> {
  const ended = await listEnded(context.db, KEPT_DAYS, MAX_PER_CALL);
  if (ended.length === 0) return 0;
  const ids = ended.map(({ id }) => id);
  const userIds = Array.from(new Set(ended.map(({ user_id }) => user_id)));
  await forgetRevocations(context.realtime, ids);
  await deleteSessions(context.db, ids);
  await repeatUntilNone(() => deleteUnusedDevices(context.db, userIds, MAX_PER_CALL));
  return ids.length;
}
