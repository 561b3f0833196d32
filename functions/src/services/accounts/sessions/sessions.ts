import type { Context } from "../../../context.ts";
import type { SignedIn } from "../../../contract/account.ts";
import { REFRESH_GRACE_SECONDS } from "../../../contract/limits.ts";
import type { AuditAction } from "../../../contract/operation.ts";
import { transact } from "../../../database/transactions.ts";
import { ProblemError } from "../../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import type { Principal } from "../../../security/bearers.ts";
import { verifyRefreshToken } from "../../../security/refresh-tokens.ts";
import { type SessionChoice, findGeneration, rotateSession } from "../../../tables/accounts/sessions.ts";
import { markSeen } from "../../../tables/accounts/user-devices.ts";
import { type Actor, type AuditEvent, auditAll } from "../../operation/audit.ts";
import { issueTokens } from "./tokens.ts";

/** In seconds: a session ends when it was not refreshed for 30 days, and in any case 180 days after sign-in. */
export const SESSION_LIFETIME = { idle: 30 * 24 * 60 * 60, absolute: 180 * 24 * 60 * 60 };

/**
 * Exchanges a refresh token for the next one. The token that was exchanged last gets the same successor for 10 s. An older one was
 * stolen or replayed, and ends the session.
 * @throws ProblemError `invalid_refresh_token`, `rate_limited`
 */
export async function refreshSession(
  context: Context,
  refreshToken: string,
  address: string | null,
): Promise<SignedIn> {
  const claims = verifyRefreshToken(context.config.refreshTokenKeys, refreshToken);
  if (!claims) throw new ProblemError("invalid_refresh_token");
  const { sessionId, generation } = claims;
  await context.limits.count("refresh", "valid", { session: sessionId });

  const isRotated = await rotateSession(context.db, sessionId, { generation, idleSeconds: SESSION_LIFETIME.idle });
  if (!isRotated) await checkRepeated(context, sessionId, generation, address);
  const session = await context.findLiveSession(sessionId);
  if (!session) throw new ProblemError("invalid_refresh_token");
  if (session.isSeenOutdated) await markSeen(context.db, session.userDeviceId);
  return issueTokens(context, session, generation + 1);
}

/** Accepts the token that was exchanged last, for a short time. Ends the session for any older one. */
async function checkRepeated(
  context: Context,
  sessionId: string,
  generation: number,
  address: string | null,
): Promise<void> {
  const current = await findGeneration(context.db, sessionId, REFRESH_GRACE_SECONDS);
  if (current?.generation === generation + 1 && current.isRecent) return;
  if (current) {
    // The session may have ended by itself; ending it again changes nothing. Where the token is the current one, it has expired.
    const action = current.generation === generation ? "session.expire" : "session.reuse";
    await endSessions(context, { userId: null, address }, { userId: current.userId, ids: [sessionId], action });
  }
  throw new ProblemError("invalid_refresh_token");
}

/** Ends the principal's session. Its tokens are worthless from then on. */
export async function signOut(context: Context, principal: Principal): Promise<void> {
  const { userId, sessionId } = principal;
  await endSessions(context, principal, { userId, ids: [sessionId], action: "session.end" });
}

/** Ends every other session of the user. */
export async function signOutOthers(context: Context, principal: Principal): Promise<void> {
  const { userId, sessionId } = principal;
  await endSessions(context, principal, { userId, except: sessionId, action: "session.end" });
}

async function endSessions(
  context: Context,
  actor: Actor,
  { userId, action, ...choice }: SessionChoice & { userId: string; action: AuditAction },
): Promise<void> {
  const ended = await transact(context.db, async (transaction) => {
    const ids = await revokeSessions(transaction, userId, choice);
    const events = ids.map((id): AuditEvent => ({ action, actor, target: { type: "session", id } }));
    await auditAll(context, transaction, events);
    return ids.length;
  });
  if (ended > 0) await context.userRelay.publish(userId);
}
