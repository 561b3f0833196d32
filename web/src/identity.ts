import type { Auth } from "firebase/auth";
import { signInWithCustomToken, signOut } from "firebase/auth";
import type { Api } from "./api.ts";
import type { SessionStore } from "./session.ts";

/**
 * Gives a function that brings Firebase's sign-in to where the session is; to be called after each change and each reconnection.
 * Without it one can still read, so a failure waits for the next call.
 */
export function followSession(auth: Auth, sessions: SessionStore, api: Api): () => void {
  let signedInFor: string | undefined;
  let isRunning = false;

  const follow = async () => {
    while (sessions.current?.id !== signedInFor) {
      if (signedInFor !== undefined) await signOut(auth);
      signedInFor = undefined;
      const session = sessions.current;
      if (!session) continue;
      await signInWithCustomToken(auth, await api.firebaseToken());
      signedInFor = session.id;
    }
  };

  return () => {
    if (isRunning) return;
    isRunning = true;
    void follow()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false;
      });
  };
}
