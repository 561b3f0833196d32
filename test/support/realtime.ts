import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithCustomToken } from "firebase/auth";
import type { Database } from "firebase/database";
import { getDatabase, goOffline } from "firebase/database";
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
  const databaseURL = `http://${host}/?ns=${projectId}-default-rtdb`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL }, `client-${(made += 1)}`);
  const database = getDatabase(app);
  if (firebaseToken !== undefined) {
    const auth = getAuth(app);
    connectAuthEmulator(auth, `http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}`, { disableWarnings: true });
    await signInWithCustomToken(auth, firebaseToken);
  }
  return {
    database,
    async close() {
      goOffline(database);
      await deleteApp(app);
    },
  };
}
