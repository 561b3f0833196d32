import jwt from "jsonwebtoken";
import { z } from "zod";
import type { SigningKey } from "../config.ts";

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 15 * 60;

const ISSUER = "live-comments";
const AUDIENCE = "live-comments";
/** RFC 9068: what keeps another kind of JWT under the same key from passing for an access token. */
const TYPE = "at+jwt";

const Header = z.object({ kid: z.string(), typ: z.string() });
const Claims = z.object({ sub: z.string(), exp: z.number(), sid: z.string() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
}

/** A JWT (HS256) for a session. It says who; what they may do is read from MySQL on each request. */
export function signAccessToken(keys: SigningKey[], claims: AccessClaims, now: Date): string {
  const [key] = keys;
  if (!key) throw new Error("no key for access tokens");
  const iat = Math.floor(now.getTime() / 1000);
  return jwt.sign({ sid: claims.sessionId, iat, exp: iat + ACCESS_TOKEN_LIFETIME }, key.secret, {
    algorithm: "HS256",
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: claims.userId,
    keyid: key.kid,
    header: { alg: "HS256", typ: TYPE },
  });
}

/** The claims of a token that is ours, of this type and not expired; undefined for any other text, and nobody learns why. */
export function verifyAccessToken(keys: SigningKey[], token: string, now: Date): AccessClaims | undefined {
  try {
    const header = headerOf(token);
    const key = keys.find((candidate) => candidate.kid === header.kid);
    if (!key || header.typ !== TYPE) return undefined;
    const payload = jwt.verify(token, key.secret, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: Math.floor(now.getTime() / 1000),
    });
    const { sub, sid } = Claims.parse(payload);
    return { userId: sub, sessionId: sid };
  } catch {
    return undefined;
  }
}

// The library's own decode() reads the claims too, which verify() does again.
function headerOf(token: string) {
  return Header.parse(JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString()));
}
