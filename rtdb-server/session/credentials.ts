import { isObject } from "../is-object.ts";
import { Refusal } from "../refusal.ts";
import type { Identity } from "../rules/access.ts";

export const NOBODY: Identity = { admin: false, auth: null };
export const ADMIN: Identity = { admin: true };

function claimsOf(token: string): Record<string, unknown> | null {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString());
    return isObject(claims) ? claims : null;
  } catch {
    return null;
  }
}

/**
 * Whom a token names: `owner` is the administrator. Signature, audience and expiry are not looked at: the Auth emulator signs nothing, and mock tokens of the
 * SDKs expired in 1970.
 * @throws Refusal when the token is unreadable or names nobody
 */
export function identityOfToken(token: string): Identity {
  if (token === "owner") return ADMIN;
  const claims = claimsOf(token);
  const uid = claims?.["user_id"] ?? claims?.["sub"];
  if (claims === null || typeof uid !== "string" || uid === "")
    throw new Refusal("invalid_token", "Could not parse auth token.");
  const firebase = claims["firebase"];
  const provider = claims["provider_id"] ?? (isObject(firebase) ? firebase["sign_in_provider"] : undefined) ?? null;
  return { admin: false, auth: { uid, provider, token: claims } };
}

/**
 * Whom the credential of a realtime connection names: `owner` and OAuth tokens are the administrator's, unless `authvar` or
 * `noauth` asks that the rules judge (the Admin SDK's `databaseAuthVariableOverride`).
 */
export function identityOfCredential(action: "auth" | "gauth", body: Record<string, unknown>): Identity {
  if (typeof body["cred"] !== "string") throw new Refusal("invalid_token", "Credential missing");
  if (action === "auth") return identityOfToken(body["cred"]);
  if (body["noauth"] === true) return NOBODY;
  return body["authvar"] === undefined ? ADMIN : { admin: false, auth: body["authvar"] };
}
