import type { App, Credential } from "firebase-admin/app";
import jwt from "jsonwebtoken";
import { RELAY_UID } from "../contract/realtime-nodes.ts";

/** Seconds before its end that a token is no longer used. */
const MARGIN = 300;

/** What a request to the Realtime Database carries to be judged by the rules as the relay. */
export interface RelayCredentials {
  query: Record<string, string>;
  headers: Record<string, string>;
}

/**
 * The relay's proof against the real Realtime Database: the service account's OAuth token, with its rights given up by
 * `auth_variable_override`. Kept until it is about to expire; `onRefresh` hears of each new one.
 * @see https://firebase.google.com/docs/database/rest/auth
 */
export function oauthCredentials(app: App, onRefresh: () => void): () => Promise<RelayCredentials> {
  const credential = app.options.credential;
  if (!credential) throw new Error("the Firebase app has no credential");
  let held: { token: string; until: number } | undefined;
  let asking: Promise<{ token: string; until: number }> | undefined;

  async function ask(from: Credential): Promise<{ token: string; until: number }> {
    try {
      const { access_token: token, expires_in: seconds } = await from.getAccessToken();
      onRefresh();
      return (held = { token, until: Date.now() + (seconds - MARGIN) * 1000 });
    } finally {
      asking = undefined;
    }
  }

  return async () => {
    const { token } = held && held.until > Date.now() ? held : await (asking ??= ask(credential));
    return {
      query: { auth_variable_override: JSON.stringify({ uid: RELAY_UID }) },
      headers: { authorization: `Bearer ${token}` },
    };
  };
}

/**
 * The relay's proof against an emulator: an unsigned ID token. Not a Bearer token, for an emulator takes each of those for an
 * administrator, and the rules would never be asked.
 */
export function emulatorCredentials(): RelayCredentials {
  return { query: { auth: EMULATOR_TOKEN }, headers: {} };
}

const EMULATOR_TOKEN = jwt.sign({ sub: RELAY_UID, user_id: RELAY_UID, aud: "emulator", iss: "emulator" }, "", {
  algorithm: "none",
});
