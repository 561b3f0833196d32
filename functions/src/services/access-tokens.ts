import jwt from "jsonwebtoken";
import type { SigningKey } from "../config.ts";
import { ProblemError } from "../errors.ts";

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 15 * 60;

const ISSUER = "live-comments";
const AUDIENCE = "live-comments";
/** RFC 9068: what keeps another kind of JWT under the same key from passing for an access token. */
const TYPE = "at+jwt";

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

/**
 * The claims of a token that is ours, of this type and not expired.
 * @throws ProblemError `unauthenticated`, and not why
 */
export function verifyAccessToken(keys: SigningKey[], token: string, now: Date): AccessClaims {
  try {
    const header = jwt.decode(token, { complete: true })?.header;
    const key = keys.find((candidate) => candidate.kid === header?.kid);
    if (!key || header?.typ !== TYPE) throw new ProblemError("unauthenticated");
    const payload = jwt.verify(token, key.secret, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: Math.floor(now.getTime() / 1000),
    });
    if (typeof payload === "string" || !payload.sub || !payload.exp || typeof payload["sid"] !== "string") {
      throw new ProblemError("unauthenticated");
    }
    return { userId: payload.sub, sessionId: payload["sid"] };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("unauthenticated", { cause: error });
  }
}
