import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningKey } from "../config.ts";

export interface RefreshClaims {
  sessionId: string;
  generation: number;
}

/** Signs `session id . generation . HMAC-SHA-256`. The session's row tells which generation is valid, so no token is stored. */
export function signRefreshToken(keys: SigningKey[], claims: RefreshClaims): string {
  const [key] = keys;
  if (!key) throw new Error("no key for refresh tokens");
  return `${claims.sessionId}.${claims.generation}.${macOf(key, claims).toString("base64url")}`;
}

/** The claims of a token that one of the keys signed; undefined for any other text. */
export function verifyRefreshToken(keys: SigningKey[], token: string): RefreshClaims | undefined {
  const match = /^([0-9a-f-]{36})\.([1-9]\d{0,9})\.([\w-]{43})$/.exec(token);
  if (!match) return undefined;
  const claims = { sessionId: match[1] ?? "", generation: Number(match[2]) };
  const mac = Buffer.from(match[3] ?? "", "base64url");
  return keys.some((key) => timingSafeEqual(macOf(key, claims), mac)) ? claims : undefined;
}

function macOf(key: SigningKey, { sessionId, generation }: RefreshClaims): Buffer {
  return createHmac("sha256", key.secret).update(`refresh.${sessionId}.${generation}`).digest();
}
