import type { App, Credential } from "firebase-admin/app";
import jwt from "jsonwebtoken";
import { RELAY_UID } from "../contract/realtime-nodes.ts";
import { within } from "../runtime/within.ts";

/** A new token is fetched in the last minutes of the one before, which is used meanwhile: nobody waits. */
const REFRESH_AHEAD_MS = 300_000;
/** A token is not used in its last seconds. */
const MARGIN_MS = 10_000;

/** Makes the rules judge a request to the Realtime Database as the relay's. */
export interface RelayCredentials {
  query: Record<string, string>;
  headers: Record<string, string>;
}

interface CachedToken {
  token: string;
  expiresAt: number;
}

/**
 * The relay's credentials for the real Realtime Database: the service account's OAuth token, whose rights `auth_variable_override` gives up.
 * The token is cached until it is about to expire. The function throws if Google gives none within the time-out.
 * @param onRefresh is called for each new token
 * @see https://firebase.google.com/docs/database/rest/auth
 */
export function oauthCredentials(
  app: App,
  { timeoutMs, onRefresh }: { timeoutMs: number; onRefresh: () => void },
): () => Promise<RelayCredentials> {
  const credential = app.options.credential;
  if (!credential) throw new Error("the Firebase app has no credential");
  let cached: CachedToken | undefined;
  let fetching: Promise<CachedToken> | undefined;

  async function fetchToken(from: Credential): Promise<CachedToken> {
    try {
      // Google's library has no time-out of its own.
      const { access_token: token, expires_in: seconds } = await within(timeoutMs, from.getAccessToken());
      onRefresh();
      return (cached = { token, expiresAt: Date.now() + seconds * 1000 });
    } finally {
      fetching = undefined;
    }
  }

  async function currentToken(from: Credential): Promise<CachedToken> {
    const leftMs = cached ? cached.expiresAt - Date.now() : 0;
    if (cached && leftMs > REFRESH_AHEAD_MS) return cached;
    const next = (fetching ??= fetchToken(from));
    if (!cached || leftMs <= MARGIN_MS) return next;
    // If it fails, the next request tries again.
    next.catch(() => {});
    return cached;
  }

  return async () => {
    const { token } = await currentToken(credential);
    return {
      query: { auth_variable_override: JSON.stringify({ uid: RELAY_UID }) },
      headers: { authorization: `Bearer ${token}` },
    };
  };
}

/**
 * The relay's credentials for an emulator: an unsigned ID token. Not a Bearer token, because an emulator takes each of those for an
 * administrator, and the rules would never be asked.
 */
export function emulatorCredentials(): RelayCredentials {
  return { query: { auth: EMULATOR_TOKEN }, headers: {} };
}

const EMULATOR_TOKEN = jwt.sign({ sub: RELAY_UID, user_id: RELAY_UID, aud: "emulator", iss: "emulator" }, "", {
  algorithm: "none",
});
