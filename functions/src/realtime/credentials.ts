import type { App } from "firebase-admin/app";
import jwt from "jsonwebtoken";

/** The `auth.uid` under which the rules let the relay, and nobody else, write a video's comments. */
export const RELAY_UID = "relay";

/** What a request to the Realtime Database carries to be judged by the rules as the relay. */
export interface RelayCredentials {
  query: Record<string, string>;
  headers: Record<string, string>;
}

/**
 * The relay's proof against the real Realtime Database: the service account's OAuth token, with its rights given up by
 * `auth_variable_override`. The Admin SDK keeps the token until it is about to expire.
 * @see https://firebase.google.com/docs/database/rest/auth
 */
export async function oauthCredentials(app: App): Promise<RelayCredentials> {
  const credential = app.options.credential;
  if (!credential) throw new Error("the Firebase app has no credential");
  const { access_token: token } = await credential.getAccessToken();
  return {
    query: { auth_variable_override: JSON.stringify({ uid: RELAY_UID }) },
    headers: { authorization: `Bearer ${token}` },
  };
}

/**
 * The relay's proof against an emulator: an unsigned ID token. Not a Bearer token, for an emulator takes each of those for an
 * administrator, and the rules would never be asked.
 */
export function emulatorCredentials(): RelayCredentials {
  const auth = jwt.sign({ sub: RELAY_UID, user_id: RELAY_UID, aud: "emulator", iss: "emulator" }, "", {
    algorithm: "none",
  });
  return { query: { auth }, headers: {} };
}
