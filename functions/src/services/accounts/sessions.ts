import { SEEN_EVERY } from "../../tables/accounts/user-devices.ts";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import { transact } from "../../database/database.ts";
import type { LiveSession, SessionChoice } from "../../tables/accounts/sessions.ts";
import { findGeneration, rotateSession } from "../../tables/accounts/sessions.ts";
import { touchDevice } from "../../tables/accounts/user-devices.ts";
import type { AccessClaims } from "../../security/access-tokens.ts";
import { ACCESS_TOKEN_LIFETIME } from "../../security/access-tokens.ts";
import type { Actor, AuditAction } from "../operation/audit.ts";
import { audit } from "../operation/audit.ts";
import { signRefreshToken, verifyRefreshToken } from "../../security/refresh-tokens.ts";
import type { User } from "./users.ts";
import { toUser } from "./users.ts";

/** Seconds: a session ends when it was not refreshed for 30 days, and in any case 180 days after sign-in. */
export const SESSION_LIFETIME = { idle: 30 * 24 * 60 * 60, absolute: 180 * 24 * 60 * 60 };
/** Seconds in which the parent of a refresh token still gets the same successor: two tabs, or a lost reply. */
const REFRESH_GRACE = 10;

/** Who makes a request, and from where: read from MySQL for it, so a change of role or a revocation counts at once. */
export interface Principal extends LiveSession {
  address: string | null;
}

export interface SignedIn {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string;
  refresh_expires_in: number;
  firebase_token: string;
  user: User;
  session: { id: string; device_id: string };
}

/** Who the bearer of a verified access token is now; undefined when the session has ended or the user is deactivated. */
export async function findPrincipal(
  context: Context,
  claims: AccessClaims,
  address: string | null,
): Promise<Principal | undefined> {
  const { userId, sessionId } = claims;
  const session = await context.findLiveSession(sessionId);
  if (session?.user_id !== userId) {
    context.standing.delete(claims);
    return undefined;
  }
  context.standing.add(claims);
  if (session.is_device_stale) await touchDevice(context.db, session.user_device_id, SEEN_EVERY);
  return { ...session, address };
}

/**
 * Exchanges a refresh token for the next. The direct parent of the live token gets the same successor for 10 s; anything older was
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
  await context.limits.count("refresh", { session: sessionId });

  if (!(await rotateSession(context.db, sessionId, generation, SESSION_LIFETIME.idle))) {
    const stands = await findGeneration(context.db, sessionId, REFRESH_GRACE);
    if (stands?.generation !== generation + 1 || !stands.is_recent) {
      const actor = { user_id: null, address };
      // Also a session that ended by itself: to end it again changes nothing.
      if (stands) await endSessions(context, actor, stands.user_id, { id: sessionId }, "session.reuse");
      throw new ProblemError("invalid_refresh_token");
    }
  }
  const session = await context.findLiveSession(sessionId);
  if (!session) throw new ProblemError("invalid_refresh_token");
  if (session.is_device_stale) await touchDevice(context.db, session.user_device_id, SEEN_EVERY);
  return issueTokens(context, session, generation + 1);
}

/** Ends the session; its tokens are worth nothing from then on. */
export async function signOut(context: Context, principal: Principal): Promise<void> {
  await endSessions(context, principal, principal.user_id, { id: principal.session_id }, "session.end");
}

/** Ends every other session of the user. */
export async function signOutOthers(context: Context, principal: Principal): Promise<void> {
  await endSessions(context, principal, principal.user_id, { except: principal.session_id }, "session.end");
}

async function endSessions(
  context: Context,
  actor: Actor,
  userId: string,
  choice: SessionChoice,
  action: AuditAction,
): Promise<void> {
  const ended = await transact(context.db, async (transaction) => {
    const ids = await revokeSessions(transaction, userId, choice);
    for (const id of ids) await audit(context, transaction, { action, actor, target: { type: "session", id } });
    return ids.length;
  });
  if (ended > 0) await context.userRelay.publish(userId);
}

/**
 * A Firebase custom token for the session, for a browser whose Firebase sign-in has ended. Its claims stay in the tokens that Firebase
 * makes of it: `sid`, by which a revocation finds them, and `ends`, after which they are refused in any case.
 */
export async function mintFirebaseToken(context: Context, session: LiveSession): Promise<string> {
  const { user_id, session_id: sid, role, ends_at } = session;
  return context.customTokens.mint(user_id, { sid, role, ends: ends_at.getTime() });
}

/** The tokens of a live session at a generation. */
export async function issueTokens(context: Context, session: LiveSession, generation: number): Promise<SignedIn> {
  const { user_id: userId, session_id: sessionId, user_device_id: deviceId, device_id } = session;
  return {
    access_token: context.accessTokens.sign({ userId, sessionId, deviceId }, context.clock()),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_LIFETIME,
    refresh_token: signRefreshToken(context.config.refreshTokenKeys, { sessionId, generation }),
    refresh_expires_in: session.expires_in,
    firebase_token: await mintFirebaseToken(context, session),
    user: toUser({ ...session, id: userId }),
    session: { id: sessionId, device_id },
  };
}
