import type { Context } from "../context.ts";
import { ProblemError } from "../errors.ts";
import { transact } from "../tables/database.ts";
import type { LiveSession } from "../tables/sessions.ts";
import { findGeneration, findLiveSession, insertSession, revokeSession, rotateSession } from "../tables/sessions.ts";
import { upsertDevice } from "../tables/user-devices.ts";
import { findUserByEmail, markLogin } from "../tables/users.ts";
import { ACCESS_TOKEN_LIFETIME, signAccessToken, verifyAccessToken } from "./access-tokens.ts";
import { signRefreshToken, verifyRefreshToken } from "./refresh-tokens.ts";
import type { User } from "./users.ts";
import { canonical, toUser } from "./users.ts";

/** Seconds: a session ends 30 days after sign-in. */
const SESSION_LIFETIME = 30 * 24 * 60 * 60;
/** Seconds in which the parent of a refresh token still gets the same successor: two tabs, or a lost reply. */
const REFRESH_GRACE = 10;

/** Who makes a request: read from MySQL for it, so a change of role or a revocation counts at once. */
export type Principal = LiveSession;

export interface SignIn {
  email: string;
  password: string;
  device: { id: string; info: Record<string, string> };
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

/**
 * Begins a session on a device.
 * @throws ProblemError `invalid_credentials`: unknown e-mail, wrong password and deactivated user alike, and in the same time
 */
export async function signIn(context: Context, { email, password, device }: SignIn): Promise<SignedIn> {
  const user = await findUserByEmail(context.db, canonical(email));
  const fits = await context.passwords.verify(user?.password_hash, password);
  if (!user || !fits || !user.is_active) throw new ProblemError("invalid_credentials");

  const id = context.newId();
  await transact(context.db, async (transaction) => {
    const userDeviceId = await upsertDevice(transaction, {
      id: context.newId(),
      user_id: user.id,
      device_id: device.id,
      device_info: device.info,
    });
    await insertSession(transaction, {
      id,
      user_id: user.id,
      user_device_id: userDeviceId,
      lifetime: SESSION_LIFETIME,
    });
    await markLogin(transaction, user.id);
  });
  return issue(context, { ...user, user_id: user.id, session_id: id, device_id: device.id }, 1);
}

/**
 * Exchanges a refresh token for the next. The direct parent of the live token gets the same successor for 10 s; anything older was
 * stolen or replayed, and ends the session.
 * @throws ProblemError `invalid_refresh_token`
 */
export async function refreshSession(context: Context, refreshToken: string): Promise<SignedIn> {
  const claims = verifyRefreshToken(context.config.refreshTokenKeys, refreshToken);
  if (!claims) throw new ProblemError("invalid_refresh_token");
  const { sessionId, generation } = claims;

  if (!(await rotateSession(context.db, sessionId, generation))) {
    const stands = await findGeneration(context.db, sessionId, REFRESH_GRACE);
    if (stands?.generation !== generation + 1 || !stands.is_recent) {
      // Also a session that ended by itself: to end it again changes nothing.
      await revokeSession(context.db, sessionId);
      throw new ProblemError("invalid_refresh_token");
    }
  }
  const session = await findLiveSession(context.db, sessionId);
  if (!session) throw new ProblemError("invalid_refresh_token");
  return issue(context, session, generation + 1);
}

/** Ends the session; its tokens are worth nothing from then on. */
export async function signOut(context: Context, principal: Principal): Promise<void> {
  await revokeSession(context.db, principal.session_id);
}

/**
 * Who the bearer of an access token is now.
 * @throws ProblemError `unauthenticated`, also when the session has ended or the user is deactivated
 */
export async function authenticate(context: Context, accessToken: string): Promise<Principal> {
  const claims = verifyAccessToken(context.config.accessTokenKeys, accessToken, context.clock());
  const session = await findLiveSession(context.db, claims.sessionId);
  if (session?.user_id !== claims.userId) throw new ProblemError("unauthenticated");
  return session;
}

/** A Firebase custom token for the session, for a browser whose Firebase sign-in has ended. */
export async function mintFirebaseToken(context: Context, principal: Principal): Promise<string> {
  return context.customTokens.mint(principal.user_id, { sid: principal.session_id, role: principal.role });
}

async function issue(context: Context, session: Principal, generation: number): Promise<SignedIn> {
  const { user_id: userId, session_id: sessionId, device_id } = session;
  const { accessTokenKeys, refreshTokenKeys } = context.config;
  return {
    access_token: signAccessToken(accessTokenKeys, { userId, sessionId }, context.clock()),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_LIFETIME,
    refresh_token: signRefreshToken(refreshTokenKeys, { sessionId, generation }),
    refresh_expires_in: SESSION_LIFETIME,
    firebase_token: await mintFirebaseToken(context, session),
    user: toUser({ ...session, id: userId }),
    session: { id: sessionId, device_id },
  };
}
