import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, inMemoryPersistence, initializeAuth } from "firebase/auth";
import { type Database, getDatabase, goOffline } from "firebase/database";
import type { Api } from "../api/api.ts";
import { sendRequest } from "../http/send-request.ts";
import { randomId } from "../session/random-id.ts";
import type { SessionStore } from "../session/session-store.ts";
import { type Identity, createIdentity } from "./identity.ts";
import type { FirebaseSettings } from "./firebase-settings.ts";

/** The Firebase SDK. */
export interface FirebaseConnection {
  database: Database;
  authorize: Identity["authorize"];
  close: () => Promise<void>;
}

/**
 * What the SDK needs besides, for a signed-in user: Firebase Hosting serves it. A page that is not on Hosting, or whose API is elsewhere,
 * does without.
 */
export async function fetchAppSettings(url: string, signal: AbortSignal): Promise<Partial<FirebaseSettings>> {
  try {
    const { body } = await sendRequest<Partial<FirebaseSettings>>({ method: "GET", url, signal });
    return body;
  } catch {
    return {};
  }
}

/** Starts a Firebase app of our own beside the site's. */
export function connectFirebase(settings: FirebaseSettings, sessions: SessionStore, api: Api): FirebaseConnection {
  const { databaseURL, authEmulatorUrl, ...options } = settings;
  const app = initializeApp(options, `live-comments-${randomId()}`);
  try {
    // Only our own session is stored: a second store of credentials would have to be kept in step with it.
    const auth = initializeAuth(app, { persistence: inMemoryPersistence });
    if (authEmulatorUrl) connectAuthEmulator(auth, authEmulatorUrl, { disableWarnings: true });
    // With this scheme the SDK uses WebSockets alone. Its other transport is scripts from another host, which a page's CSP refuses.
    const database = getDatabase(app, databaseURL.replace(/^http/, "ws"));
    const identity = createIdentity(auth, sessions, api);
    return {
      database,
      authorize: identity.authorize,
      close: async () => {
        identity.close();
        goOffline(database);
        await deleteApp(app);
      },
    };
  } catch (error) {
    // Without an `apiKey`, for example. It is tried again, and each app would stay.
    void deleteApp(app).catch(() => undefined);
    throw error;
  }
}
