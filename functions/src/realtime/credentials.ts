import type { App, Credential } from "firebase-admin/app";
import jwt from "jsonwebtoken";
import { RELAY_UID } from "../contract/realtime-nodes.ts";

/** A token is not used in the last seconds before it expires. */
const MARGIN_SECONDS = 300;

/** Makes the rules judge a request to the Realtime Database as the relay's. */
export interface RelayCredentials {
  query: Record<string, string>;
  headers: Record<string, string>;
}

interface CachedToken {
  token: string;
  usableUntil: number;
}

/**
 * The relay's credentials for the real Realtime Database: the service account's OAuth token, whose rights `auth_variable_override` gives up.
 * The token is cached until it is about to expire.
 * @param onRefresh is called for each new token
 * @see https://firebase.google.com/docs/database/rest/auth
 */
export function oauthCredentials(app: App, onRefresh: () => void): () => Promise<RelayCredentials> {
  const credential = app.options.credential;
  if (!credential) throw new Error("the Firebase app has no credential");
  let cached: CachedToken | undefined;
  let fetching: Promise<CachedToken> | undefined;

  async function fetchToken(from: Credential): Promise<CachedToken> {
    try {
      const { access_token: token, expires_in: seconds } = await from.getAccessToken();
      onRefresh();
      return (cached = { token, usableUntil: Date.now() + (seconds - MARGIN_SECONDS) * 1000 });
    } finally {
      fetching = undefined;
    }
  }

  return async () => {
    const { token } = cached && cached.usableUntil > Date.now() ? cached : await (fetching ??= fetchToken(credential));
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
