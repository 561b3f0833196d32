import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithCustomToken, signOut } from "firebase/auth";
import type { Database } from "firebase/database";
import { connectDatabaseEmulator, getDatabase, goOffline } from "firebase/database";
import { environment } from "./environment.ts";

export interface RealtimeClient {
  database: Database;
  close: () => Promise<void>;
}

let made = 0;

/** The unmodified `firebase` SDK, as a browser has it: signed in with a custom token, or signed out. */
export async function createRealtimeClient(
  firebaseToken?: string,
  host = environment("FIREBASE_DATABASE_EMULATOR_HOST"),
): Promise<RealtimeClient> {
  const projectId = environment("GCLOUD_PROJECT");
  const app = initializeApp({ projectId, apiKey: "local" }, `client-${(made += 1)}`);
  const database = getDatabase(app);
  // Said outright: in Node the SDK otherwise takes FIREBASE_DATABASE_EMULATOR_HOST before any URL.
  const [address = "", port] = host.split(":");
  connectDatabaseEmulator(database, address, Number(port));
  if (firebaseToken !== undefined) {
    const auth = getAuth(app);
    connectAuthEmulator(auth, `http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}`, { disableWarnings: true });
    await signInWithCustomToken(auth, firebaseToken);
  }
  return {
    database,
    async close() {
      goOffline(database);
      // Ends the timer that would renew the ID token in an hour, which deleteApp() does not.
      if (firebaseToken !== undefined) await signOut(getAuth(app));
      await deleteApp(app);
    },
  };
}
