import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithCustomToken, signOut } from "firebase/auth";
import { connectDatabaseEmulator, getDatabase, goOffline, type Database } from "firebase/database";
import { environment } from "../environment.ts";

export interface RealtimeClient {
  database: Database;
  close: () => Promise<void>;
}

let clients = 0;

/** The unmodified `firebase` SDK as a browser uses it, signed in with a custom token if there is one. */
export async function createRealtimeClient(
  firebaseToken?: string,
  host = environment("FIREBASE_DATABASE_EMULATOR_HOST"),
  authHost = environment("FIREBASE_AUTH_EMULATOR_HOST"),
): Promise<RealtimeClient> {
  const projectId = environment("GCLOUD_PROJECT");
  const app = initializeApp({ projectId, apiKey: "local" }, `client-${(clients += 1)}`);
  const database = getDatabase(app);
  // Without this call, the SDK in Node prefers FIREBASE_DATABASE_EMULATOR_HOST to any URL.
  const [address = "", port] = host.split(":");
  connectDatabaseEmulator(database, address, Number(port));
  if (firebaseToken !== undefined) {
    const auth = getAuth(app);
    connectAuthEmulator(auth, `http://${authHost}`, { disableWarnings: true });
    await signInWithCustomToken(auth, firebaseToken);
  }
  return {
    database,
    async close() {
      goOffline(database);
      // deleteApp() does not end the timer that renews the ID token each hour.
      if (firebaseToken !== undefined) await signOut(getAuth(app));
      await deleteApp(app);
    },
  };
}
