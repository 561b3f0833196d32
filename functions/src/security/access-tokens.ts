import jwt from "jsonwebtoken";
import { z } from "zod";
import type { SigningKey } from "../config.ts";
import { ACCESS_TOKEN_TYPE } from "../contract/account.ts";

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 15 * 60;

const ISSUER = "live-comments";
const AUDIENCE = "live-comments";

const Header = z.object({ kid: z.string(), typ: z.string() });
const Claims = z.object({ sub: z.string(), exp: z.number(), sid: z.string(), did: z.string() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** Our id of the session's device. */
  deviceId: string;
}

export interface AccessTokens {
  /** A JWT (HS256) for a session. It says who; what they may do is read from MySQL on each request. */
  sign(claims: AccessClaims, now: Date): string;
  /**
   * The claims of a token that is ours, of this type and not expired, the same object each time; undefined for any other text, and
   * nobody learns why.
   */
  verify(token: string, now: Date): AccessClaims | undefined;
}

/** Tokens that were good are remembered until they expire, this many: to verify one again was 7 % of all that the API does for a post. */
const REMEMBERED = 10_000;

/** @param keys the first signs; all of them verify */
export function createAccessTokens(keys: SigningKey[]): AccessTokens {
  const good = new Map<string, { claims: AccessClaims; expires: number }>();

  function remember(token: string, claims: AccessClaims, expires: number): void {
    const [oldest] = good.keys();
    if (oldest !== undefined && good.size >= REMEMBERED) good.delete(oldest);
    good.set(token, { claims, expires });
  }

  return {
    sign({ userId, sessionId, deviceId }, now) {
      const [key] = keys;
      if (!key) throw new Error("no key for access tokens");
      const iat = seconds(now);
      return jwt.sign({ sid: sessionId, did: deviceId, iat, exp: iat + ACCESS_TOKEN_LIFETIME }, key.secret, {
        algorithm: "HS256",
        issuer: ISSUER,
        audience: AUDIENCE,
        subject: userId,
        keyid: key.kid,
        header: { alg: "HS256", typ: ACCESS_TOKEN_TYPE },
      });
    },
    verify(token, now) {
      const known = good.get(token);
      if (known && known.expires > seconds(now)) return known.claims;
      try {
        const header = headerOf(token);
        const key = keys.find((candidate) => candidate.kid === header.kid);
        if (!key || header.typ !== ACCESS_TOKEN_TYPE) return undefined;
        const payload = jwt.verify(token, key.secret, {
          algorithms: ["HS256"],
          issuer: ISSUER,
          audience: AUDIENCE,
          clockTimestamp: seconds(now),
        });
        const { sub, sid, did, exp } = Claims.parse(payload);
        const claims = { userId: sub, sessionId: sid, deviceId: did };
        remember(token, claims, exp);
        return claims;
      } catch {
        return undefined;
      }
    },
  };
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);

// The library's own decode() reads the claims too, which verify() does again.
function headerOf(token: string) {
  return Header.parse(JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString()));
}
