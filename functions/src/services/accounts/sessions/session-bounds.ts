import type { Context } from "../../../context.ts";
import { MAX_DEVICES, MAX_SESSIONS } from "../../../contract/limits.ts";
import type { Db } from "../../../database/schema.ts";
import { listSessionIds } from "../../../tables/accounts/sessions.ts";
import { deactivateDevices, listActiveDevices } from "../../../tables/accounts/user-devices.ts";
import { type Actor, type AuditEvent, auditAll } from "../../operation/audit.ts";
import { revokeSessions } from "./revocation.ts";

/** What one sign-in ends at most of each kind. Later ones end the rest. */
const MAX_ENDED = 100;

/**
 * Ends what a sign-in puts over the user's bounds: the devices seen longest ago, with their sessions, and the sessions that began first.
 * It runs in the transaction of the sign-in, under the user's lock, so two sign-ins at once cannot both find room.
 */
export async function endExcessSessions(
  context: Pick<Context, "newId">,
  transaction: Db,
  userId: string,
  actor: Actor,
): Promise<void> {
  const oldDevices = await listActiveDevices(transaction, userId, { offset: MAX_DEVICES, limit: MAX_ENDED });
  const deviceIds = oldDevices.map(({ id }) => id);
  let endedIds: string[] = [];
  if (deviceIds.length > 0) {
    await deactivateDevices(transaction, userId, deviceIds);
    endedIds = await revokeSessions(transaction, userId, { userDeviceIds: deviceIds });
  }
  const oldIds = await listSessionIds(transaction, userId, { offset: MAX_SESSIONS, limit: MAX_ENDED });
  if (oldIds.length > 0) endedIds = [...endedIds, ...(await revokeSessions(transaction, userId, { ids: oldIds }))];
  const details = { reason: "too many" };
  await auditAll(context, transaction, [
    ...deviceIds.map((id): AuditEvent => ({ action: "device.revoke", actor, target: { type: "device", id }, details })),
    ...endedIds.map((id): AuditEvent => ({ action: "session.end", actor, target: { type: "session", id }, details })),
  ]);
}
