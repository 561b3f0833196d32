import { canonicalize } from "../../../content/canonicalize.ts";
import type { Context } from "../../../context.ts";
import type { SignedIn } from "../../../contract/account.ts";
import { ACCESS_TOKEN_LIFETIME_SECONDS, signAccessToken } from "../../../security/access-tokens.ts";
import { signDeviceToken } from "../../../security/device-tokens.ts";
import { signRefreshToken } from "../../../security/refresh-tokens.ts";
import type { LiveSession } from "../../../tables/accounts/sessions.ts";
import { userOfSession } from "../users.ts";

/** The tokens of a live session at a generation. */
export async function issueTokens(context: Context, session: LiveSession, generation: number): Promise<SignedIn> {
  const { userId, sessionId, userDeviceId, deviceId } = session;
  const email = canonicalize(session.email);
  const { accessTokenKeys, refreshTokenKeys } = context.config;
  return {
    access_token: signAccessToken(accessTokenKeys, { userId, sessionId, userDeviceId }, context.clock()),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_LIFETIME_SECONDS,
    refresh_token: signRefreshToken(refreshTokenKeys, { sessionId, generation }),
    refresh_expires_in: session.expiresInSeconds,
    firebase_token: await mintFirebaseToken(context, session),
    device_token: signDeviceToken(refreshTokenKeys, { userDeviceId, email }),
    user: userOfSession(session),
    session: { id: sessionId, device_id: deviceId },
  };
}

/**
 * A Firebase custom token for the session: with each sign-in and refresh, and for a browser whose Firebase sign-in has ended. Firebase keeps
 * its claims in the tokens that it issues: the rules refuse a token whose `sid` is revoked, and any token after `ends`.
 * @returns null if none can be signed: the session does without presence, and the person on call is told
 */
export async function mintFirebaseToken(context: Context, session: LiveSession): Promise<string | null> {
  const { userId, sessionId, role, endsAt } = session;
  return (await context.customTokens.mint(userId, { sid: sessionId, role, ends: endsAt.getTime() })) ?? null;
}
