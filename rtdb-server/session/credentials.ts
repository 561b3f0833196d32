import { isObject } from "../is-object.ts";
import { expiredToken, RequestError } from "../request-error.ts";
import { type Identity, ADMIN, SIGNED_OUT } from "../rules/identity.ts";

/** The SDKs' mock tokens (`mockUserToken`) were issued at 0 and expired an hour later. */
const MOCK_TOKEN_EXPIRY_SECONDS = 3600;

/**
 * The identity for an ID token; `owner` is the administrator. Signature and audience are not checked, because the Auth emulator signs
 * nothing.
 * @throws RequestError for a token that is unreadable, has no user id, or has expired
 */
export function identityOfToken(token: string): Identity {
  if (token === "owner") return ADMIN;
  const claims = claimsOf(token);
  const uid = claims?.["user_id"] ?? claims?.["sub"];
  if (claims === null || typeof uid !== "string" || uid === "") {
    throw new RequestError("invalid_token", "Could not parse auth token.");
  }
  const firebase = claims["firebase"];
  const provider = claims["provider_id"] ?? (isObject(firebase) ? firebase["sign_in_provider"] : undefined) ?? null;
  const user = { admin: false, auth: { uid, provider, token: claims } } as const;
  const expiresAt = expiryOf(claims);
  if (expiresAt === null) return user;
  if (expiresAt <= Date.now()) throw expiredToken();
  return { ...user, expiresAt };
}

/** When a token expires, in milliseconds. Null = never. */
function expiryOf({ iat, exp }: Record<string, unknown>): number | null {
  if (typeof exp !== "number") return null;
  const isMock = iat === 0 && exp <= MOCK_TOKEN_EXPIRY_SECONDS;
  return isMock ? null : exp * 1000;
}

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
 * The identity for the credential of a realtime connection. With `gauth` it is the administrator's, unless the client wants rules
 * to judge it as the user `authvar` or as signed out (`noauth`). The Admin SDK calls that `databaseAuthVariableOverride`.
 * @throws RequestError for a bad credential
 */
export function identityOfCredential(action: "auth" | "gauth", body: Record<string, unknown>): Identity {
  if (typeof body["cred"] !== "string") throw new RequestError("invalid_token", "Credential missing");
  if (action === "auth") return identityOfToken(body["cred"]);
  if (body["noauth"] === true) return SIGNED_OUT;
  return body["authvar"] === undefined ? ADMIN : { admin: false, auth: body["authvar"] };
}
