import { ACCESS_TOKEN_TYPE } from "../contract/account.ts";
import jwt from "jsonwebtoken";
import { z } from "zod";
import type { SigningKey } from "../config.ts";

export const ACCESS_TOKEN_LIFETIME_SECONDS = 15 * 60;

const ISSUER = "live-comments";
const AUDIENCE = "live-comments";

const Header = z.object({ kid: z.string(), typ: z.string() });
const Claims = z.object({ sub: z.string(), exp: z.number(), sid: z.string(), did: z.string() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** Our id of the session's device. */
  userDeviceId: string;
}

export interface VerifiedToken {
  claims: AccessClaims;
  /** Seconds since 1970. */
  expiresAt: number;
}

/**
 * A JWT (HS256) for a session. It says who the bearer is. What they may do is read from MySQL with each request.
 * @param keys the first one signs
 */
export function signAccessToken(keys: SigningKey[], claims: AccessClaims, now: Date): string {
  const [key] = keys;
  if (!key) throw new Error("no key for access tokens");
  const iat = inSeconds(now);
  const { userId, sessionId, userDeviceId } = claims;
  return jwt.sign({ sid: sessionId, did: userDeviceId, iat, exp: iat + ACCESS_TOKEN_LIFETIME_SECONDS }, key.secret, {
    algorithm: "HS256",
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: userId,
    keyid: key.kid,
    header: { alg: "HS256", typ: ACCESS_TOKEN_TYPE },
  });
}

/** Verifies a token that one of the keys signed; undefined if it is expired or not ours, without a reason. */
export function verifyAccessToken(keys: SigningKey[], token: string, now: Date): VerifiedToken | undefined {
  try {
    const header = readHeader(token);
    const key = keys.find((candidate) => candidate.kid === header.kid);
    if (!key || header.typ !== ACCESS_TOKEN_TYPE) return undefined;
    const payload = jwt.verify(token, key.secret, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: inSeconds(now),
    });
    const { sub, sid, did, exp } = Claims.parse(payload);
    return { claims: { userId: sub, sessionId: sid, userDeviceId: did }, expiresAt: exp };
  } catch {
    return undefined;
  }
}

export const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000);

// The library's decode() also parses the claims, which verify() then parses again.
function readHeader(token: string) {
  return Header.parse(JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString()));
}
