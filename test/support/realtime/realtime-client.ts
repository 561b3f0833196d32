import { deleteApp, initializeApp } from "firebase/app";
import { type Auth, connectAuthEmulator, getAuth, signInWithCustomToken, signOut } from "firebase/auth";
import { connectDatabaseEmulator, getDatabase, goOffline, type Database } from "firebase/database";
import { environment } from "../environment.ts";

export interface RealtimeClient {
  database: Database;
  signIn: (firebaseToken: string) => Promise<void>;
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
  let auth: Auth | undefined;
  async function signIn(token: string): Promise<void> {
    auth = getAuth(app);
    connectAuthEmulator(auth, `http://${authHost}`, { disableWarnings: true });
    await signInWithCustomToken(auth, token);
  }
  if (firebaseToken !== undefined) await signIn(firebaseToken);
  return {
    database,
    signIn,
    async close() {
      goOffline(database);
      // deleteApp() does not end the timer that renews the ID token each hour.
      if (auth) await signOut(auth);
      await deleteApp(app);
    },
  };
}
